"""What the test takes from the environment. What is missing or wrong stops it before
anything is sent."""

import json
import math
import os
import re
import ssl
import sys


def stop(message):
    """Ends the process with one line; exit code 1."""
    sys.exit(f"load test: {message}")


def variables(wanted):
    """Name -> value of the environment variables without which the test does not start.

    wanted: [{"name", "holds", "kind"}]; kind is what the value must be.
    """
    _refuse_missing([one for one in wanted if not os.environ.get(one["name"])])
    return {
        variable["name"]: _value_of(
            variable["name"], variable["holds"], variable["kind"]
        )
        for variable in wanted
    }


def _refuse_missing(missing):
    """All at once: who is told one of them sets it, and is told the next."""
    names = [one["name"] for one in missing]
    if len(names) == 1:
        holds = missing[0]["holds"]
        stop(f"the environment variable {names[0]} is not set: it holds {holds}.")
    if names:
        listed = f"{', '.join(names[:-1])} and {names[-1]}"
        stop(f"set {listed}: VARIABLES in the script says what they hold.")


def _value_of(name, holds, kind):
    # As bytes: Python would read them in the encoding of the user's locale.
    try:
        text = os.fsencode(os.environ[name]).decode()
    except UnicodeDecodeError:
        return stop(f"the environment variable {name} is not UTF-8.")
    is_kind, what = KINDS[kind]
    if not is_kind(text):
        stop(f"the environment variable {name} cannot be used as {holds}: {what}.")
    return text


def _is_json_string(text):
    try:
        return isinstance(json.loads(f'"{text}"'), str)
    except ValueError:
        return False


NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")

# Kind -> (whether a text is of it, what is said when it is not). The same as in
# variables.js.
KINDS = {
    "header": (
        re.compile("[ -~]*").fullmatch,
        "a header takes printable ASCII characters only",
    ),
    "json": (
        _is_json_string,
        "it must be written as between the quotes of a JSON string, escapes and all",
    ),
    "number": (NUMBER.fullmatch, "it must be a JSON number"),
    "text": (lambda text: True, ""),
}


def _pattern(text):
    return re.compile(text, re.ASCII | re.IGNORECASE)


# Printable ASCII; where readers of addresses differ, as on \\ and @, it is none.
ADDRESS = _pattern(
    r"(?=[!-~]*\Z)(https?)(://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?"
    r"(?:/[^?#\\]*)?)"
)
ENDS_IN_NUMBER = _pattern(r"(^|\.)([0-9]+|0x[0-9a-f]*)\.?\Z")
# `127.1` and `010.0.0.1` are addresses too, but not to everybody the same.
IPV4 = _pattern(r"((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!\Z)|\Z)){4}")
BROKEN_ESCAPE = _pattern("%(?![0-9a-f]{2})")


def target(default, given=None):
    """The base URL of the target, without a slash at its end: --host, else
    LOAD_TEST_TARGET, else the script's own."""
    given = given or os.environ.get("LOAD_TEST_TARGET")
    found = ADDRESS.fullmatch(given or default)
    is_address = found and _is_host(found[3]) and _is_port(found[4])
    # What the plan says was refused by the tools that cannot send it.
    if not is_address or (given and BROKEN_ESCAPE.search(given)):
        stop(
            "the target (LOAD_TEST_TARGET) must be an http or https address: a host, a "
            "port from 1 to 65535 and a path, without spaces, user, query and fragment; "
            "a % stands there only in escapes such as %20."
        )
    return found[1].lower() + found[2].rstrip("/")


def _is_host(host):
    return not ENDS_IN_NUMBER.search(host) or IPV4.fullmatch(host)


def _is_port(port):
    return port is None or 1 <= int(port) <= 65535


def shard():
    """(index, count): this process is number `index`, from 0, of `count` that make the
    load of the plan together."""
    text = os.environ.get("LOAD_TEST_SHARD") or "0/1"
    found = re.fullmatch("([0-9]{1,6})/([0-9]{1,6})", text)
    index, count = map(int, found.groups()) if found else (0, 0)
    if index >= count:
        stop(
            "LOAD_TEST_SHARD is not a share of a test: the first of three is 0/3, the "
            "last one 2/3."
        )
    return index, count


# Whoever starts the shares of a test gives each of them time to come up, and nobody waits
# by mistake.
MOST_AHEAD_MS = 50_000


def start_at(now_ms):
    """When the plan's second 0 is, in milliseconds since 1970; None: at once. Where that
    is over, it begins at once as well."""
    text = os.environ.get("LOAD_TEST_START_AT")
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,15}", text):
        stop("LOAD_TEST_START_AT is not a moment: give whole milliseconds since 1970.")
    ahead_ms = int(text) - now_ms
    if ahead_ms > MOST_AHEAD_MS:
        stop(
            f"LOAD_TEST_START_AT is {math.ceil(ahead_ms / 1000)} s ahead: a test waits for "
            "its start for at most 50 s."
        )
    return int(text)


def check_certificates():
    """LOAD_TEST_CA: a file with certificates that are trusted besides the system's."""
    path = os.environ.get("LOAD_TEST_CA")
    if not path:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        stop(f"LOAD_TEST_CA={path} holds no certificate that can be read.")
    except OSError as error:
        stop(f"LOAD_TEST_CA={path} cannot be read: {error}.")


def read(path):
    """The bytes of a file that came with the script."""
    try:
        return path.read_bytes()
    except OSError as error:
        return stop(f"a file of the load test is missing: {error}.")


# A named pipe without a reader is an error, not a reason to wait.
OPEN_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NONBLOCK", 0)


def samples():
    """Where the sample lines go: (an open file descriptor or None, whether a server
    reads them while the test runs)."""
    place = os.environ.get("LOAD_TEST_SAMPLES", "")
    if not place:
        return None, False
    if place == "console":
        stop(
            "LOAD_TEST_SAMPLES=console belongs to k6: give fd:3 or the path of a file."
        )
    try:
        if place.startswith("fd:"):
            os.fstat(int(place[3:]))
            return int(place[3:]), True
        return os.open(place, OPEN_FLAGS, 0o644), False
    except (OSError, ValueError) as error:
        return stop(f"LOAD_TEST_SAMPLES={place} cannot be written to: {error}.")
