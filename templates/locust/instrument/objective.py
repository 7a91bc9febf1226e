"""What an objective of PLAN asks for, in the integers that samples are counted in.

They follow from metric, statistic, comparison and value alone, so that who edits a limit by hand is judged by the limit
that is printed. The same as objective.js and as the product's server; all are held to vectors/objective.json.
"""

import math

PER_MILLE = {"p50": 500, "p90": 900, "p95": 950, "p99": 990, "p999": 999, "max": 1000}
STATISTICS = [*PER_MILLE, "mean"]
METRICS = {
    "latency": "Latency",
    "error_ratio": "An error ratio",
    "throughput": "Throughput",
    "checks_ratio": "A checks ratio",
}
# Judged by how much there is of it.
WANT_MORE = ("throughput", "checks_ratio")


def limits_of(objective):
    """Returns {"perMille", "slowerFromMicros", "limitPpm"}, each None where it has no meaning.

    perMille: of a percentile, in thousandths (p99.9 = 999, max = 1000); slowerFromMicros: latency: the smallest whole
    number of microseconds that is slower than the limit; limitPpm: ratios: the share that may fail, in parts per
    million.
    """
    # What the baseline measured is the server's to know: of what is held to it nothing can be counted here.
    latency = objective["metric"] == "latency" and objective["value"] is not None
    return {
        "perMille": PER_MILLE.get(objective["statistic"]) if latency else None,
        "slowerFromMicros": _slower_from(objective) if latency else None,
        "limitPpm": _limit_ppm(objective["metric"], objective["value"]),
    }


def _slower_from(objective):
    """`< 500 ms`: 500,000 µs is slower already; `<= 500 ms`: 500,001 µs is the first that is."""
    # In nanoseconds first: 16.1 * 1000 is 16100.000000000002, and 2.3 * 1000 is 2299.9999999999995.
    limit_micros = _rounded(objective["value"] * 1e6) / 1000
    if objective["comparison"] == "<":
        return math.ceil(limit_micros)
    return math.floor(limit_micros) + 1


def _limit_ppm(metric, value):
    if value is None:
        return None
    if metric == "error_ratio":
        return _rounded(value * 1e6)
    return 1_000_000 - _rounded(value * 1e6) if metric == "checks_ratio" else None


def _rounded(number):
    """A half goes up, as in JavaScript; Python's own takes it to the even neighbour."""
    below = math.floor(number)
    return below + (number - below >= 0.5)


def problem_of(objective):
    """Why it cannot be judged, in the words of the server; None: it can."""
    return _parts_problem(objective) or _whole_problem(objective)


def _parts_problem(objective):
    """Of each of its parts by itself."""
    statistic, strict = objective.get("statistic"), objective.get("strict", False)
    abort_after_ms = objective.get("abortAfterMs")
    if objective.get("metric") not in METRICS:
        return "Give latency, error_ratio, throughput or checks_ratio."
    if statistic is not None and statistic not in STATISTICS:
        return f"Give one of {', '.join(STATISTICS)}."
    if objective.get("comparison") not in ("<", "<=", ">", ">="):
        return "Give <, <=, > or >=."
    limit = _limit_problem(objective)
    if limit:
        return limit
    if not isinstance(strict, bool):
        return "Give true or false."
    if objective.get("during") not in ("steady", "whole"):
        return "Give steady or whole."
    if abort_after_ms is None:
        return None
    if not is_whole(abort_after_ms):
        return "Give whole milliseconds."
    if abort_after_ms < 1000:
        return "Give 1000 ms or more: it is looked at once a second."
    return None


def _limit_problem(objective):
    """Of what it is held to: a value, or the baseline."""
    value = objective.get("value")
    if "maxChangeRatio" not in objective:
        if not is_number(value):
            return "Give a number."
        if value < 0:
            return "A limit cannot be negative."
        return "That limit is too large." if value > 1e9 else None
    most = objective["maxChangeRatio"]
    if not is_number(most):
        return "Give a number."
    if most <= 0:
        return "Give more than 0: no two runs measure the same; 10 % is 0.1."
    if most > 100:
        return "Give at most 100: 10 % is 0.1."
    if value is None:
        return None
    return "Give either a value or a maxChangeRatio; for both, write two objectives."


def _whole_problem(objective):
    """Of what stands together."""
    metric, statistic = objective["metric"], objective["statistic"]
    value, request_name = objective["value"], objective["requestName"]
    named, wants_more = METRICS[metric], metric in WANT_MORE
    upper = objective["comparison"] in ("<", "<=")
    if metric == "latency" and statistic is None:
        return f"Latency needs a statistic: one of {', '.join(STATISTICS)}."
    if metric != "latency" and statistic is not None:
        return f"{named} has no statistic."
    if wants_more and upper:
        return f"{named} is judged with >= or >."
    if not wants_more and not upper:
        return f"{named} is judged with < or <=."
    if metric == "error_ratio" and value is not None and value > 1:
        return "An error ratio lies between 0 and 1: 1 % is 0.01."
    if metric == "checks_ratio" and value is not None and value > 1:
        return "A checks ratio lies between 0 and 1: 99 % is 0.99."
    if wants_more and request_name is not None:
        return f"{named} is judged on executions."
    if objective["abortAfterMs"] is not None:
        if metric == "throughput" or statistic == "mean":
            return "A test can be stopped by a latency percentile, an error ratio or a checks ratio."
        if value is None:
            return "A test can be stopped by a limit of its own, not by a change against the baseline."
    # It passes on few samples where nothing failed, which says nothing of another metric.
    if objective["added"] and (metric != "error_ratio" or request_name is not None):
        return (
            "Only the error objective that every plan has is an added one: write false."
        )
    return None


def is_number(value):
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)
