"""Runs the inputs of cases on standard input through the instrument of Locust; prints what came out as JSON.

Called with the folder `templates/locust/instrument`.
"""

import itertools
import json
import sys
import types

sys.dont_write_bytecode = True
# The inputs without the rest of the instrument, which needs Locust.
package = types.ModuleType("instrument")
package.__path__ = [sys.argv[1]]
sys.modules["instrument"] = package

from instrument import inputs  # noqa: E402


def came_out(case):
    numbers = itertools.count(1)
    inputs_of = inputs.new_inputs(
        case["spec"],
        case["text"],
        seed=case["seed"],
        shard=case["shard"],
        uuid=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        now_ms=lambda: case["nowMs"],
    )
    return [inputs_of(iteration) for iteration in case["iterations"]]


given = json.load(sys.stdin)
json.dump({"inputs": [came_out(case) for case in given["inputs"]], "murmur3": [inputs.murmur3(m["words"], m["seed"]) for m in given["murmur3"]]}, sys.stdout)
