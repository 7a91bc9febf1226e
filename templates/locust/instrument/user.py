"""A virtual user: its way through the requests of the flow, and what they came to."""

from locust.exception import CatchResponseError

from .connections import warm_up
from .journey import Sample
from .wire import WireUser


class HttpUser(WireUser):
    abstract = True

    @classmethod
    def prepare(cls, target, request_timeout_ms):
        """Once, before the first user is made."""
        cls.host = target
        cls.request_timeout = request_timeout_ms / 1000
        warm_up(target)

    def __init__(self, environment, reporter, journey, body_of):
        super().__init__(environment, reporter)
        self.journey = journey
        self._body_of = body_of
        # JSON text of this iteration's inputs; None: the flow has none.
        self.inputs = None
        # Open model: when this iteration was due, until its first request is reported.
        self._due = None

    def begin(self, inputs, due, number):
        """An iteration. due: open model: when, in seconds; else None. number: from 0."""
        self.inputs = inputs
        self._due = due
        self.journey.begin(None if due is None else due * 1000, number)

    def next_step(self):
        """The request that is next: `request`, `path`, `headers`, `values`, `at_ms`.

        None: the execution is over.
        """
        step = self.journey.next(self.reporter.clock.now() * 1000)
        if step is None and (execution := self.journey.execution()):
            self.reporter.execution(execution)
        return step

    def wait_until(self, at_ms):
        """Until a poll is due."""
        self.reporter.clock.sleep_until(at_ms / 1000)

    def body_of(self, step):
        """The bytes of a request's body; None: it has none."""
        return self._body_of(step.request, step.values, self.inputs)

    def report(self, step, answer):
        """Tells the journey what came back, and counts what it makes of it.

        `answer.outcome` says it then: "ok", "workflow_failed", "timeout" ...
        """
        start, duration = span = self.reporter.span(answer)
        came = (
            {"failure": answer.failure}
            if answer.failure
            else {"status": answer.status, "body": answer.text}
        )
        sample = self.journey.answered(
            step.request, start / 1000, (start + duration) / 1000, came
        )
        self._count(answer, span, sample)

    def report_extra(self, answer, outcome="ok", detail=""):
        """Counts a request that is not part of the journey. Each sent one must be
        reported, once."""
        if answer.failure:
            outcome, detail = answer.failure
        sample = Sample(outcome, self.journey.masked(detail), False, None)
        self._count(answer, self.reporter.span(answer), sample)

    def _count(self, answer, span, sample):
        answer.outcome = sample.outcome
        due, self._due = self._due, None
        self.reporter.request(answer, span, sample, due)
        # For Locust's tables.
        failed = None if sample.outcome == "ok" else CatchResponseError(sample.outcome)
        self.environment.events.request.fire(
            request_type=answer.method,
            name=answer.name,
            response_time=(answer.ended - answer.started) * 1000,
            response_length=len(answer.content),
            exception=failed,
            context={},
        )
