"""Counts every request and execution for the verdict and, where LOAD_TEST_SAMPLES asks for it, writes one line for each.

Times in lines are whole microseconds since the plan's second 0.
"""

import gc
import json
import os
import platform
import time

import gevent
from locust import __version__ as locust_version

from . import judge
from .lines import Lines

# At this part of each second its gauge is taken: late enough to have seen the second, early enough to stand in it.
GAUGE_AT = 0.98

_json = json.JSONEncoder(separators=(",", ":")).encode


class Reporter:
    def __init__(self, plan, made, plan_text, descriptor):
        self.plan = plan
        self.made = made
        self.plan_text = plan_text
        self.lines = Lines(descriptor)
        self.tallies = judge.new_tallies(plan)
        self.users = 0
        self.iterations_started = 0
        self.dropped = 0
        # Requests that were begun and not reported: the target may have received them.
        self.in_flight = 0
        self.second_zero = None
        self._worst_lag = 0.0
        self._gauges = None

    def begin(self):
        """The plan's second 0 is now."""
        # All that was loaded so far stays: else the collector looks through it again and again, some 20 ms each time.
        gc.collect()
        gc.freeze()
        self.second_zero, started_at = time.perf_counter(), time.time()
        if not self.lines.wanted:
            return
        made = {key: self.made[key] for key in ("planHash", "workflowHash", "scriptHash")}
        host = {"os": platform.system().lower(), "cpus": os.cpu_count()}
        # The plan goes into the line as the text it came as; outside its strings a line break is only a space.
        plan = self.plan_text.replace("\r", " ").replace("\n", " ")
        info = f'{_json(made)[:-1]},"plan":{plan},"host":{_json(host)}}}'
        self.lines.write(f'["begin",1,"locust",{_json(locust_version)},{round(started_at * 1000, 3)},{info}]')
        self._gauges = gevent.spawn(self._gauge_each_second)

    def now(self):
        """Seconds since the plan's second 0."""
        return time.perf_counter() - self.second_zero

    def late(self, seconds):
        """A start or a tick came that much after it was due."""
        self._worst_lag = max(self._worst_lag, seconds)

    def request(self, answer, outcome, detail, execution, due):
        self.in_flight -= 1
        start = round((answer.started - self.second_zero) * 1e6)
        duration = round((answer.ended - answer.started) * 1e6)
        judge.count(self.plan, self.tallies, answer.name, start, duration, outcome)
        if execution:
            judge.count(self.plan, self.tallies, None, start, duration, outcome)
        if not self.lines.wanted:
            return
        extra = {}
        if execution:
            extra["exec"] = True
        if answer.connected is not None:
            extra["connectMicros"] = round((answer.connected - answer.started) * 1e6)
        if due is not None:
            extra["startLagMicros"] = start - round(due * 1e6)
        if detail:
            extra["detail"] = detail
        self.lines.write(_json(["req", start, answer.name, duration, outcome, answer.status, extra]))

    def end(self, cause, interrupted):
        """Writes the last line; returns the verdict on what was counted."""
        if self._gauges:
            self._gauges.kill()
        counts = [self.iterations_started, self.dropped, interrupted, self.in_flight]
        self.lines.close(lambda: _json(["end", cause, *counts, self.lines.lost]), seconds=3)
        facts = {
            "cutShort": cause != "planned",
            "linesLost": self.lines.lost > 0,
            "inFlight": self.in_flight,
            "iterationsStarted": self.iterations_started,
        }
        return judge.judge(self.plan, self.tallies, facts)

    def _gauge_each_second(self):
        due = GAUGE_AT
        while True:
            gevent.sleep(max(0.0, due - self.now()))
            if self.now() < due:
                continue
            self.late(self.now() - due)
            lag_ms = round(self._worst_lag * 1000, 3)
            self._worst_lag = 0.0
            state = [self.users, self.in_flight, self.iterations_started, self.dropped, lag_ms]
            self.lines.write(_json(["gauge", round(due * 1e6), *state]))
            due += 1
