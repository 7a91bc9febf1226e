"""What the script takes from the environment. What is missing or wrong stops the test before anything is sent."""

import os
import sys
from urllib.parse import urlsplit


def stop(message):
    """Ends the process with one line; exit code 1."""
    sys.exit(f"load test: {message}")


def variable(name, what):
    """The value of an environment variable that the test cannot do without; goes into a header."""
    value = os.environ.get(name, "")
    if not value:
        stop(f"the environment variable {name} is not set: it holds {what}.")
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        stop(f"the environment variable {name} holds a line break or another control character.")
    return value


def target(default, given=None):
    """The base URL of the target, without a slash at its end: --host, else LOAD_TEST_TARGET, else the script's own."""
    url = given or os.environ.get("LOAD_TEST_TARGET") or default
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        stop("the target (LOAD_TEST_TARGET) is not an http or https address.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        stop("the target (LOAD_TEST_TARGET) holds more than an address: leave user, password, query and fragment out.")
    return url.rstrip("/")


def read(path):
    """The bytes of a file that came with the script."""
    try:
        return path.read_bytes()
    except OSError as error:
        return stop(f"a file of the load test is missing: {error}.")


def samples():
    """Where the sample lines go: an open file descriptor, or None."""
    place = os.environ.get("LOAD_TEST_SAMPLES", "")
    if not place:
        return None
    if place == "console":
        stop("LOAD_TEST_SAMPLES=console belongs to k6: give fd:3 or the path of a file.")
    try:
        if place.startswith("fd:"):
            os.fstat(int(place[3:]))
            return int(place[3:])
        return os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    except (OSError, ValueError) as error:
        return stop(f"LOAD_TEST_SAMPLES={place} cannot be written to: {error}.")
