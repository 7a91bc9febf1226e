"""What the samples came to: counted for the verdict, for the table, and for objectives
that stop a test early."""

from collections import Counter, defaultdict

from .histogram import Histogram
from .judge import count, count_checks, is_censored, is_steady, judge, new_tallies


class Results:
    def __init__(self, plan, watch):
        """watch: for objectives that stop the test; None: nothing does."""
        self._plan = plan
        self._tallies = new_tallies(plan)
        # One for each objective; None: it is not about a percentile.
        self._histograms = [
            None if objective["perMille"] is None else Histogram()
            for objective in plan["objectives"]
        ]
        # Request name, or None for executions -> those of its objectives, each with
        # whether it is about the steady part only.
        self._histograms_of = defaultdict(list)
        for objective, histogram in zip(plan["objectives"], self._histograms):
            if histogram:
                of = self._histograms_of[objective["requestName"]]
                of.append((histogram, objective["during"] == "steady"))
        # Of executions, each with how many there were.
        self.outcomes = Counter()
        self._watch = watch
        # Number of the objective that stopped the test.
        self.broken = None

    def add(self, name, start_micros, duration_micros, outcome):
        """name: the request's; None: an execution."""
        sample = name, start_micros, duration_micros, outcome
        if name is None:
            self.outcomes[outcome] += 1
        count(self._plan, self._tallies, *sample)
        for histogram, steady_only in self._histograms_of.get(name, ()):
            if steady_only and not is_steady(self._plan, start_micros):
                continue
            if outcome == "ok":
                histogram.add(duration_micros)
            elif is_censored(outcome):
                histogram.add_censored()
        if self._watch:
            self._watch.add(*sample)

    def add_checks(self, start_micros, end_micros, passed, failed):
        count_checks(self._plan, self._tallies, start_micros, passed, failed)
        if self._watch:
            self._watch.add_checks(start_micros, end_micros, passed, failed)

    def is_broken_at(self, second):
        """An objective was broken over its whole window, which ends before `second`."""
        self.broken = self._watch.broken_at(second)
        return self.broken is not None

    def judge(self, facts):
        """Returns the judgement, and the measured microseconds of each objective.

        facts: as `judge` takes them, but for `broken`.
        """
        judgement = judge(self._plan, self._tallies, {**facts, "broken": self.broken})
        return judgement, [
            self._measured(*of_one)
            for of_one in zip(
                self._plan["objectives"],
                self._histograms,
                self._tallies,
                judgement["results"],
            )
        ]

    def _measured(self, objective, histogram, tally, result):
        if histogram is None:
            return None
        # What was still on its way at the end is slower than all others.
        for _ in range(result["n"] - tally["n"]):
            histogram.add_censored()
        return histogram.at(objective["perMille"])
