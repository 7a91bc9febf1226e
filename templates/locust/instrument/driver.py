"""The one user that Locust itself starts. It runs the plan, prints the verdict and ends
the process with its exit code."""

import traceback

import gevent
import locust.stats
from locust import User, events, task
from locust.exception import StopUser
from locust.runners import LocalRunner

from . import settings
from .clock import Clock
from .early import stop_early
from .ending import EXIT_BROKE, Ending
from .load import Load
from .reporter import Reporter
from .results import Results
from .setup import Setup
from .table import verdict_lines
from .told import failure_lines
from .watch import new_watch

ENDING = Ending()


class Driver(User):
    abstract = True
    # One, whatever -u says: it starts all virtual users of the plan.
    fixed_count = 1

    # To be set by the script. folder: where its files lie; made: the hashes of what it
    # was made from.
    folder = None
    plan = None
    flow = None
    variables = ()
    made = None
    virtual_user = None

    # Before the test begins.
    setup = None

    @classmethod
    def prepare(cls, host):
        cls.setup = Setup(cls, host)
        timeout_ms = cls.setup.plan["requestTimeoutMs"]
        cls.virtual_user.prepare(cls.setup.target, timeout_ms)

    @task
    def drive(self):
        ENDING.began = True
        setup, clock = self.setup, Clock(self.setup.start_at)
        plan = setup.plan
        # A server that reads the samples stops the test itself, by the same rule.
        watch = None if setup.server_reads else new_watch(plan)
        results = Results(plan, watch)
        reporter = Reporter(
            clock,
            results,
            setup.made,
            plan["shard"],
            setup.plan_text,
            setup.samples,
        )
        load = Load(plan, self._user_maker(reporter), setup.inputs_of, reporter, ENDING)
        if watch:
            gevent.spawn(stop_early, plan, clock, results, ENDING)
        interrupted = 0
        try:
            interrupted = load.run()
        except Exception:
            traceback.print_exc()
            ENDING.stop("broke")
        cause = ENDING.cause or ("exhausted" if load.exhausted else "planned")
        judgement, latencies = reporter.end(cause, interrupted)
        lines = verdict_lines(plan, judgement, latencies)
        print(*failure_lines(results.outcomes), *lines, sep="\n", flush=True)
        self.environment.process_exit_code = ENDING.exit_code(judgement["verdict"])
        ENDING.finished.set()
        gevent.spawn(self.environment.runner.quit)
        raise StopUser()

    def _user_maker(self, reporter):
        new_journey, body_of = self.setup.new_journey, self.setup.body_of
        return lambda: self.virtual_user(
            self.environment, reporter, new_journey(), body_of
        )


@events.init_command_line_parser.add_listener
def _set_defaults(parser, **_):
    parser.set_defaults(headless=True)


@events.init.add_listener
def _prepare(environment, runner, web_ui, **_):
    if web_ui is not None or not isinstance(runner, LocalRunner):
        settings.stop(
            "this test runs headless and in one process: leave the web interface, "
            "--master, --worker and --processes out."
        )
    # Until the plan has run to its end.
    environment.process_exit_code = EXIT_BROKE
    # Time for the driver to write its last line when Locust itself ends the test;
    # without it the driver is killed at once.
    environment.stop_timeout = 10
    for driver in environment.user_classes:
        if issubclass(driver, Driver):
            driver.prepare(environment.host)
    # Locust's tables round to two digits: a 95 % of 1049 ms would read 1000 beside a
    # verdict that says slower than 1000.
    locust.stats.bucket_response_time = round
    ENDING.listen_to_signals()


@events.test_stopping.add_listener
@events.quitting.add_listener
def _finish_first(**_):
    """Whoever ends the test (-t, SIGTERM, another user class): first the driver's last
    line and the verdict."""
    if ENDING.began and not ENDING.finished.is_set():
        ENDING.stop("interrupted")
        ENDING.finished.wait(10)
