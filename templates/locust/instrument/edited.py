"""Whether PLAN and FLOW are still those that were generated."""

import hashlib
import json

from .table import number_text


def is_edited(plan, flow, made):
    text = json_text([plan, flow])
    return (
        hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        != made["blocksHash"]
    )


def json_text(value):
    """As JavaScript writes it, which made the hash."""
    if isinstance(value, dict):
        members = (f"{json_text(k)}:{json_text(v)}" for k, v in value.items())
        return f"{{{','.join(members)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(json_text, value))}]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False)
