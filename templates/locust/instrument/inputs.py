"""The inputs of every iteration. The same as inputs.js; the product holds both to one
file of examples.

What is random is computed from the seed and the number of the row: every framework
sends the same values, and nobody has to share a state.
"""

import json
from datetime import datetime, timedelta, timezone

from .share import number_of

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_to_json = json.JSONEncoder(ensure_ascii=False).encode


def new_inputs(spec, text, *, seed, shard, uuid, now_ms):
    """Returns a function: iteration 0, 1, 2 ... -> the JSON text of its inputs, or None
    when the unique rows are used up.

    spec: {"kind": "parts"}, or {"kind": "rows", "order", "count"} with the order
    sequential, random or unique, and how many rows there are.
    text: parts: a JSON array, strings are JSON text as it is and objects generators;
    rows: the JSON text of one row per line, or the rows as a list.
    seed: 0 to 2**32 - 1. shard: (index, count): this script is number `index` (from 0)
    of `count` that share the rows and the counters. uuid: gives a text. now_ms: gives
    milliseconds since 1970.
    """
    if spec["kind"] == "rows":
        # Not splitlines(): it would also break at U+2028.
        rows = text.split("\n") if isinstance(text, str) else text
        inputs = _rows(spec, rows, seed)
    else:
        inputs = _Parts(json.loads(text), seed, uuid, now_ms)
    return lambda iteration: inputs(number_of(shard, iteration))


def _rows(spec, rows, seed):
    order, count = spec["order"], spec["count"]
    if order == "sequential":
        return lambda number: rows[number % count]
    if order == "random":
        return lambda number: rows[_draw_below(count, seed, number, 0)]
    if order == "unique":
        return lambda number: rows[number] if number < count else None
    raise ValueError(f"no order of rows: {order}")


class _Parts:
    def __init__(self, parts, seed, uuid, now_ms):
        self._seed = seed
        self._uuid = uuid
        self._now_ms = now_ms
        self._draws = 0
        self._inputs = _joined([self._json(part) for part in parts])

    def __call__(self, number):
        # One moment for the whole of an iteration's inputs.
        return self._inputs(number, int(self._now_ms()))

    def _chooser(self, count):
        """Gives a number below `count`, another for each place in the text."""
        draw = self._draws
        self._draws += 1
        return lambda number: _draw_below(count, self._seed, number, draw)

    def _json(self, part):
        """What stands in the JSON text."""
        if isinstance(part, str):
            return lambda number, ms: part
        if "pick" in part:
            return self._pick(part["pick"])
        if "text" in part:
            value = _joined([self._text(inner) for inner in part["text"]])
        else:
            value = self._generated(part)
        return lambda number, ms: _to_json(value(number, ms))

    def _text(self, part):
        """The same within a text, without quotes."""
        if isinstance(part, str):
            return lambda number, ms: part
        if "pick" in part:
            return self._pick([_unquoted(value) for value in part["pick"]])
        value = self._generated(part)
        return lambda number, ms: str(value(number, ms))

    def _pick(self, values):
        chosen = self._chooser(len(values))
        return lambda number, ms: values[chosen(number)]

    def _generated(self, part):
        if "uuid" in part:
            return lambda number, ms: self._uuid()
        if "counter" in part:
            return lambda number, ms: part["counter"] + number
        if "now" in part:
            return lambda number, ms: _moment(part["now"], ms)
        if "int" in part:
            low, high = part["int"]
            chosen = self._chooser(high - low + 1)
            return lambda number, ms: low + chosen(number)
        raise ValueError(f"no generator: {part}")


def _joined(writers):
    return lambda number, ms: "".join([write(number, ms) for write in writers])


def _unquoted(value):
    return json.loads(value) if value.startswith('"') else value


def _moment(form, ms):
    if form == "ms":
        return ms
    if form == "s":
        return ms // 1000
    moment = _EPOCH + timedelta(milliseconds=ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def _draw_below(count, seed, number, draw):
    """A whole number from 0 to count - 1, for counts up to 2**53."""
    words = [number & 0xFFFFFFFF, number >> 32, draw]
    high = murmur3([*words, 0], seed) >> 5
    low = murmur3([*words, 1], seed) >> 6
    # 27 and 26 bits make a fraction of 53 bits, all that a double can hold.
    return int((high * 2**26 + low) / 2**53 * count)


def murmur3(words, seed):
    """MurmurHash3_x86_32 by Austin Appleby (public domain), over 32-bit words:
    https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
    """
    value = seed & 0xFFFFFFFF
    for word in words:
        mixed = _rotated(word * 0xCC9E2D51 & 0xFFFFFFFF, 15)
        value = _rotated(value ^ (mixed * 0x1B873593 & 0xFFFFFFFF), 13)
        value = (value * 5 + 0xE6546B64) & 0xFFFFFFFF
    value ^= len(words) * 4
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def _rotated(word, bits):
    return (word << bits | word >> 32 - bits) & 0xFFFFFFFF
