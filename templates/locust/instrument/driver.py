"""The one user that Locust itself starts. It runs the plan, prints the verdict and ends the process with its exit code."""

import traceback

import gevent
import locust.stats
from locust import User, events, task
from locust.exception import StopUser
from locust.runners import LocalRunner

from . import settings
from .ending import EXIT_BROKE, EXIT_INTERRUPTED, EXIT_OBJECTIVES, EXIT_PASSED, Ending
from .judge import verdict_lines
from .load import Load
from .reporter import Reporter

ENDING = Ending()


class Driver(User):
    abstract = True
    # One, whatever -u says: it starts all virtual users of the plan.
    fixed_count = 1

    # To be set by the script.
    plan = None
    made = None
    plan_text = None
    target = None
    journey = None

    @task
    def drive(self):
        ENDING.began = True
        reporter = Reporter(self.plan, self.made, self.plan_text, self.samples)
        load = Load(self.plan, lambda: self.journey(self.environment, reporter), reporter, ENDING)
        interrupted = 0
        try:
            interrupted = load.run()
        except Exception:
            traceback.print_exc()
            ENDING.stop("broke")
        judgement = reporter.end(ENDING.cause or "planned", interrupted)
        print(*verdict_lines(self.plan, judgement), sep="\n", flush=True)
        self.environment.process_exit_code = _exit_code(judgement)
        ENDING.finished.set()
        gevent.spawn(self.environment.runner.quit)
        raise StopUser()


def _exit_code(judgement):
    if ENDING.cause is not None:
        return EXIT_INTERRUPTED if ENDING.cause == "interrupted" else EXIT_BROKE
    return EXIT_PASSED if judgement["verdict"] == "passed" else EXIT_OBJECTIVES


@events.init_command_line_parser.add_listener
def _set_defaults(parser, **_):
    parser.set_defaults(headless=True)


@events.init.add_listener
def _prepare(environment, runner, web_ui, **_):
    if web_ui is not None or not isinstance(runner, LocalRunner):
        settings.stop("this test runs headless and in one process: leave the web interface, --master, --worker and --processes out.")
    # Until the plan has run to its end.
    environment.process_exit_code = EXIT_BROKE
    # Time for the driver to write its last line when Locust itself ends the test; without it the driver is killed at once.
    environment.stop_timeout = 10
    for driver in environment.user_classes:
        if issubclass(driver, Driver):
            driver.samples = settings.samples()
            driver.journey.prepare(settings.target(driver.target, environment.host))
    # Locust's tables round to two digits: a 95 % of 1049 ms would read 1000 beside a verdict that says slower than 1000.
    locust.stats.bucket_response_time = round
    ENDING.listen_to_signals()


@events.test_stopping.add_listener
@events.quitting.add_listener
def _finish_first(**_):
    """Whoever ends the test (-t, SIGTERM, another user class): first the driver's last line and the verdict."""
    if ENDING.began and not ENDING.finished.is_set():
        ENDING.stop("interrupted")
        ENDING.finished.wait(10)
