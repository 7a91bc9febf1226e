"""Bodies of requests, from their parts. The same as body.js; both are held to vectors/body.json."""

import json
import re


def bodies_of(flow, read, variables):
    """Returns body_of(request, values, inputs) -> bytes, or None: the request has no body.

    read: path of a data file -> its bytes; variables: values of the environment variables that the flow names;
    values: what earlier answers gave; inputs: JSON text of this iteration. A body in which nothing changes is made
    once, and is the same object each time.
    """
    files = {}
    constant = {}

    def file(path):
        """With the secrets that were cut out of it put back."""
        if path not in files:
            secrets = [secret for secret in flow["secrets"] if secret["file"] == path]
            files[path] = _put_back(read(path), secrets, variables)
        return files[path]

    def part_of(part, values, inputs):
        if "file" in part:
            return file(part["file"])
        if "inputs" in part:
            return inputs.encode()
        if "value" in part:
            return _quoted(values[part["value"]])
        if "variable" in part:
            return _quoted(variables[part["variable"]])
        return part["text"].encode()

    def joined(request, values, inputs):
        return b"".join(part_of(part, values, inputs) for part in request["body"])

    def body_of(request, values, inputs):
        if request["body"] is None:
            return None
        if any("inputs" in part or "value" in part for part in request["body"]):
            return joined(request, values, inputs)
        if request["name"] not in constant:
            constant[request["name"]] = joined(request, values, inputs)
        return constant[request["name"]]

    return body_of


def _put_back(text, secrets, variables):
    """In one pass: a secret's own text may look like the marker of another."""
    if not secrets:
        return text
    first, *others = secrets
    pieces = text.split(first["marker"].encode())
    put = variables[first["variable"]].encode(errors="surrogateescape")
    return put.join(_put_back(piece, others, variables) for piece in pieces)


def _quoted(text):
    """As a JSON string, byte for byte what JavaScript writes."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(
        "[\ud800-\udfff]", lambda lone: f"\\u{ord(lone[0]):04x}", quoted
    ).encode()
