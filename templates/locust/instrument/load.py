"""Starts iterations when the plan says so, closed or open; waits for the last."""

import random
import traceback

import gevent
from gevent.event import Event
from gevent.pool import Group

from . import schedule
from .share import number_of, numbers_of
from .stages import peak_of

# After the plan's end, time for iterations in flight beyond what they can take.
GRACE_SECONDS = 2


class Place:
    """Closed model: that of one user, who comes and goes with the load profile."""

    def __init__(self, user):
        self.user = user
        self.until = 0.0
        self.taken = False


class Load:
    def __init__(self, plan, new_user, inputs_of, reporter, ending):
        """plan: that of this share; new_user() makes a virtual user; ending says whether the test is being
        stopped; inputs_of(i) gives the inputs of iteration i, None when no rows are
        left; it is None itself when the flow has no inputs."""
        self.plan = plan
        self.new_user = new_user
        self.inputs_of = inputs_of
        self.reporter = reporter
        self.clock = reporter.clock
        self.ending = ending
        # The unique rows are used up.
        self.exhausted = False
        # Set when no further iteration starts, before the time is over.
        self._no_more = Event()
        # Iterations begun and not finished.
        self._running = 0
        self._group = Group()

    def run(self):
        """Returns when nothing runs any more: how many iterations had to be cut."""
        if self.plan["model"] == "open":
            self._open()
        else:
            self._closed()
        self._wait_for_the_rest()
        interrupted = self._running
        self._group.kill(timeout=2)
        return interrupted

    # Closed: as many virtual users as the plan says, each with one iteration at a time.

    def _closed(self):
        users = numbers_of(self.plan["shard"], peak_of(self.plan["stages"]))
        windows = schedule.windows(self.plan["stages"], users)
        # Made before second 0, so that making one delays nobody.
        places = {k: Place(self.new_user()) for k in users}
        self.reporter.begin(self.ending.event)
        for since, until, k in windows:
            if not self._sleep_until(since):
                return
            self.reporter.late(self.clock.now() - since)
            places[k].until = until
            if not places[k].taken:
                places[k].taken = True
                self._group.spawn(self._stay, places[k])

    def _stay(self, place):
        shortest, longest = self.plan["thinkTimeMs"]
        self.reporter.users += 1
        while self._may_start() and self.clock.now() < place.until:
            number = self.reporter.iterations_started
            inputs = self._inputs(number)
            if self.exhausted:
                break
            self._begin(place.user, inputs, number)
            self._iterate(place.user)
            think = random.uniform(shortest, longest) / 1000
            self._think(min(think, place.until - self.clock.now()))
        self.reporter.users -= 1
        place.taken = False

    def _think(self, seconds):
        if seconds > 0:
            self._no_more.wait(seconds)
        else:
            # A request that fails at once would else keep all others from running.
            gevent.sleep(0)

    # Open: iterations start when they are due, whatever the answers do.

    def _open(self):
        free = []
        self.reporter.begin(self.ending.event)
        starts = schedule.starts(self.plan["stages"], self._starts())
        for number, due in enumerate(starts):
            if not self._sleep_until(due):
                return
            self.reporter.late(self.clock.now() - due)
            inputs = self._inputs(number)
            if self.exhausted:
                return
            if self._running >= self.plan["maxUsers"]:
                self.reporter.dropped += 1
                continue
            user = free.pop() if free else self.new_user()
            self._begin(user, inputs, number, due)
            self._group.spawn(self._visit, user, free)

    def _starts(self):
        """Their numbers in the plan."""
        planned, shard = self.plan["plannedIterations"], self.plan["shard"]
        return (number_of(shard, own) for own in range(planned))

    def _visit(self, user, free):
        self.reporter.users += 1
        self._iterate(user)
        free.append(user)
        self.reporter.users -= 1

    # Both.

    def _inputs(self, number):
        """Those of an iteration, as JSON text; None: it has none, or none are left."""
        if self.inputs_of is None:
            return None
        inputs = self.inputs_of(number)
        if inputs is None:
            self.exhausted = True
            self._no_more.set()
        return inputs

    def _begin(self, user, inputs, number, due=None):
        self._running += 1
        self.reporter.iterations_started += 1
        if self.reporter.iterations_started == self.plan["maxIterations"]:
            self._no_more.set()
        user.begin(inputs, due, number)

    def _iterate(self, user):
        try:
            user.iteration()
        except Exception:
            # Not the target's fault: the script itself is wrong.
            traceback.print_exc()
            self.ending.stop("broke")
        if self.plan["connections"] == "perIteration":
            user.disconnect()
        self._running -= 1

    def _may_start(self):
        return self.ending.cause is None and not self._no_more.is_set()

    def _sleep_until(self, due):
        """False: no further iteration may start."""
        while self._may_start():
            left = due - self.clock.now()
            if left <= 0:
                gevent.sleep(0)
                return True
            # In pieces: timers of the event loop count from a clock that may stand
            # still for a while.
            self.ending.event.wait(min(left, 0.25))
        return False

    def _wait_for_the_rest(self):
        end = self.plan["durationMs"] / 1000
        longest = self.plan["longestIterationMs"] / 1000
        left = end + longest + GRACE_SECONDS - self.clock.now()
        rest = gevent.spawn(self._group.join)
        gevent.wait([rest, self.ending.event], timeout=max(0, left), count=1)
        self._sleep_until(end)
