"""Runs parts of the instrument that need no Locust: load profiles and settings on standard input; prints what came out as
JSON.

Called with the folder `templates/locust/instrument`.
"""

import json
import os
import sys
import types

sys.dont_write_bytecode = True
# These two without the rest of the instrument, which needs Locust.
package = types.ModuleType("instrument")
package.__path__ = [sys.argv[1]]
sys.modules["instrument"] = package

from instrument import schedule, settings  # noqa: E402


def profile(p):
    return {
        "starts": list(schedule.starts(p["stages"], range(p["count"]))),
        "windows": schedule.windows(p["stages"], range(9)) if p["closed"] else [],
    }


def value_of(case):
    """bytes: in hexadecimal, for what is no text; null: not set."""
    os.environ.pop("VALUE", None)
    if case["bytes"] is not None:
        os.environb[b"VALUE"] = bytes.fromhex(case["bytes"])
    wanted = {"name": "VALUE", "holds": "the value of it", "kind": case["kind"]}
    return stopped(lambda: settings.variables([wanted])["VALUE"])


def certificates(path):
    os.environ["LOAD_TEST_CA"] = path
    return stopped(settings.check_certificates)


def samples(place):
    os.environ["LOAD_TEST_SAMPLES"] = place
    return stopped(settings.samples)


def stopped(read):
    try:
        return {"value": read()}
    except SystemExit as exit:
        return {"problem": exit.code}


given = json.load(sys.stdin)
json.dump(
    {
        "profiles": [profile(p) for p in given["profiles"]],
        "variables": [value_of(case) for case in given["variables"]],
        "certificates": [certificates(path) for path in given["certificates"]],
        "samples": [samples(place) for place in given["samples"]],
    },
    sys.stdout,
)
