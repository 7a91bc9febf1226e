"""What a script tells of failures besides its lines.

The same as told.js; both are held to vectors/told.json.
"""

import re

BLANK = re.compile(r"[^!-~\u00a1-\u2027\u202a-\U0010ffff]+")


def invalid_line(detail):
    """At once, of the first answer of status 422 (`invalid_request`): what is sent is not what the target takes, so the
    test is wrong.

    detail: of the request, without secrets.
    """
    said = BLANK.sub(" ", detail).strip(" ")
    return f"load test: the target answered 422{': ' if said else ''}{said}"


def failure_lines(outcomes):
    """At the end, above the table of the objectives: one line; none when nothing failed.

    outcomes: of executions -> how many there were.
    """
    failed = [(-n, outcome) for outcome, n in outcomes.items() if outcome != "ok" and n]
    told = ", ".join(f"{-n} {outcome}" for n, outcome in sorted(failed))
    return [f"failed executions: {told}"] if failed else []
