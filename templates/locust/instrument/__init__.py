"""The instrument: starts the load as planned, measures each request, judges the
objectives. The same in every load test that this generator makes; what is yours to
change is `loadtest.py`."""

from .driver import Driver
from .user import HttpUser

__all__ = ["Driver", "HttpUser"]
