"""One share of a plan: several processes of one bundle make its load together.

Share i of N has the users, starts, iterations and rows number k of the plan with k mod N = i. The same as share.js; both
are held to vectors/share.json. Pure.
"""


def part_of(shard, whole):
    """How many of the numbers 0 to whole - 1 are of this share. shard: (index, count)."""
    index, count = shard
    return (whole + count - 1 - index) // count


def number_of(shard, own):
    """The number in the plan of what has the number `own`, from 0, in the share."""
    index, count = shard
    return own * count + index


def numbers_of(shard, whole):
    """Those of 0 to whole - 1 that are of this share."""
    index, count = shard
    return range(index, whole, count)


def share_of(plan, flow, shard):
    """Returns (plan, None), or (None, a sentence about what is wrong).

    plan: that of the share, with `shard`. Its numbers are the share's, and so is a throughput that it is held to; its
    stages and times are the plan's: all shares follow one line.
    """
    problem = _problem_of(plan, flow, shard)
    return (_parted(plan, shard), None) if problem is None else (None, problem)


def _parted(plan, shard):
    counts = ("maxUsers", "maxIterations", "plannedIterations")
    parts = {
        name: None if plan[name] is None else part_of(shard, plan[name])
        for name in counts
    }
    objectives = [_objective_of(objective, shard) for objective in plan["objectives"]]
    return {**plan, "shard": shard, **parts, "objectives": objectives}


def _objective_of(objective, shard):
    if objective["metric"] != "throughput" or objective["value"] is None:
        return objective
    return {**objective, "value": objective["value"] / shard[1]}


def _problem_of(plan, flow, shard):
    """Each share says the same of all of them: none of them begins."""
    inputs, (_, count) = flow["inputs"] or {}, shard
    parts = (
        (plan["maxUsers"], "user", "a user"),
        (plan["plannedIterations"], "iteration", "an iteration"),
        (
            inputs["count"] if inputs.get("order") == "unique" else None,
            *("unique row", "a unique row"),
        ),
    )
    for whole, name, one in parts:
        if whole is not None and whole < count:
            s = "" if whole == 1 else "s"
            return f"LOAD_TEST_SHARD: {count} shares of {whole} {name}{s}: a share without {one} makes no load."
    return None
