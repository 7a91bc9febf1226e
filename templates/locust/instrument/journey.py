"""One virtual user's way through the requests of a flow: which one is next, and what became of the execution.

Pure: no clock, no requests. The same as journey.js; both are held to vectors/journey.json.

    login -> set-up, once for each user -> execute -> poll, poll ... until the execution is over

A flow with a `baseline` has two definitions: alternate.py says which iteration sends it in the place of execute. What the baseline came to stands
under its own name: an execution is one of execute, and so are the checks that are counted.

A 401 sends the user to log in again and the same request once more, once in an iteration; then it is a failure.

What the set-up gave is gone when its target was started anew. It is forgotten, and the next iteration sets up again, when a set-up
request or execute is answered 404; and when one is answered 5xx, as Kailash without auth does then, and the answer before was a 404, a
5xx or none at all: a single 5xx has other reasons. A target that always answers 5xx sees one set-up in two iterations.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from .alternate import is_baseline_turn
from .checks import checks_of, value_at
from .outcome import LONGEST_DETAIL, NOTHING, Reading, outcome_of, parse, start
from .token import life_of, renew_ahead_of


class Step(NamedTuple):
    """The request that is next. at_ms: not before then."""

    request: dict
    path: str
    headers: dict[str, str]
    # What earlier answers gave, for its body.
    values: dict[str, str]
    at_ms: float


class Sample(NamedTuple):
    """What a request came to. exec: it is also the whole execution. checks: (passed, [names of those that failed])."""

    outcome: str
    detail: str
    exec: bool
    checks: tuple[int, list[str]] | None


class Execution(NamedTuple):
    start_ms: float
    end_ms: float
    outcome: str
    detail: str


@dataclass
class _Iteration:
    # What it sends, the baseline's or the flow's own.
    execute: dict
    planned_ms: float | None
    first_ms: float | None = None
    execute_ms: float | None = None
    set_up_sent: bool = False
    renewed: bool = False
    accepted: bool = False
    poll_at_ms: float = 0
    # (outcome, detail, end_ms, exec) once the execution is over.
    over: tuple[str, str, float, bool] | None = None


class Journey:
    def __init__(self, flow, plan, variables, now_epoch_ms):
        """flow, plan: FLOW and PLAN of the script; variables: values of the environment variables that the flow names;
        now_epoch_ms: a function, the wall clock."""
        self._flow = flow
        self._baseline = flow.get("baseline")
        self._plan = plan
        self._variables = variables
        self._secrets = [
            form for value in variables.values() for form in _forms_of(value)
        ]
        self._now_epoch_ms = now_epoch_ms
        # What answers gave: token, session, workflow live as long as the user, execution as long as the iteration.
        self._values = {}
        self._renew_at_ms = math.inf
        # Nothing was sent since the login: its token is not asked for again.
        self._fresh = False
        # The answer before was one that a target gives whose sessions are gone.
        self._doubted = False
        self._iteration = None

    def begin(self, planned_ms, number):
        """planned_ms: open model: when this iteration was due; else None. number: of
        this iteration, from 0."""
        execute = self._flow["execute"]
        if self._baseline and is_baseline_turn(number, self._plan["seed"]):
            execute = self._baseline
        self._iteration = _Iteration(execute, planned_ms)
        self._forget("execution")

    def next(self, now_ms):
        """The Step that is next; None: the execution is over."""
        if self._iteration.over:
            return None
        poll_ms = max(now_ms, self._iteration.poll_at_ms)
        request = self._request_at(poll_ms if self._iteration.accepted else now_ms)
        path = re.sub(
            r"\{(session|workflow|execution)\}",
            lambda found: quote(self._values[found[1]], safe="!'()*"),
            request["path"],
        )
        at_ms = poll_ms if request is self._flow["poll"] else now_ms
        return Step(request, path, self._headers_of(request), self._values, at_ms)

    def _request_at(self, at_ms):
        """at_ms: when it would be sent: the token must be good then."""
        flow = self._flow
        expires = at_ms >= self._renew_at_ms and not self._fresh
        if flow["login"] and ("token" not in self._values or expires):
            return flow["login"]
        for request in flow["setUp"]:
            if request["takes"]["value"] not in self._values:
                return request
        return flow["poll"] if self._iteration.accepted else self._iteration.execute

    def _headers_of(self, request):
        headers = {header["name"]: header["value"] for header in request["headers"]}
        credential = self._flow["credential"]
        if credential and request is not self._flow["login"]:
            variable = credential["variable"]
            token = (
                self._values["token"] if variable is None else self._variables[variable]
            )
            headers[credential["header"]] = credential["prefix"] + token
        return headers

    def answered(self, request, start_ms, end_ms, answer):
        """Returns the Sample of the request.

        answer: {"status": int, "body": str} or {"failure": (outcome, detail)}.
        """
        flow, iteration = self._flow, self._iteration
        if iteration.first_ms is None:
            iteration.first_ms = start_ms
        if request is iteration.execute:
            iteration.execute_ms = start_ms
        elif iteration.execute_ms is None:
            iteration.set_up_sent = True
        self._fresh = False
        if answer.get("failure"):
            failure = tuple(answer["failure"])
            read = Reading(*failure, NOTHING, failure)
        else:
            rule = {
                "success": request["success"],
                "failOnSuccessFalse": flow["failOnSuccessFalse"],
            }
            read = outcome_of(rule, answer["status"], answer["body"])
        if read.outcome == "ok" and request["takes"]:
            read = self._take(request["takes"], read, end_ms)
        if answer.get("status") == 401 and self._renews(request):
            return self._sample_of(read.outcome, read.detail, False, None)
        checks = None
        if read.execution and read.execution[0] == "ok" and flow["checks"]:
            checks = checks_of(flow["checks"], read.answer)
            if checks[1]:
                names = start(f"failed: {', '.join(checks[1])}")
                read = read._replace(execution=("check_failed", names))
        exec_ = request is iteration.execute and (
            flow["poll"] is None or read.outcome != "ok"
        )
        if request is not flow["login"]:
            self._doubt(request, read.outcome, bool(answer.get("failure")))
        self._proceed(request, read, end_ms, exec_)
        outcome, detail = read.execution if exec_ else (read.outcome, read.detail)
        if self._is_baseline():
            return self._sample_of(outcome, detail, False, None)
        return self._sample_of(outcome, detail, exec_, checks)

    def _is_baseline(self):
        """This iteration is no execution."""
        return self._iteration.execute is self._baseline

    def _renews(self, request):
        """A 401 is answered with another login, once."""
        login = self._flow["login"]
        if not login or request is login or self._iteration.renewed:
            return False
        self._iteration.renewed = True
        self._forget("token")
        # It was not executed: the next request is its first.
        if request is self._iteration.execute:
            self._iteration.execute_ms = None
        return True

    def _take(self, takes, read, end_ms):
        name, pointer = takes["value"], takes["pointer"]
        taken = value_at(read.answer, pointer)
        problem = _problem_of(name, taken)
        if problem:
            failure = ("bad_body", f"{problem} at {pointer}")
            return Reading(*failure, read.answer, failure)
        self._values = {**self._values, name: taken}
        if name == "token":
            self._fresh = True
            beside = re.sub(r"[^/]*\Z", "expires_in", pointer, count=1)
            expires_in = value_at(read.answer, beside)
            life_ms = life_of(taken, expires_in, self._now_epoch_ms())
            self._renew_at_ms = (
                math.inf
                if life_ms is None
                else end_ms + life_ms - renew_ahead_of(life_ms)
            )
        return read

    def _proceed(self, request, read, end_ms, exec_):
        flow, iteration = self._flow, self._iteration
        if request is flow["poll"]:
            if read.outcome == "not_found":
                self._end(("execution_lost", read.detail), end_ms, False)
            elif read.execution:
                self._end(read.execution, end_ms, False)
            elif end_ms >= self._deadline_ms():
                self._end(("poll_deadline", "it was not over"), end_ms, False)
            else:
                self._poll_later(end_ms)
        elif exec_:
            self._end(read.execution, end_ms, True)
        elif read.outcome != "ok":
            self._end(read.execution, end_ms, False)
        elif request is iteration.execute:
            iteration.accepted = True
            self._poll_later(end_ms)

    def _doubt(self, request, outcome, failed):
        """Is what the set-up gave still there?"""
        is_gone = outcome == "not_found" or (outcome == "http_5xx" and self._doubted)
        self._doubted = is_gone or outcome == "http_5xx" or failed
        if is_gone and request is not self._flow["poll"]:
            for set_up in self._flow["setUp"]:
                self._forget(set_up["takes"]["value"])
            self._doubted = False

    def _deadline_ms(self):
        return self._iteration.execute_ms + self._plan["pollDeadlineMs"]

    def _poll_later(self, end_ms):
        """The last poll is sent at the deadline: what is not over then took longer."""
        later = end_ms + self._plan["pollIntervalMs"]
        self._iteration.poll_at_ms = min(later, self._deadline_ms())

    def _end(self, result, end_ms, exec_):
        outcome, detail = result
        detail = self._shown(outcome, detail)
        self._iteration.over = (outcome, detail, end_ms, exec_)

    def execution(self):
        """The Execution, once it is over; None: a request was also the execution, or it
        was the baseline's turn.

        In an open model it begins when it was due, unless the user had to be set up first.
        """
        iteration = self._iteration
        outcome, detail, end_ms, exec_ = iteration.over
        if exec_ or self._is_baseline():
            return None
        if iteration.execute_ms is None:
            start_ms = iteration.first_ms
        elif iteration.planned_ms is None or iteration.set_up_sent:
            start_ms = iteration.execute_ms
        else:
            start_ms = iteration.planned_ms
        return Execution(start_ms, end_ms, outcome, detail)

    def _sample_of(self, outcome, detail, exec_, checks):
        return Sample(outcome, self._shown(outcome, detail), exec_, checks)

    def _shown(self, outcome, detail):
        return "" if outcome == "ok" else self.masked(detail)

    def masked(self, detail):
        """A target may repeat what it was sent; a detail never does."""
        is_cut = len(detail) >= LONGEST_DETAIL
        known = [*self._secrets, *_forms_of(self._values.get("token", ""))]
        # Longer ones first: one secret may be the beginning of another.
        for secret in sorted(known, key=len, reverse=True):
            if len(secret) < LEAST_SECRET:
                break
            detail = detail.replace(secret, "***")
            if is_cut:
                detail = _without_tail(detail, secret)
        return detail

    def _forget(self, name):
        self._values = {k: v for k, v in self._values.items() if k != name}


# Shorter values are words that stand everywhere.
LEAST_SECRET = 4


def _forms_of(text):
    """As it is, as JSON would write it, and as what it is the JSON of: an answer may repeat a text in each of these ways."""
    read = parse(f'"{text}"')
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    forms = [text, written, read if isinstance(read, str) else text]
    return list(dict.fromkeys(forms))


def _without_tail(detail, secret):
    """The end of a detail that was cut may be the beginning of a secret."""
    for length in range(min(len(secret), len(detail)), LEAST_SECRET - 1, -1):
        if detail.endswith(secret[:length]):
            return detail[:-length] + "***"
    return detail


def _problem_of(name, taken):
    """Why what an answer gave cannot be sent; None: it can."""
    if not isinstance(taken, str) or taken == "":
        return "the answer has no text"
    if name == "token" and not re.fullmatch("[ -~]*", taken):
        return "the answer has a text that no header can hold"
    if re.search("[\ud800-\udfff]", taken):
        return "the answer has a text that no path can hold"
    return None
