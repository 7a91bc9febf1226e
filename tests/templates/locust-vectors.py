"""Runs the shared vectors and the load profiles through the instrument; prints what came out as JSON.

Called with the folders `templates/locust/instrument` and `templates/shared/vectors`; profiles come on standard input.
"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
instrument, vectors = sys.argv[1:]
sys.path.insert(0, instrument)
import judge  # noqa: E402
import outcome  # noqa: E402
import schedule  # noqa: E402


def judged(case):
    plan, tallies = case["plan"], case.get("tallies")
    if tallies is None:
        tallies = judge.new_tallies(plan)
        for sample in case["samples"]:
            judge.count(plan, tallies, *sample)
    judgement = judge.judge(plan, tallies, case["facts"])
    return {**judgement, "lines": judge.verdict_lines(plan, judgement)}


def load(name):
    return json.loads((Path(vectors) / name).read_text("utf-8"))


json.dump(
    {
        "judge": {case["name"]: judged(case) for case in load("judge.json")},
        "outcome": {case["name"]: outcome.outcome_of(case["rule"], case["status"], case["body"]) for case in load("outcome.json")},
        "profiles": [
            {"starts": list(schedule.starts(p["stages"], p["count"])), "windows": schedule.windows(p["stages"]) if p["closed"] else []}
            for p in json.load(sys.stdin)
        ],
    },
    sys.stdout,
)
