"""PLAN as the rest of the instrument reads it.

Who edits it by hand changes one number: what follows from it is computed here, and what does not fit is refused with a
sentence, before anything is sent. The same as plan.js; both are held to vectors/plan.json.
"""

from .fit import problem_of
from .objective import limits_of
from .stages import duration_of, peak_of, starts_of


def read_plan(given, flow):
    """Returns (plan, None), or (None, a sentence about what is wrong).

    plan: PLAN, and what follows from it: durationMs, maxUsers, plannedIterations, longestIterationMs, and the limits of
    its objectives in integers.
    """
    try:
        problem = problem_of(given, flow)
        return (_derived(given, flow), None) if problem is None else (None, problem)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A part of it is of another kind.
        return None, f"PLAN cannot be read: {error}."


def _derived(given, flow):
    stages, is_open = given["stages"], given["model"] == "open"
    return {
        **given,
        "maxUsers": given["maxUsers"] if is_open else peak_of(stages),
        "durationMs": duration_of(stages),
        "plannedIterations": starts_of(stages) if is_open else given["maxIterations"],
        "longestIterationMs": _longest_of(given, flow),
        "objectives": [
            {**objective, **limits_of(objective)} for objective in given["objectives"]
        ],
    }


def _longest_of(given, flow):
    """The longest time that one iteration can take without its think time: after a 401 another login, and the request
    again."""
    requests = [flow["login"], *flow["setUp"], flow["execute"], flow["poll"]]
    most = len([request for request in requests if request is not None])
    most += 0 if flow["login"] is None else 2
    return given["requestTimeoutMs"] * most + (given["pollDeadlineMs"] or 0)
