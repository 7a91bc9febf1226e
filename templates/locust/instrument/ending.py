"""How the test ends before its plan: the first cause wins."""

import os
import signal

import gevent
from gevent.event import Event


class Ending:
    def __init__(self):
        # None: as planned. "interrupted": somebody stopped it. "broke": the script failed.
        self.cause = None
        # Set together with the cause.
        self.event = Event()
        # The plan's second 0 came.
        self.began = False
        # The verdict is printed.
        self.finished = Event()

    def stop(self, cause):
        if self.cause is None:
            self.cause = cause
            self.event.set()

    def listen_to_signals(self):
        """Locust's own handling of SIGINT drops into whatever runs and loses a request."""
        gevent.signal_handler(signal.SIGINT, self._on_signal)
        gevent.signal_handler(signal.SIGTERM, self._on_signal)

    def _on_signal(self):
        if self.cause is not None:
            os._exit(EXIT_INTERRUPTED)
        self.stop("interrupted")


EXIT_PASSED = 0
EXIT_OBJECTIVES = 99
EXIT_INTERRUPTED = 130
EXIT_BROKE = 2
