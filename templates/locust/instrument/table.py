"""What a script prints at its end: a table of the objectives, and one line for machines.

The same as table.js; both are held to vectors/judge.json.
"""

import math
from decimal import Decimal

from .judge import judged_ms, needs_the_server, throughput_holds

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
    return [
        *(_line(row, widths) for row in [COLUMNS, *rows]),
        *_notes(plan),
        _verdict_line(judgement),
    ]


def _notes(plan):
    """A verdict by counts may be narrow, and how narrow takes all seconds of a run to say."""
    if any(
        one.get("strict") and not needs_the_server(one) for one in plan["objectives"]
    ):
        yield (
            "A strict objective needs the server to tell a narrow verdict from a clear one: "
            "here it is judged by its counts alone."
        )


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
    """Rounded away from the limit: what is printed never stands on the other side of it."""
    n, k, allowed = result["n"], result["k"], result["allowed"]
    if n == 0:
        return "-"
    broken = allowed is not None and k > allowed
    match objective["metric"]:
        case "latency":
            if latency is None:
                return "-"
            if latency == math.inf:
                return f">= {_least_ms(plan, objective)} ms"
            micros = _beside_limit(objective, latency, allowed, broken)
            return f"{_decimal(micros, 1000, 1, broken)} ms"
        case "error_ratio":
            return _decimal(k, n, 4, broken)
        case "checks_ratio":
            return _decimal(n - k, n, 4, not broken)
        case "throughput":
            ms, known = judged_ms(plan, objective), not needs_the_server(objective)
            holds = known and throughput_holds(plan, objective, k)
            return f"{_decimal(k * 1000, ms, 1, holds)}/s"
    raise ValueError(f"there is no metric {objective['metric']}")


def _beside_limit(objective, latency, allowed, broken):
    """A histogram knows a latency to 0.1 %; on which side of the limit it lies was counted."""
    if allowed is None:
        return latency
    limit = objective["slowerFromMicros"]
    return max(latency, limit) if broken else min(latency, limit - 1)


def _least_ms(plan, objective):
    """What is known of a censored one: it took so long, or longer."""
    timeout, deadline = plan["requestTimeoutMs"], plan["pollDeadlineMs"]
    if objective["requestName"] is None and deadline is not None:
        return min(timeout, deadline)
    return timeout


def _decimal(numerator, denominator, places, up):
    """numerator / denominator to so many places, in whole numbers: languages print fractions in different ways."""
    exact = numerator * 10**places
    scaled = -(-exact // denominator) if up else exact // denominator
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
    if objective["value"] is None:
        most = number_text(objective["maxChangeRatio"])
        limit = f"worse by <= {most} than the baseline"
    else:
        limit = f"{objective['comparison']} {number_text(objective['value'])}{unit}"
    return f"{what} {limit} of {of}, {objective['during']}"


def number_text(value):
    """As JavaScript prints it: 500, 0.01, 0.00001, 1e-7."""
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    if value >= 1e-6:
        return format(Decimal(text), "f")
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"
