"""Time since the plan's second 0, by a clock that never steps."""

import time

import gevent
from gevent.event import Event


class Clock:
    def __init__(self):
        # Set at second 0.
        self.started = Event()
        # Second 0, in milliseconds since 1970.
        self.started_at = None
        self._zero = None

    def start(self):
        """The plan's second 0 is now."""
        self._zero, self.started_at = time.perf_counter(), time.time() * 1000
        self.started.set()

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
