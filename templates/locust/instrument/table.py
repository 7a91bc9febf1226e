"""What a script prints at its end: a table of the objectives, and one line for machines.

The same as table.js; both are held to vectors/judge.json.
"""

import math
from decimal import Decimal

from .judge import judged_ms

COLUMNS = ["verdict", "objective", "measured", "n", "against", "allowed", "reason"]


def verdict_lines(plan, judgement, latencies):
    """The last line is `LOADTEST_VERDICT ...`.

    latencies: measured microseconds of each objective: inf when only its least is known, None when there is none.
    """
    rows = [
        [
            result["verdict"],
            objective_text(objective),
            _measured_text(plan, objective, result, latency),
            str(result["n"]),
            "" if objective["metric"] == "throughput" else str(result["k"]),
            "" if result["allowed"] is None else str(result["allowed"]),
            result["reason"],
        ]
        for objective, result, latency in zip(
            plan["objectives"], judgement["results"], latencies
        )
    ]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows)]
    return [*(_line(row, widths) for row in [COLUMNS, *rows]), _verdict_line(judgement)]


def _line(row, widths):
    cells = [
        cell.rjust(width) if 1 < column < 6 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths))
    ]
    return "  ".join(cells).rstrip()


def _verdict_line(judgement):
    verdict = judgement["verdict"]
    if verdict == "passed":
        return "LOADTEST_VERDICT passed"
    cause = next(r for r in judgement["results"] if r["verdict"] == verdict)
    counts = _counts_of(cause)
    return f"LOADTEST_VERDICT {verdict} reason={judgement['reason']} {counts}"


def _counts_of(result):
    if result["reason"] == "too_few_samples":
        return f"have={result['n']} need={result['needed']}"
    # Throughput is not judged by what is against it: its k succeeded.
    if result["reason"] == "below_limit":
        return f"have={result['n']} succeeded={result['k']}"
    if result["allowed"] is None:
        return f"have={result['n']}"
    return f"have={result['n']} against={result['k']} allowed={result['allowed']}"


def _measured_text(plan, objective, result, latency):
    n, k = result["n"], result["k"]
    if n == 0:
        return "-"
    if objective["metric"] == "latency":
        if latency is None:
            return "-"
        if latency == math.inf:
            return f">= {_least_ms(plan, objective)} ms"
        return f"{_decimal(latency, 1000, 1)} ms"
    if objective["metric"] == "throughput":
        ms = judged_ms(plan, objective)
        return "-" if ms == 0 else f"{_decimal(k * 1000, ms, 1)}/s"
    return _decimal(n - k if objective["metric"] == "checks_ratio" else k, n, 4)


def _least_ms(plan, objective):
    """What is known of a censored one: it took so long, or longer."""
    timeout, deadline = plan["requestTimeoutMs"], plan["pollDeadlineMs"]
    if objective["requestName"] is None and deadline is not None:
        return min(timeout, deadline)
    return timeout


def _decimal(numerator, denominator, places):
    """numerator / denominator to so many places, in whole numbers: languages round halves in different ways."""
    scaled = (2 * numerator * 10**places + denominator) // (2 * denominator)
    return f"{scaled // 10**places}.{scaled % 10**places:0{places}}"


def objective_text(objective):
    metric = objective["metric"]
    unit = {"latency": " ms", "throughput": "/s"}.get(metric, "")
    what = objective["statistic"] if metric == "latency" else metric
    of = (
        "checks"
        if metric == "checks_ratio"
        else objective["requestName"] or "executions"
    )
    limit = f"{objective['comparison']} {_number(objective['value'])}{unit}"
    return f"{what} {limit} of {of}, {objective['during']}"


def _number(value):
    """As JavaScript prints it: 500, 0.01, 0.00001, 1e-7."""
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    if value >= 1e-6:
        return format(Decimal(text), "f")
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"
