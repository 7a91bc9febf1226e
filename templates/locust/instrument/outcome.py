"""What became of a request, read from status and body.

The same rules as the JavaScript bundles; the product holds both to one file of examples.
"""

import json


def outcome_of(rule, status, body):
    """Returns (outcome, detail); detail is empty when there is nothing to say.

    rule: {"success": "studio" or "gateway", "failOnSuccessFalse": bool}; body: the whole answer as text.
    """
    if 300 <= status < 400:
        return "redirected", f"status {status}"
    if status in (401, 403):
        return "auth", f"status {status}"
    if status == 404:
        return "not_found", f"status {status}"
    if status == 422:
        return "invalid_request", _start(body)
    if status == 429:
        return "limited", f"status {status}"
    if 400 <= status < 500:
        return "http_4xx", f"status {status}"
    if status >= 500:
        return "http_5xx", f"status {status}"
    if status < 200:
        return "other", f"status {status}"

    answer = _parse(body)
    if not isinstance(answer, dict):
        return "bad_body", "the answer is not a JSON object"
    # A gateway repeats its answer to an equal POST from a cache: a cached answer measures the cache.
    if answer.get("cached") is True:
        return "cached_answer", "the answer came from a cache"
    if rule["success"] == "gateway":
        if status != 200:
            return "bad_body", f"status {status} where a gateway answers 200"
        if not isinstance(answer.get("outputs"), dict):
            return "bad_body", "the answer has no outputs"
    if answer.get("status") in ("failed", "error"):
        return "workflow_failed", _start(body)
    outputs = answer.get("outputs")
    if not isinstance(outputs, dict):
        outputs = answer.get("results")
    node = _failed_node(outputs, rule["failOnSuccessFalse"]) if isinstance(outputs, dict) else None
    return ("ok", "") if node is None else ("workflow_failed", _start(f"node {node} failed"))


def _failed_node(outputs, fail_on_success_false):
    """Kailash answers 200 although a node failed: `failed: true`, or `success: false` from nodes that only report."""
    for node, output in outputs.items():
        if isinstance(output, dict) and (
            output.get("failed") is True or (fail_on_success_false and output.get("success") is False)
        ):
            return node
    return None


def _parse(body):
    """The value of a JSON text, None when it is none: NaN and Infinity, which Python would take, are no JSON."""
    try:
        # Numbers are not looked at; as floats they have no limit of digits.
        return json.loads(body, parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(constant):
    raise ValueError(constant)


def _start(text):
    return text[:200]
