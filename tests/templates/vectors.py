"""Runs one file of vectors through the rules in Python; prints what came out as JSON, in the order of the vectors.

Called with the folder `templates/locust/instrument` and the path of the file.
"""

import json
import math
import os
import sys
import types
from itertools import count
from pathlib import Path

sys.dont_write_bytecode = True
folder, path = sys.argv[1:]
# The rules without the rest of the instrument, which needs Locust.
package = types.ModuleType("instrument")
package.__path__ = [folder]
sys.modules["instrument"] = package

from instrument import addresses, alternate, body, checks, histogram, judge, objective, outcome, plan, schedule, settings, share, table, told, watch  # noqa: E402
from instrument import token as tokens  # noqa: E402
from instrument.journey import Journey  # noqa: E402


bundle = Path(path).parent.parent / "bundle"
is_refused = addresses.refusing(json.loads((bundle / "refused-addresses.json").read_text("utf-8"))["ranges"])


def of_addresses(vector):
    return is_refused(vector["address"])


def of_alternate(vector):
    numbers = range(vector["from"], vector["from"] + len(vector["baseline"]))
    return "".join("b" if alternate.is_baseline_turn(number, vector["seed"]) else "." for number in numbers)


def of_outcome(vector):
    reading = outcome.outcome_of(vector["rule"], vector["status"], vector["body"])
    return {"outcome": reading.outcome, "detail": reading.detail, "execution": reading.execution}


def of_checks(vector):
    return checks.checks_of(vector["checks"], outcome.parse(vector["answer"]))


def of_token(vector):
    beside = outcome.NOTHING if vector["expiresIn"] is None else outcome.parse(vector["expiresIn"])
    life_ms = tokens.life_of(vector["token"], beside, vector["nowEpochMs"])
    return {"lifeMs": life_ms, "renewAheadMs": None if life_ms is None else tokens.renew_ahead_of(life_ms)}


def of_body(vector):
    flow = {"secrets": vector["secrets"]}
    body_of = body.bodies_of(flow, lambda file: vector["files"][file].encode(), vector["variables"])
    request = {"name": "execute", "body": vector["body"]}
    # Another iteration of another user sent another body.
    body_of(request, dict.fromkeys(vector["values"], "other"), '"other"')
    sent = body_of(request, vector["values"], vector["inputs"])
    return None if sent is None else sent.decode()


def of_histogram(vector):
    filled = histogram.Histogram()
    for micros, times in vector["micros"]:
        for _ in range(times):
            filled.add(micros)
    for _ in range(vector["censored"]):
        filled.add_censored()
    read = [(per_mille, filled.at(per_mille)) for per_mille, _ in vector["at"]]
    return [[per_mille, "censored" if at == math.inf else at] for per_mille, at in read]


def of_judge(vector):
    plan, tallies = vector["plan"], vector.get("tallies")
    if tallies is None:
        tallies = judge.new_tallies(plan)
        for name, start, duration, outcome_, *checked in vector["samples"]:
            judge.count(plan, tallies, name, start, duration, outcome_)
            if checked:
                judge.count_checks(plan, tallies, start, *checked[0])
    judgement = judge.judge(plan, tallies, vector["facts"])
    latencies = [math.inf if latency == "censored" else latency for latency in vector["latencies"]]
    return {**judgement, "lines": table.verdict_lines(plan, judgement, latencies)}


def of_watch(vector):
    watched = watch.new_watch(vector["plan"])
    broken = []
    for step in vector["steps"]:
        if "at" in step:
            broken.append(watched.broken_at(step["at"]))
            continue
        name, start, duration, outcome_ = step["add"]
        for _ in range(step["times"]):
            watched.add(name, start, duration, outcome_)
            if "checks" in step:
                watched.add_checks(start, start + duration, *step["checks"])
    return broken


def of_segments(vector):
    stages = vector["stages"]
    segments = [[round(begin * 1000), round(end * 1000), low, high] for begin, end, low, high in schedule.segments(stages)]
    return {"segments": segments, "starts": [round(at * 1e6) for at in schedule.starts(stages, count())]}


def of_variables(vector):
    """A problem: the script does not start, and says so."""
    if "texts" in vector:
        return of_several(vector["texts"])
    rule, name = next((key, name) for key, name in VARIABLES.items() if key in vector)
    os.environ.pop(name, None)
    if vector[rule] is not None:
        os.environb[name.encode()] = vector[rule].encode()
    try:
        if rule == "shard":
            return {"value": settings.shard()}
        if rule == "startAt":
            return {"value": settings.start_at(vector["nowMs"])}
        if rule == "target":
            return {"value": settings.target("http://127.0.0.1:8000/a%zz/")}
        return {"value": settings.variables([{"name": name, "holds": "the value of it", "kind": vector["kind"]}])[name]}
    except SystemExit as exit:
        return {"problem": exit.code.removeprefix("load test: ")}


