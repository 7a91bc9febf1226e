"""Checks: a place in the answer, by JSON pointer (RFC 6901), equals a value.

The same as checks.js; both are held to vectors/checks.json.
"""

import re

from .outcome import NOTHING, parse


def checks_of(checks, answer):
    """Returns (passed, [names of those that failed]).

    checks: [{"name", "pointer", "equals": JSON text}]; answer: the answer as JSON; NOTHING: it is none, and nothing in
    it equals anything.
    """
    failed = [
        check["name"]
        for check in checks
        if not _is_equal(value_at(answer, check["pointer"]), parse(check["equals"]))
    ]
    return len(checks) - len(failed), failed


def value_at(answer, pointer):
    """The value at a JSON pointer; NOTHING: there is none."""
    value = answer
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            # A longer number is no place in any list.
            if not re.fullmatch("0|[1-9][0-9]{0,15}", key) or int(key) >= len(value):
                return NOTHING
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return NOTHING
    return value


def _is_equal(one, other):
    """All numbers are floats here: 1 equals 1.0, and True equals no number. The order of members says nothing."""
    if one is NOTHING or type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            _is_equal(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_is_equal, one, other))
    return one == other
