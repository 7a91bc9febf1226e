"""Starts iterations when the plan says so, closed or open, and waits for the last of them."""

import random
import traceback

import gevent
from gevent.pool import Group

from . import schedule

# After the plan's end, time for requests in flight beyond their own timeout.
GRACE_SECONDS = 2


class VirtualUser:
    """Closed model: the k-th user, who may come and go with the load profile."""

    def __init__(self, journey):
        self.journey = journey
        self.until = 0.0
        self.present = False


class Load:
    """new_journey() makes a virtual user's client; ending says whether the test is being stopped."""

    def __init__(self, plan, new_journey, reporter, ending):
        self.plan = plan
        self.new_journey = new_journey
        self.reporter = reporter
        self.ending = ending
        # Iterations begun and not finished.
        self.running = 0
        self._group = Group()

    def run(self):
        """Returns when nothing runs any more: how many iterations had to be cut."""
        if self.plan["model"] == "open":
            self._open()
        else:
            self._closed()
        self._wait_for_the_rest()
        interrupted = self.running
        self._group.kill(timeout=2)
        return interrupted

    # Closed: as many virtual users as the plan says, each with one iteration at a time.

    def _closed(self):
        windows = schedule.windows(self.plan["stages"])
        # Made before second 0, so that making one delays nobody.
        users = [VirtualUser(self.new_journey()) for _ in range(1 + max((k for _, _, k in windows), default=-1))]
        self.reporter.begin()
        for since, until, k in windows:
            if not self._sleep_until(since):
                return
            self.reporter.late(self.reporter.now() - since)
            users[k].until = until
            if not users[k].present:
                users[k].present = True
                self._group.spawn(self._stay, users[k])

    def _stay(self, user):
        shortest, longest = self.plan["thinkTimeMs"]
        self.reporter.users += 1
        while self._may_start() and self.reporter.now() < user.until:
            self._begin_iteration()
            self._iterate(user.journey)
            think = random.uniform(shortest, longest) / 1000
            # 0 as well: a request that fails at once would else keep everything else from running.
            gevent.sleep(max(0.0, min(think, user.until - self.reporter.now())))
        self.reporter.users -= 1
        user.present = False

    # Open: iterations start when they are due, whatever the answers do.

    def _open(self):
        free = []
        self.reporter.begin()
        for due in schedule.starts(self.plan["stages"], self.plan["plannedIterations"]):
            if not self._sleep_until(due):
                return
            self.reporter.late(self.reporter.now() - due)
            if self.running >= self.plan["maxUsers"]:
                self.reporter.dropped += 1
                continue
            journey = free.pop() if free else self.new_journey()
            self._begin_iteration()
            self._group.spawn(self._visit, journey, due, free)

    def _visit(self, journey, due, free):
        self.reporter.users += 1
        journey.due = due
        self._iterate(journey)
        free.append(journey)
        self.reporter.users -= 1

    # Both.

    def _begin_iteration(self):
        self.running += 1
        self.reporter.iterations_started += 1

    def _iterate(self, journey):
        try:
            journey.iteration()
        except Exception:
            # Not the target's fault: the script itself is wrong.
            traceback.print_exc()
            self.ending.stop("broke")
        if self.plan["connections"] == "perIteration":
            journey.disconnect()
        self.running -= 1

    def _may_start(self):
        limit = self.plan["maxIterations"]
        return self.ending.cause is None and (limit is None or self.reporter.iterations_started < limit)

    def _sleep_until(self, due):
        """False: no further iteration may start."""
        while self._may_start():
            left = due - self.reporter.now()
            if left <= 0:
                gevent.sleep(0)
                return True
            # In pieces: timers of the event loop count from a clock that may stand still for a while.
            self.ending.event.wait(min(left, 0.25))
        return False

    def _wait_for_the_rest(self):
        end = self.plan["durationMs"] / 1000
        left = end + self.plan["requestTimeoutMs"] / 1000 + GRACE_SECONDS - self.reporter.now()
        gevent.wait([gevent.spawn(self._group.join), self.ending.event], timeout=max(0, left), count=1)
        self._sleep_until(end)
