"""Time since the plan's second 0, by a clock that never steps."""

import time

import gevent
from gevent.event import Event


# So long before LOAD_TEST_START_AT the clock is started: then all is ready, and the first
# line is written by second 0.
READY_SECONDS = 0.3


class Clock:
    def __init__(self, start_at):
        """start_at: when second 0 is, in milliseconds since 1970; None, or over already:
        when the clock is started."""
        self._start_at = start_at
        # Set when second 0 is known.
        self.started = Event()
        # Second 0, in milliseconds since 1970.
        self.started_at = None
        self._zero = None

    def until_start(self):
        """Seconds until it is to be started."""
        return max(0.0, self._ahead() - READY_SECONDS)

    def start(self, at_once=False):
        """The plan's second 0 is now, or when it was asked for: at most READY_SECONDS
        from now."""
        self._zero, self.started_at = time.perf_counter(), time.time() * 1000
        if not at_once and (ahead := self._ahead()) > 0:
            self._zero += ahead
            self.started_at = self._start_at
        self.started.set()

    def _ahead(self):
        """Seconds from now to the moment that was asked for."""
        if self._start_at is None:
            return 0.0
        return self._start_at / 1000 - time.time()

    def now(self):
        """Seconds."""
        return time.perf_counter() - self._zero

    def micros(self, moment):
        """A `time.perf_counter()` in whole microseconds since second 0."""
        return round((moment - self._zero) * 1e6)

    def sleep_until(self, seconds):
        # Timers of the event loop count from a clock that may stand still for a while:
        # they come early, never late by that.
        while (left := seconds - self.now()) > 0:
            gevent.sleep(left)
