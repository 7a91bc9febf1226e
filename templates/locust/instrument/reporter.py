"""Counts every request and execution and, where LOAD_TEST_SAMPLES asks for it, writes
one line for each.

Times in lines are whole microseconds since the plan's second 0.
"""

import gc
import itertools
import json
import os
import platform
import sys

import gevent
from locust import __version__ as locust_version

from .lines import Lines
from .told import invalid_line

# The scheduler looks so often whether it comes in time.
TICK_MS = 20
# At this part of each second its gauge is taken: late enough to have seen the second,
# early enough to stand in it.
GAUGE_AT_MS = 980

_json = json.JSONEncoder(separators=(",", ":")).encode


class Reporter:
    def __init__(self, clock, results, made, shard, plan_text, descriptor):
        """made: the hashes of what the test was made from, and whether it was edited;
        shard: which share of the plan this is; descriptor: where lines go; None: nobody
        wants them."""
        self.clock = clock
        self.results = results
        self.users = 0
        self.iterations_started = 0
        self.dropped = 0
        # Requests that were begun and not reported: the target may have received them.
        self.in_flight = 0
        self._made = made
        self._shard = shard
        self._plan_text = plan_text
        self._lines = Lines(descriptor)
        self._worst_lag = 0.0
        # An answer of status 422 was told.
        self._told_invalid = False
        self._gauges = None

    def begin(self, stopped):
        """The plan's second 0 is now, or soon, where somebody said when. stopped: an event
        that ends the waiting for it."""
        # All that was loaded so far stays: else the collector looks through it again
        # and again, some 20 ms each time.
        gc.collect()
        gc.freeze()
        self.clock.start(at_once=stopped.wait(self.clock.until_start()))
        if self._lines.wanted:
            self._lines.write(self._begin_line())
            self._gauges = gevent.spawn(self._gauge_each_second)

    def _begin_line(self):
        names = ("planHash", "workflowHash", "baselineHash", "scriptHash")
        made = {name: self._made[name] for name in names if name in self._made}
        if self._made["edited"]:
            made["edited"] = True
        if self._shard[1] > 1:
            made["shard"] = self._shard
        host = {"os": platform.system().lower(), "cpus": os.cpu_count()}
        # The plan goes into the line as the text it came as; outside its strings a line
        # break is only a space.
        plan = self._plan_text.replace("\r", " ").replace("\n", " ")
        info = f'{_json(made)[:-1]},"plan":{plan},"host":{_json(host)}}}'
        tool = _json(locust_version)
        return f'["begin",1,"locust",{tool},{round(self.clock.started_at, 3)},{info}]'

    def late(self, seconds):
        """A start or a tick came that much after it was due."""
        self._worst_lag = max(self._worst_lag, seconds)

    def span(self, answer):
        """(start, duration) of a request."""
        start = self.clock.micros(answer.started)
        return start, round((answer.ended - answer.started) * 1e6)

    def request(self, answer, span, sample, due):
        """due: open model: seconds, on the first request of an iteration; else None."""
        self.in_flight -= 1
        start, duration = span
        self.results.add(answer.name, start, duration, sample.outcome)
        if sample.exec:
            self.results.add(None, start, duration, sample.outcome)
        if sample.outcome == "invalid_request" and not self._told_invalid:
            self._told_invalid = True
            print(invalid_line(sample.detail), file=sys.stderr, flush=True)
        if sample.checks:
            passed, failed = sample.checks
            self.results.add_checks(start, start + duration, passed, len(failed))
        if not self._lines.wanted:
            return
        # Put together by hand: an encoder for lists and objects takes longer for a line
        # than all else that is done for it.
        extra = ['"exec":true'] if sample.exec else []
        if sample.checks:
            extra.append(f'"checks":{_json(sample.checks)}')
        if answer.connected is not None:
            micros = round((answer.connected - answer.started) * 1e6)
            extra.append(f'"connectMicros":{micros}')
        if due is not None:
            extra.append(f'"startLagMicros":{start - round(due * 1e6)}')
        if sample.detail:
            extra.append(f'"detail":{_json(sample.detail)}')
        came = f'{duration},"{sample.outcome}",{answer.status}'
        self._lines.write(
            f'["req",{start},{_json(answer.name)},{came},{{{",".join(extra)}}}]'
        )

    def execution(self, execution):
        """One that took several requests, or got no further than its login."""
        start = round(execution.start_ms * 1000)
        duration = round(execution.end_ms * 1000) - start
        self.results.add(None, start, duration, execution.outcome)
        if self._lines.wanted:
            line = ["exec", start, duration, execution.outcome]
            if execution.detail:
                line.append({"detail": execution.detail})
            self._lines.write(_json(line))

    def end(self, cause, interrupted):
        """Writes the last line; returns the judgement, and the measured latencies."""
        if self._gauges:
            self._gauges.kill()
        counts = [self.iterations_started, self.dropped, interrupted, self.in_flight]
        self._lines.close(
            lambda: _json(["end", cause, *counts, self._lines.lost]), seconds=3
        )
        return self.results.judge(
            {
                "cutShort": cause != "planned",
                "linesLost": self._lines.lost > 0,
                "inFlight": self.in_flight,
                "interrupted": interrupted,
                "iterationsStarted": self.iterations_started,
            }
        )

    def _gauge_each_second(self):
        for due_ms in itertools.count(TICK_MS, TICK_MS):
            self.clock.sleep_until(due_ms / 1000)
            self.late(self.clock.now() - due_ms / 1000)
            if due_ms % 1000 != GAUGE_AT_MS:
                continue
            lag_ms = round(self._worst_lag * 1000, 3)
            self._worst_lag = 0.0
            state = [self.users, self.in_flight, self.iterations_started, self.dropped]
            self._lines.write(_json(["gauge", due_ms * 1000, *state, lag_ms]))