def of_several(texts):
    for name, text in texts.items():
        os.environ.pop(name, None)
        if text is not None:
            os.environb[name.encode()] = text.encode()
    try:
        return {"value": settings.variables([{"name": name, "holds": f"the value of {name}", "kind": "header"} for name in texts])}
    except SystemExit as exit:
        return {"problem": exit.code.removeprefix("load test: ")}


VARIABLES = {"shard": "LOAD_TEST_SHARD", "startAt": "LOAD_TEST_START_AT", "target": "LOAD_TEST_TARGET", "text": "VALUE"}


def of_journey(vector):
    journey = Journey(flows[vector["flow"]], vector["plan"], vector["variables"], lambda: vector["epochMs"])
    return [iterated(journey, iteration) for iteration in vector["iterations"]]


def iterated(journey, iteration):
    """Each answer in its turn, each after so long as the vector says, until the execution is over or no answer is left."""
    journey.begin(iteration["plannedMs"], iteration.get("number"))
    now, steps = iteration["atMs"], []
    for given in iteration["steps"]:
        step = journey.next(now)
        if step is None:
            break
        now = step.at_ms + given["endMs"] - given["atMs"]
        sample = journey.answered(step.request, step.at_ms, now, given["answer"])
        steps.append(
            {
                "request": step.request["name"],
                "path": step.path,
                "headers": step.headers,
                "values": step.values,
                "atMs": step.at_ms,
                "endMs": now,
                "answer": given["answer"],
                "sample": sample._asdict(),
            }
        )
    after = journey.next(now)
    if after is not None:
        return {"steps": steps, "notOver": after.request["name"]}
    execution = journey.execution()
    if execution is not None:
        start_ms, end_ms, outcome_, detail = execution
        execution = {"startMs": start_ms, "endMs": end_ms, "outcome": outcome_, "detail": detail}
    number = {"number": iteration["number"]} if "number" in iteration else {}
    return {"atMs": iteration["atMs"], "plannedMs": iteration["plannedMs"], **number, "steps": steps, "execution": execution}


def of_objective(vector):
    problem = objective.problem_of(vector["objective"])
    return {"problem": problem, "limits": objective.limits_of(vector["objective"]) if problem is None else None}


def of_plan(vector):
    read, problem = plan.read_plan(vector["plan"], vector["flow"])
    derived = ("durationMs", "maxUsers", "plannedIterations", "longestIterationMs")
    return {"problem": problem, "derived": read and {name: read[name] for name in derived}}


def of_share(vector):
    shard = vector["shard"]
    plan_, problem = share.share_of(vector["plan"], {"inputs": vector["inputs"]}, shard)
    if plan_ is None:
        return {"problem": problem, "share": None}
    most = plan_["maxUsers"]
    first, last = share.number_of(shard, 0), share.number_of(shard, most - 1)
    numbers = share.numbers_of(shard, vector["plan"]["maxUsers"])
    assert (len(numbers), numbers[0], numbers[-1]) == (most, first, last)
    counts = {name: plan_[name] for name in ("maxUsers", "maxIterations", "plannedIterations")}
    values = [one["value"] for one in plan_["objectives"]]
    return {"problem": None, "share": {**counts, "values": values, "first": first, "last": last}}


def of_told(vector):
    if "detail" in vector:
        return told.invalid_line(vector["detail"])
    return told.failure_lines(vector["outcomes"])


RULES = {
    "addresses": of_addresses,
    "alternate": of_alternate,
    "body": of_body,
    "checks": of_checks,
    "histogram": of_histogram,
    "journey": of_journey,
    "judge": of_judge,
    "objective": of_objective,
    "outcome": of_outcome,
    "plan": of_plan,
    "segments": of_segments,
    "share": of_share,
    "told": of_told,
    "token": of_token,
    "variables": of_variables,
    "watch": of_watch,
}

vectors = json.loads(Path(path).read_text("utf-8"))
flows = vectors["flows"] if isinstance(vectors, dict) else {}
rule = RULES[Path(path).stem]
json.dump([rule(vector) for vector in (vectors["journeys"] if flows else vectors)], sys.stdout)
