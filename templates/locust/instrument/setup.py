"""What a test is made of. All that can be wrong with it is found here, before anything
is sent."""

import time
from collections import defaultdict
from uuid import uuid4

from . import settings
from .body import bodies_of
from .edited import is_edited
from .inputs import new_inputs
from .journey import Journey
from .plan import read_plan
from .share import share_of


class Setup:
    def __init__(self, script, host):
        """script: the Driver of the script; host: what --host says, or None."""
        self._script = script
        self.plan = self._plan()
        edited = is_edited(script.plan, script.flow, script.made)
        self.made = {**script.made, "edited": edited}
        self._variables = settings.variables(script.variables)
        self.target = settings.target(script.flow["baseUrl"], host)
        settings.check_certificates()
        self.start_at = settings.start_at(_epoch_ms())
        self.samples, self.server_reads = settings.samples()
        self.plan_text = self._read("plan.json").decode()
        self.inputs_of = self._inputs()
        self.body_of = bodies_of(script.flow, self._read, self._variables)
        self._make_bodies()

    def new_journey(self):
        return Journey(self._script.flow, self.plan, self._variables, _epoch_ms)

    def _plan(self):
        """What this process makes of PLAN: all of it, or its share."""
        flow = self._script.flow
        plan, problem = read_plan(self._script.plan, flow)
        if problem is None:
            plan, problem = share_of(plan, flow, settings.shard())
        return settings.stop(problem) if problem else plan

    def _read(self, path):
        return settings.read(self._script.folder / path)

    def _inputs(self):
        """f(iteration) -> JSON text, None when no rows are left; None: no inputs."""
        spec = self._script.flow["inputs"]
        if spec is None:
            return None
        return new_inputs(
            spec,
            self._read(spec["file"]).decode(),
            seed=self.plan["seed"],
            shard=self.plan["shard"],
            uuid=lambda: str(uuid4()),
            now_ms=_epoch_ms,
        )

    def _make_bodies(self):
        """Now, rather than in the first requests: files are read, and what is the same
        in all requests is made."""
        flow = self._script.flow
        sent = [flow["execute"], flow.get("baseline"), flow["poll"]]
        for request in (flow["login"], *flow["setUp"], *sent):
            if request:
                self.body_of(request, defaultdict(str), "")


def _epoch_ms():
    return time.time() * 1000
