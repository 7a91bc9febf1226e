"""What is wrong with PLAN, in the words of the server where it refuses the same.

The same as fit.js; both are held to vectors/plan.json.
"""

from .objective import is_number, is_whole
from .objective import problem_of as objective_problem
from .stages import duration_of, held_in, peak_of, starts_of

MEMBERS = (
    *("model", "stages", "maxIterations", "steady", "thinkTimeMs"),
    *("requestTimeoutMs", "pollIntervalMs", "pollDeadlineMs", "seed"),
    *("connections", "objectives"),
)
OF_OBJECTIVES = (
    *("metric", "statistic", "comparison", "value", "requestName"),
    *("during", "added", "abortAfterMs"),
)
# Of those that only the server can judge in full.
NEED_THE_SERVER = ("maxChangeRatio", "strict")


def problem_of(plan, flow):
    """A sentence about the first thing that is wrong; None: nothing is."""
    # In the closed model the stages say how many users there are.
    is_open = plan.get("model") == "open"
    return (
        _members_problem("PLAN", plan, (*MEMBERS, "maxUsers") if is_open else MEMBERS)
        or _load_problem(plan, is_open)
        or _steady_problem(plan)
        or _times_problem(plan, flow)
        or _objectives_problem(plan)
    )


def _members_problem(place, value, names, further=()):
    missing = next((name for name in names if name not in value), None)
    if missing is not None:
        return f"{place}.{missing} is missing."
    known = (*names, *further)
    other = next((name for name in value if name not in known), None)
    return None if other is None else f"{place}.{other} has no place here."


def _load_problem(plan, is_open):
    stages, max_iterations = plan["stages"], plan["maxIterations"]
    if not is_open and plan["model"] != "closed":
        return "PLAN.model: Give closed or open."
    for i, stage in enumerate(stages):
        target = stage["target"]
        level = _is_amount(target) if is_open else _is_count(target)
        if not (_is_count(stage["durationMs"]) and level):
            what = "a rate" if is_open else "a whole number of users"
            return f"PLAN.stages[{i}]: Give whole milliseconds, and {what} that is not negative."
    if duration_of(stages) < 1000:
        return "PLAN.stages: The stages last less than 1 second together."
    if is_open and starts_of(stages) == 0:
        return "PLAN.stages: No load: at this rate not one iteration starts before the plan is over."
    if not is_open and peak_of(stages) == 0:
        return "PLAN.stages: No load: at least one stage must have 1 user or more."
    if is_open and not _is_some(plan["maxUsers"]):
        return (
            "PLAN.maxUsers: Give 1 or more: it is how many iterations may be in flight."
        )
    if max_iterations is None:
        return None
    if is_open:
        return "PLAN.maxIterations: In the open model the stages say how many iterations start."
    if not _is_some(max_iterations):
        return "PLAN.maxIterations: Give a whole number, 1 or more."
    return None


def _steady_problem(plan):
    stages, after = plan["stages"], 0
    held = held_in(stages)
    for since, until in plan["steady"]:
        ends = [
            end
            for one in held
            if one["from"] <= since and until <= one["to"]
            for end in one["ends"]
        ]
        if since < after or since >= until or until not in ends:
            return (
                f"PLAN does not fit itself: steady has {since} to {until} ms, but the stages last "
                f"{duration_of(stages)} ms and {_told_of(held)}; a steady part lies within such stages "
                "and ends with one."
            )
        after = until
    return None


def _told_of(held):
    if not held:
        return "none holds its level"
    parts = ", ".join(f"from {one['from']} to {one['to']} ms" for one in held)
    return f"hold their level {parts}"


def _times_problem(plan, flow):
    think_min, think_max = plan["thinkTimeMs"]
    if not _is_count(think_min) or not _is_count(think_max):
        return "PLAN.thinkTimeMs: Give whole milliseconds that are not negative."
    if think_min > think_max:
        return "PLAN.thinkTimeMs: The longest think time is shorter than the shortest."
    for name, least, is_polls in TIMES:
        if is_polls and flow["poll"] is None:
            if plan[name] is not None:
                return f"PLAN.{name}: Only an asynchronous execution is polled."
        elif not _is_count(plan[name]) or plan[name] < least:
            return f"PLAN.{name}: Give {least} ms or more."
    if not _is_count(plan["seed"]) or plan["seed"] >= 2**32:
        return "PLAN.seed: Give a whole number from 0 to 4294967295."
    if plan["connections"] not in ("reuse", "perIteration"):
        return "PLAN.connections: Give reuse or perIteration."
    return None


# The least that each may be, in ms, and whether it is about polls.
TIMES = (
    ("requestTimeoutMs", 10, False),
    ("pollIntervalMs", 10, True),
    ("pollDeadlineMs", 100, True),
)


def _objectives_problem(plan):
    for i, objective in enumerate(plan["objectives"]):
        place = f"PLAN.objectives[{i}]"
        missing = _members_problem(place, objective, OF_OBJECTIVES, NEED_THE_SERVER)
        if missing:
            return missing
        problem = objective_problem(objective)
        if problem:
            return f"{place}: {problem}"
        if objective["metric"] == "throughput" and plan["maxIterations"] is not None:
            return (
                f"{place}: A test that ends after a number of iterations, however long they take, "
                "has no throughput to judge."
            )
    return None


def _is_count(value):
    return is_whole(value) and value >= 0


def _is_some(value):
    return _is_count(value) and value > 0


def _is_amount(value):
    return is_number(value) and value >= 0
