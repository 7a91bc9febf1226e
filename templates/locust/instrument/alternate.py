"""Two definitions in one run: which of them an iteration runs.

The same as alternate.js; both are held to vectors/alternate.json. Pure.
"""

from .inputs import murmur3


def is_baseline_turn(number, seed):
    """Of the iterations 2k and 2k + 1 one is the baseline's: so each has half of them,
    whenever one looks. Which of the two comes first is drawn by the seed. In a fixed
    order one definition would always have the even rows of a data set, and always the
    same one of two servers that take turns behind one address.

    number: of the iteration, from 0.
    """
    pair = number // 2
    return murmur3([pair & 0xFFFFFFFF, pair >> 32], seed) % 2 == number % 2
