"""How the test ends before its plan: the first cause wins."""

import os
import signal

import gevent
from gevent.event import Event

EXIT_PASSED = 0
EXIT_OBJECTIVES = 99
EXIT_INTERRUPTED = 130
EXIT_BROKE = 2


class Ending:
    def __init__(self):
        # None: as planned, or when there are no rows left. "objective": one of them
        # stopped it. "interrupted": somebody did. "broke": the script failed.
        self.cause = None
        # Set together with the cause.
        self.event = Event()
        # The driver runs.
        self.began = False
        # The verdict is printed.
        self.finished = Event()

    def stop(self, cause):
        """No further iteration starts, and what runs is cut."""
        if self.cause is None:
            self.cause = cause
            self.event.set()

    def exit_code(self, verdict):
        if self.cause == "interrupted":
            return EXIT_INTERRUPTED
        if self.cause == "broke":
            return EXIT_BROKE
        return EXIT_PASSED if verdict == "passed" else EXIT_OBJECTIVES

    def listen_to_signals(self):
        """Locust's own handling of SIGINT drops into whatever runs and loses a
        request."""
        gevent.signal_handler(signal.SIGINT, self._on_signal)
        gevent.signal_handler(signal.SIGTERM, self._on_signal)

    def _on_signal(self):
        if self.cause is not None:
            os._exit(EXIT_INTERRUPTED)
        self.stop("interrupted")
