"""What follows from the stages of PLAN, whatever the model.

The same as stages.js; both are held to vectors/plan.json.
"""

import math


def peak_of(stages):
    """The most users, or the highest rate."""
    return max(stage["target"] for stage in stages)


def duration_of(stages):
    return sum(stage["durationMs"] for stage in stages)


def starts_of(stages):
    """Iterations that an open plan starts: the area under its rate."""
    area = level = 0
    for stage in stages:
        ms, target = stage["durationMs"], stage["target"]
        if ms > 0:
            # In the order of operations in which the server does it, so that it rounds as there.
            end = level + (target - level) * ms / ms
            area += (level + end) / 2 * (ms / 1000)
        level = target
    return math.floor(area + 1e-9)


def held_in(stages):
    """Where stage after stage holds its level: [{"from", "to", "ends"}] in ms; ends: of each of those stages."""
    held, at, level = [], 0, 0
    for stage in stages:
        until = at + stage["durationMs"]
        if until > at and stage["target"] == level > 0:
            if held and held[-1]["to"] == at:
                held[-1]["to"] = until
                held[-1]["ends"].append(until)
            else:
                held.append({"from": at, "to": until, "ends": [until]})
        at, level = until, stage["target"]
    return held
