"""Understudy inside a test: a real socket, ready when the block starts.

A client of any kind may be pointed at it; the server runs on a thread of its own.
"""

from understudy.testing.server import Understudy

__all__ = ["Understudy"]
