"""What the test takes from the environment. What is missing or wrong stops it before
anything is sent."""

import json
import os
import re
import sys
from urllib.parse import urlsplit


def stop(message):
    """Ends the process with one line; exit code 1."""
    sys.exit(f"load test: {message}")


def variables(wanted):
    """Name -> value of the environment variables without which the test does not start.

    wanted: [{"name", "holds", "kind"}]; kind is what the value must be.
    """
    return {
        variable["name"]: _value_of(
            variable["name"], variable["holds"], variable["kind"]
        )
        for variable in wanted
    }


def _value_of(name, holds, kind):
    # As bytes: Python would read them in the encoding of the user's locale.
    value = os.fsencode(os.environ.get(name, ""))
    if not value:
        stop(f"the environment variable {name} is not set: it holds {holds}.")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return stop(f"the environment variable {name} is not UTF-8.")
    is_kind, what = KINDS[kind]
    if not is_kind(text):
        stop(f"the environment variable {name} must be {what}: it holds {holds}.")
    return text


def _is_json_string(text):
    try:
        return isinstance(json.loads(f'"{text}"'), str)
    except ValueError:
        return False


NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")

# Kind -> (whether a text is of it, what it is called).
KINDS = {
    "header": (re.compile("[ -~]*").fullmatch, "printable ASCII"),
    "json": (_is_json_string, "the inside of a JSON string, with its escapes"),
    "number": (NUMBER.fullmatch, "a JSON number"),
    "text": (lambda text: True, "text"),
}


def target(default, given=None):
    """The base URL of the target, without a slash at its end: --host, else
    LOAD_TEST_TARGET, else the script's own."""
    url = given or os.environ.get("LOAD_TEST_TARGET") or default
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname
        usable = usable and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        stop("the target (LOAD_TEST_TARGET) is not an http or https address.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        stop(
            "the target (LOAD_TEST_TARGET) holds more than an address: "
            "leave user, password, query and fragment out."
        )
    return url.rstrip("/")


def shard():
    """(index, count): this process is number `index`, from 0, of `count` that share the
    rows and counters of a test."""
    text = os.environ.get("LOAD_TEST_SHARD") or "0/1"
    found = re.fullmatch("([0-9]{1,6})/([0-9]{1,6})", text)
    index, count = map(int, found.groups()) if found else (0, 0)
    if index >= count:
        stop("LOAD_TEST_SHARD must be like 1/3: this one is number 1 of 3, from 0 on.")
    return index, count


def read(path):
    """The bytes of a file that came with the script."""
    try:
        return path.read_bytes()
    except OSError as error:
        return stop(f"a file of the load test is missing: {error}.")


def samples():
    """Where the sample lines go: (an open file descriptor or None, whether a server
    reads them while the test runs)."""
    place = os.environ.get("LOAD_TEST_SAMPLES", "")
    if not place:
        return None, False
    if place == "console":
        stop("LOAD_TEST_SAMPLES=console belongs to k6: give fd:3 or a path.")
    try:
        if place.startswith("fd:"):
            os.fstat(int(place[3:]))
            return int(place[3:]), True
        return os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), False
    except (OSError, ValueError) as error:
        return stop(f"LOAD_TEST_SAMPLES={place} cannot be written to: {error}.")
