"""The load profile as mathematics. Pure: no clock, no requests. Times are seconds since
the plan's start.

A stage is {"durationMs", "target"}: the level (users, or iterations per second) at its
END, linear from the stage before, 0 at the start; a stage of 0 ms is a jump.
"""

from math import sqrt


def segments(stages):
    """The stages that have a length, as (from, to, level at from, level at to)."""
    at, level, found = 0, 0, []
    for stage in stages:
        until = at + stage["durationMs"]
        if until > at:
            found.append((at / 1000, until / 1000, level, stage["target"]))
        at, level = until, stage["target"]
    return found


def starts(stages, numbers):
    """Open model: when each of these iterations is due; numbers: of the plan's starts, in
    order.

    Number i at the moment from which on the area under the rate is more than i; so in a
    pause nothing is due, not even at its first moment.
    """
    numbers, area = iter(numbers), 0.0
    i = next(numbers, None)
    for begin, end, low, high in segments(stages):
        length = end - begin
        until = area + (low + high) / 2 * length
        # 1e-9: the area of the whole plan may fall short of its last integer by a
        # rounding error.
        while i is not None and i < until - 1e-9:
            yield begin + _reached(max(0.0, i - area), low, high, length)
            i = next(numbers, None)
        area = until


def _reached(area, low, high, length):
    """Seconds until the area under a rate that goes from low to high in `length`
    seconds is `area`."""
    if area == 0:
        return 0.0
    root = sqrt(max(0.0, low * low + 2 * area * (high - low) / length))
    return min(length, 2 * area / (low + root))


def windows(stages, users):
    """Closed model: (from, to, k) for each time that virtual user k is there, which is
    while the level is above k; users: the numbers of those that are asked for."""
    found = []
    profile = segments(stages)
    for k in users:
        since = None
        for begin, end, low, high in profile:
            crossing = (
                begin
                if low == high
                else begin + (k - low) / (high - low) * (end - begin)
            )
            if since is not None and low <= k:
                found.append((since, begin, k))
                since = None
            if since is None and max(low, high) > k:
                since = begin if low > k else crossing
            if since is not None and high <= k:
                found.append((since, crossing, k))
                since = None
        if since is not None:
            found.append((since, profile[-1][1], k))
    return sorted(found)
