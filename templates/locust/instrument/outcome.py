"""What became of a request, read from status and body.

The same rules as outcome.js; both are held to vectors/outcome.json.
"""

import json
import math
import re
from typing import Any, NamedTuple

# Not in an answer, or no JSON at all; None is JSON's null.
NOTHING = type("Nothing", (), {"__repr__": lambda _: "NOTHING"})()

# Python gives up somewhere below 1,000.
DEEPEST = 500


class Reading(NamedTuple):
    outcome: str
    # Empty when there is nothing to say.
    detail: str
    # The body as JSON; NOTHING when it is none.
    answer: Any
    # (outcome, detail) of the execution; None when this answer does not say so (yet).
    execution: tuple[str, str] | None


def outcome_of(rule, status, body):
    """rule: {"success": str, "failOnSuccessFalse": bool}; body: the whole answer as text.

    success: studio, gateway, custom: the answer is the execution's own; accepted, started: it begins an execution;
    polledGateway, polledSessions: it tells how an execution stands; value: any answer that is an object.
    """
    refused = _refused_by(status, body)
    if refused:
        return _ended(refused, NOTHING)
    answer = parse(body)
    success = rule["success"]
    # Another API may answer with anything; where it looks like Kailash's own answer, a failure in it is one.
    if success == "custom":
        result = _result_of(answer, rule) if isinstance(answer, dict) else OK
        return _ended(result, answer)
    if not isinstance(answer, dict):
        return _ended(("bad_body", "the answer is not a JSON object"), answer)
    if success == "value":
        return _running(answer)
    # A gateway repeats its answer to an equal POST from a cache: a cached answer measures the cache.
    if answer.get("cached") is True:
        return _ended(("cached_answer", "the answer came from a cache"), answer)
    if success == "studio":
        return _ended(_result_of(answer, rule), answer)
    if status != 200:
        return _ended(("bad_body", f"status {status} where 200 is expected"), answer)
    match success:
        case "gateway":
            return _ended(_outputs_of(answer, rule), answer)
        case "accepted":
            return _running(answer)
        case "started":
            if answer.get("status") == "started":
                return _running(answer)
            return _ended(("bad_body", "the execution was not started"), answer)
        case "polledGateway":
            return _polled(answer, lambda: _outputs_of(answer.get("result"), rule))
        case "polledSessions":
            return _polled(answer, lambda: _session_result_of(answer, rule))
    raise ValueError(f"there is no rule {success}")


OK = ("ok", "")
UNFINISHED = ("pending", "started", "running")


def _refused_by(status, body):
    """The status alone says that it failed."""
    if 300 <= status < 400:
        return "redirected", f"status {status}"
    if status in (401, 403):
        return "auth", f"status {status}"
    if status == 404:
        return "not_found", f"status {status}"
    if status == 422:
        return "invalid_request", start(body)
    if status == 429:
        return "limited", f"status {status}"
    if 400 <= status < 500:
        return "http_4xx", f"status {status}"
    if status >= 500:
        return "http_5xx", f"status {status}"
    if status < 200:
        return "other", f"status {status}"
    return None


def _polled(answer, result):
    """How an execution stands. `completed` is not success by itself: its outputs may tell of a failed node."""
    status = answer.get("status")
    if status in UNFINISHED:
        return _running(answer)
    if status == "completed":
        return _running(answer)._replace(execution=result())
    if status in ("failed", "cancelled"):
        detail = start(_text_of(answer.get("error")) or f"status {status}")
        return _running(answer)._replace(execution=("workflow_failed", detail))
    return _ended(("bad_body", "the answer tells no status that is known"), answer)


def _session_result_of(answer, rule):
    error = answer.get("error")
    if error is None:
        return _outputs_of(answer, rule)
    return "workflow_failed", start(_text_of(error) or "completed with an error")


def _outputs_of(answer, rule):
    """The body of an execution must hold outputs."""
    if not isinstance(answer, dict) or not isinstance(answer.get("outputs"), dict):
        return "bad_body", "the answer has no outputs"
    return _result_of(answer, rule)


def _result_of(answer, rule):
    """What the body of an execution says."""
    status = answer.get("status")
    if status in ("failed", "error"):
        detail = start(_text_of(answer.get("error")) or f"status {status}")
        return "workflow_failed", detail
    outputs = answer.get("outputs")
    if not isinstance(outputs, dict):
        outputs = answer.get("results")
    if not isinstance(outputs, dict):
        return OK
    node = _failed_node(outputs, rule["failOnSuccessFalse"])
    return OK if node is None else ("workflow_failed", start(f"node {node} failed"))


def _failed_node(outputs, fail_on_success_false):
    """Kailash answers 200 although a node failed: `failed: true`, or `success: false` from nodes that only report."""
    failed = [
        node
        for node, output in outputs.items()
        if isinstance(output, dict)
        and (
            output.get("failed") is True
            or (fail_on_success_false and output.get("success") is False)
        )
    ]
    # JavaScript has whole numbers first among the names of an object, in their order.
    return min(failed, key=_place, default=None)


def _place(name):
    whole = re.fullmatch("0|[1-9][0-9]{0,9}", name) and int(name) < 2**32 - 1
    return int(name) if whole else math.inf


def _running(answer):
    return Reading("ok", "", answer, None)


def _ended(result, answer):
    return Reading(*result, answer, result)


def parse(body):
    """The value of a JSON text; NOTHING when it is none, or nested more deeply than all languages can read.

    NaN and Infinity, which Python would take, are no JSON. All numbers are doubles.
    """
    try:
        answer = _decode(body)
    except (ValueError, RecursionError):
        return NOTHING
    # At most so deep is it nested; cheap to know.
    opened = body.count("[") + body.count("{")
    return NOTHING if opened > DEEPEST and _depth_of(answer) > DEEPEST else answer


def _depth_of(value):
    depth, level = -1, [value]
    while level:
        nested = [one for one in level if isinstance(one, (dict, list))]
        level = [
            inside
            for one in nested
            for inside in (one.values() if isinstance(one, dict) else one)
        ]
        depth += 1
    return depth


def _refuse(constant):
    raise ValueError(constant)


# Made once: making it takes as long as reading a small answer.
_decode = json.JSONDecoder(parse_int=float, parse_constant=_refuse).decode


def _text_of(value):
    """Of an error: a text as it is, all else not shown, since languages write it differently."""
    return value if isinstance(value, str) else ""


# Characters that a detail has at most.
LONGEST_DETAIL = 200


def start(text):
    """The first characters."""
    return text[:LONGEST_DETAIL]
