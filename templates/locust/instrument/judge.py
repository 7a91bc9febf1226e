"""Judges the plan's objectives on counts, in integers.

The same rules as judge.js and as the product's server; all are held to vectors/judge.json, so that a script run by hand
and the server agree to the last request.
"""

import math

# Executions needed before a percentile can PASS: fewer, and no upper 95 % bound of it exists.
NEEDED = {"p50": 5, "p90": 29, "p95": 59, "p99": 299, "p999": 2995, "max": 1}


def new_tallies(plan):
    """One tally per objective: n judged, k against it (throughput: k succeeded)."""
    return [{"n": 0, "k": 0} for _ in plan["objectives"]]


def count(plan, tallies, name, start_micros, duration_micros, outcome):
    """Counts one finished sample. name: the request's; None: an execution."""
    steady = is_steady(plan, start_micros)
    for objective, tally in zip(plan["objectives"], tallies):
        metric = objective["metric"]
        if metric == "checks_ratio" or objective["requestName"] != name:
            continue
        if objective["during"] == "steady" and not steady:
            continue
        if metric == "latency":
            censored = is_censored(outcome)
            # A timeout is slower than any limit; a fast failure says nothing about latency.
            if outcome != "ok" and not censored:
                continue
            limit = objective["slowerFromMicros"]
            tally["n"] += 1
            if censored or (limit is not None and duration_micros >= limit):
                tally["k"] += 1
        else:
            tally["n"] += 1
            if (outcome == "ok") == (metric == "throughput"):
                tally["k"] += 1


def count_checks(plan, tallies, start_micros, passed, failed):
    """Counts the checks of one answer, by when its request started."""
    steady = is_steady(plan, start_micros)
    for objective, tally in zip(plan["objectives"], tallies):
        if objective["metric"] != "checks_ratio":
            continue
        if objective["during"] == "steady" and not steady:
            continue
        tally["n"] += passed + failed
        tally["k"] += failed


def is_censored(outcome):
    """Slower than any limit, by how much is not known."""
    return outcome in ("timeout", "poll_deadline")


def is_steady(plan, start_micros):
    return any(
        from_ms * 1000 <= start_micros < to_ms * 1000
        for from_ms, to_ms in plan["steady"]
    )


def judge(plan, tallies, facts):
    """Returns {"verdict", "reason", "results": [{"verdict", "reason", "n", "k", "needed", "allowed"}]}.

    facts: {"cutShort": bool, "linesLost": bool, "inFlight": int, "interrupted": int, "iterationsStarted": int,
    "broken": int or None}. inFlight: requests without an end; interrupted: iterations without one; broken: number of
    the objective that stopped the test.
    """
    results = [
        _judge_objective(plan, objective, tally, facts, facts["broken"] == i)
        for i, (objective, tally) in enumerate(zip(plan["objectives"], tallies))
    ]
    for verdict in ("failed", "not_evaluated"):
        for result in results:
            if result["verdict"] == verdict:
                return {
                    "verdict": verdict,
                    "reason": result["reason"],
                    "results": results,
                }
    return {"verdict": "passed", "reason": "", "results": results}


def _judge_objective(plan, objective, tally, facts, broken):
    metric = objective["metric"]
    # What was still on its way when the plan was over is slower than any limit, like a timeout.
    of_executions = objective["requestName"] is None
    unfinished = facts["interrupted" if of_executions else "inFlight"]
    late = unfinished if metric == "latency" and not facts["cutShort"] else 0
    n, k = tally["n"] + late, tally["k"] + late
    needed, allowed = _needed(objective), allowed_of(objective, n)

    def result(verdict, reason=""):
        return {
            "verdict": verdict,
            "reason": reason,
            "n": n,
            "k": k,
            "needed": needed,
            "allowed": allowed,
        }

    if broken:
        return result("failed", "broken_in_window")
    if objective["during"] == "steady" and not plan["steady"]:
        return result("not_evaluated", "no_steady_part")
    if n == 0:
        return result("not_evaluated", "no_samples")
    if needs_the_server(objective):
        return result("not_evaluated", "needs_the_server")

    unsure = _unsure(plan, facts)
    if metric == "throughput":
        if unsure:
            return result("not_evaluated", unsure)
        if throughput_holds(plan, objective, k):
            return result("passed")
        return result("failed", "below_limit")

    if k > allowed and (n >= needed or _surely_more(n, k, _share(objective))):
        return result("failed", BROKEN[metric])
    if unsure:
        return result("not_evaluated", unsure)
    if n < needed and not (objective["added"] and k == 0):
        return result("not_evaluated", "too_few_samples")
    return result("passed")


def needs_the_server(objective):
    """A mean is no count, and what the baseline measured nobody told the script."""
    return objective["statistic"] == "mean" or objective["value"] is None


BROKEN = {
    "latency": "slower_than_allowed",
    "error_ratio": "more_failures_than_allowed",
    "checks_ratio": "more_failed_checks_than_allowed",
}


def _unsure(plan, facts):
    """Why a run that looks fine proves nothing."""
    if facts["cutShort"]:
        return "cut_short"
    if facts["linesLost"]:
        return "lines_lost"
    planned = plan["plannedIterations"]
    if planned is not None and facts["iterationsStarted"] * 100 < planned * 98:
        return "load_missed"
    return ""


def _needed(objective):
    if objective["metric"] == "latency":
        return NEEDED.get(objective["statistic"])
    if objective["limitPpm"] is None:
        return None
    if objective["limitPpm"] == 0:
        return 1
    return math.ceil(3_000_000 / objective["limitPpm"])


def allowed_of(objective, n):
    """The most that may be against the objective: slower ones, failures, failed checks. None: not judged by those."""
    if objective["metric"] == "latency":
        per_mille = objective["perMille"]
        return None if per_mille is None else (1000 - per_mille) * n // 1000
    if objective["limitPpm"] is None:
        return None
    parts = objective["limitPpm"] * n
    if objective["comparison"] in ("<", ">") and parts > 0:
        return math.ceil(parts / 1_000_000) - 1
    return math.floor(parts / 1_000_000)


def _share(objective):
    """The share that an objective allows to be against it, 0..1."""
    if objective["metric"] == "latency":
        return (1000 - objective["perMille"]) / 1000
    return objective["limitPpm"] / 1_000_000


def throughput_holds(plan, objective, succeeded):
    limit = objective["value"] * judged_ms(plan, objective)
    if objective["comparison"] == ">":
        return succeeded * 1000 > limit
    return succeeded * 1000 >= limit


def judged_ms(plan, objective):
    """How long the part of the plan lasts that an objective is judged on."""
    if objective["during"] == "whole":
        return plan["durationMs"]
    return sum(to_ms - from_ms for from_ms, to_ms in plan["steady"])


def _surely_more(n, k, share):
    """k or more of n would happen by chance in less than 5 % of runs that keep the share (exact binomial tail)."""
    if share >= 1:
        return False
    term = (1 - share) ** n
    below = 0.0
    for i in range(k):
        below += term
        term = term * (n - i) * share / ((i + 1) * (1 - share))
    return 1 - below < 0.05
