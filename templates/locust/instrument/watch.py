"""Objectives that may stop a test: one that was broken over its whole window of finished seconds.

The same as watch.js and as the server's; all are held to vectors/watch.json.
"""

from .judge import allowed_of, count, count_checks, new_tallies

# With fewer samples a window says nothing.
LEAST = 20


def new_watch(plan):
    """None: no objective of this plan stops it."""
    if all(objective["abortAfterMs"] is None for objective in plan["objectives"]):
        return None
    return Watch(plan)


class Watch:
    def __init__(self, plan):
        self._plan = plan
        self._steady_only = {
            **plan,
            "objectives": [{**o, "during": "steady"} for o in plan["objectives"]],
        }
        # Second of the END -> tallies of the steady samples that ended in it.
        self._seconds = {}

    def add(self, name, start_micros, duration_micros, outcome):
        """name: the request's; None: an execution."""
        tallies = self._tallies_of(start_micros + duration_micros)
        count(self._steady_only, tallies, name, start_micros, duration_micros, outcome)

    def add_checks(self, start_micros, end_micros, passed, failed):
        tallies = self._tallies_of(end_micros)
        count_checks(self._steady_only, tallies, start_micros, passed, failed)

    def _tallies_of(self, end_micros):
        second = int(end_micros // 1_000_000)
        if second not in self._seconds:
            self._seconds[second] = new_tallies(self._plan)
        return self._seconds[second]

    def broken_at(self, second):
        """The number of the first objective that was broken over its window, or None.

        second: all seconds before this one are over.
        """
        objectives = enumerate(self._plan["objectives"])
        found = next((i for i, o in objectives if self._is_broken(i, o, second)), None)
        longest = max(_window_of(o) for o in self._plan["objectives"])
        for at in [at for at in self._seconds if at < second - longest]:
            del self._seconds[at]
        return found

    def _is_broken(self, i, objective, second):
        if objective["abortAfterMs"] is None:
            return False
        first = second - _window_of(objective)
        if not self._lies_in_steady(first, second):
            return False
        window = [
            self._seconds[at][i] for at in range(first, second) if at in self._seconds
        ]
        n = sum(tally["n"] for tally in window)
        k = sum(tally["k"] for tally in window)
        return n >= LEAST and k > allowed_of(objective, n)

    def _lies_in_steady(self, first, second):
        """Never inside a ramp: the load itself would break it."""
        return any(
            first * 1000 >= from_ms and second * 1000 <= to_ms
            for from_ms, to_ms in self._plan["steady"]
        )


def _window_of(objective):
    """In seconds."""
    return -(-(objective["abortAfterMs"] or 0) // 1000)
