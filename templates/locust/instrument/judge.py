"""Judges the plan's objectives on counts, in integers.

The same rules as the JavaScript bundles and the product's server; all are held to one file of examples, so that a script
run by hand and the server agree to the last request.
"""

import math
from decimal import Decimal

# Executions needed before a percentile can PASS: fewer, and no upper 95 % bound of it exists.
NEEDED = {"p50": 5, "p90": 29, "p95": 59, "p99": 299, "p999": 2995, "max": 1}


def new_tallies(plan):
    """One tally per objective: n judged, k against it (throughput: k succeeded)."""
    return [{"n": 0, "k": 0} for _ in plan["objectives"]]


def count(plan, tallies, name, start_micros, duration_micros, outcome):
    """Counts one finished sample. name: the request's; None: an execution."""
    steady = is_steady(plan, start_micros)
    for objective, tally in zip(plan["objectives"], tallies):
        if objective["requestName"] != name:
            continue
        if objective["during"] == "steady" and not steady:
            continue
        if objective["metric"] == "latency":
            # A timeout is slower than any limit; a fast failure says nothing about latency.
            if outcome not in ("ok", "timeout"):
                continue
            limit = objective["slowerFromMicros"]
            tally["n"] += 1
            if outcome == "timeout" or (limit is not None and duration_micros >= limit):
                tally["k"] += 1
        else:
            tally["n"] += 1
            if (outcome == "ok") == (objective["metric"] == "throughput"):
                tally["k"] += 1


def is_steady(plan, start_micros):
    return any(from_ms * 1000 <= start_micros < to_ms * 1000 for from_ms, to_ms in plan["steady"])


def judge(plan, tallies, facts):
    """facts: {"cutShort": bool, "linesLost": bool, "inFlight": int, "iterationsStarted": int}"""
    results = [_judge_objective(plan, o, t, facts) for o, t in zip(plan["objectives"], tallies)]
    for verdict in ("failed", "not_evaluated"):
        for result in results:
            if result["verdict"] == verdict:
                return {"verdict": verdict, "reason": result["reason"], "results": results}
    return {"verdict": "passed", "reason": "", "results": results}


def _judge_objective(plan, objective, tally, facts):
    metric = objective["metric"]
    # What was still in flight when the plan was over is slower than any limit, like a timeout.
    late = facts["inFlight"] if metric == "latency" and not facts["cutShort"] else 0
    n, k = tally["n"] + late, tally["k"] + late
    needed, allowed = _needed(objective), _allowed(objective, n)

    def result(verdict, reason=""):
        return {"verdict": verdict, "reason": reason, "n": n, "k": k, "needed": needed, "allowed": allowed}

    if objective["during"] == "steady" and not plan["steady"]:
        return result("not_evaluated", "no_steady_part")
    if n == 0:
        return result("not_evaluated", "no_samples")
    if objective["statistic"] == "mean":
        return result("not_evaluated", "needs_the_server")

    unsure = _unsure(plan, facts)
    if metric == "throughput":
        if unsure:
            return result("not_evaluated", unsure)
        return result("passed") if _throughput_holds(plan, objective, k) else result("failed", "below_limit")

    if k > allowed and (n >= needed or _surely_more(n, k, _share(objective))):
        return result("failed", "slower_than_allowed" if metric == "latency" else "more_failures_than_allowed")
    if unsure:
        return result("not_evaluated", unsure)
    if n < needed and not (objective["added"] and k == 0):
        return result("not_evaluated", "too_few_samples")
    return result("passed")


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
    if objective["metric"] == "error_ratio":
        return 1 if objective["limitPpm"] == 0 else math.ceil(3_000_000 / objective["limitPpm"])
    return None


def _allowed(objective, n):
    """The most that may be against the objective: slower ones, or failures. None: not judged by a count of those."""
    if objective["metric"] == "latency":
        per_mille = objective["perMille"]
        return None if per_mille is None else (1000 - per_mille) * n // 1000
    if objective["metric"] != "error_ratio":
        return None
    parts = objective["limitPpm"] * n
    if objective["comparison"] == "<" and parts > 0:
        return math.ceil(parts / 1_000_000) - 1
    return math.floor(parts / 1_000_000)


def _share(objective):
    """The share of executions that an objective allows to be against it, 0..1."""
    if objective["metric"] == "latency":
        return (1000 - objective["perMille"]) / 1000
    return objective["limitPpm"] / 1_000_000


def _throughput_holds(plan, objective, succeeded):
    whole = objective["during"] == "whole"
    ms = plan["durationMs"] if whole else sum(to_ms - from_ms for from_ms, to_ms in plan["steady"])
    limit = objective["value"] * ms
    return succeeded * 1000 > limit if objective["comparison"] == ">" else succeeded * 1000 >= limit


def _surely_more(n, k, share):
    """k or more of n would happen by chance in less than 5 % of runs that keep the share (exact binomial tail)."""
    if share == 0:
        return True
    if share >= 1:
        return False
    term = (1 - share) ** n
    below = 0.0
    for i in range(k):
        below += term
        term = term * (n - i) * share / ((i + 1) * (1 - share))
    return 1 - below < 0.05


def verdict_lines(plan, judgement):
    """The lines a script prints at its end; the last one is for machines."""
    lines = []
    for objective, r in zip(plan["objectives"], judgement["results"]):
        allowed = "" if r["allowed"] is None else f", {r['allowed']} allowed"
        reason = f"  ({r['reason']})" if r["reason"] else ""
        lines.append(f"{r['verdict']:13} {objective_text(objective)}  {r['k']} of {r['n']}{allowed}{reason}")
    verdict = judgement["verdict"]
    if verdict == "passed":
        return [*lines, "LOADTEST_VERDICT passed"]
    cause = next(r for r in judgement["results"] if r["verdict"] == verdict)
    return [*lines, f"LOADTEST_VERDICT {verdict} reason={judgement['reason']} {_counts(cause)}"]


def _counts(result):
    if result["reason"] == "too_few_samples":
        return f"have={result['n']} need={result['needed']}"
    # Throughput is not judged by what is against it: its k succeeded.
    if result["reason"] == "below_limit":
        return f"have={result['n']} succeeded={result['k']}"
    if result["allowed"] is None:
        return f"have={result['n']}"
    return f"have={result['n']} against={result['k']} allowed={result['allowed']}"


def objective_text(objective):
    metric = objective["metric"]
    unit = {"latency": " ms", "throughput": "/s"}.get(metric, "")
    what = objective["statistic"] if metric == "latency" else metric
    of = objective["requestName"] or "executions"
    return f"{what} {objective['comparison']} {_number(objective['value'])}{unit} of {of}, {objective['during']}"


def _number(value):
    """As JavaScript prints it: 500, 0.01, 0.00001, 1e-7."""
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    if value >= 1e-6:
        return format(Decimal(text), "f")
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"
