"""Understudy inside a test: a real socket, ready when the block starts.

A client of any kind may be pointed at it; the server runs on a thread of its own.
"""

from understudy.testing.calls import SeenCall
from understudy.testing.clock import ServerClock
from understudy.testing.expectation import Expectation
from understudy.testing.rule import LiveRule
from understudy.testing.server import Understudy
from understudy.testing.session import Session

__all__ = ["Expectation", "LiveRule", "SeenCall", "ServerClock", "Session", "Understudy"]
