"""What one client has sent and is still owed an answer for, and whether it takes too long to send.

In: bytes as they come. Out: whole requests, or the refusal behind them, in order. Bounded: a client whose requests wait
is no longer read. Times are the caller's seconds; knows no socket and no timer.
"""

from __future__ import annotations

from typing import Final

from understudy.model.http import Refusal, Request
from understudy.wire.heads import Heads
from understudy.wire.http1 import Limits, Parser, Phase

WAITING: Final = 32
"""Most requests of one client that wait for their turn."""

WAITING_BYTES: Final = 1024 * 1024
"""The same for the bytes of their bodies."""

MIN_BODY_RATE: Final = 100
"""Bytes a second a body must bring, on average over `Limits.body_timeout`."""


class Inbox:
    """The parser of a connection and the requests that wait behind it."""

    __slots__ = ("_bytes", "_limits", "_mark", "_since", "_waiting", "parser", "phase")

    def __init__(self, limits: Limits, heads: Heads | None = None) -> None:
        self.parser = Parser(limits, heads)
        self.phase: Phase | None = None  # None: has to be looked at anew
        self._limits = limits
        self._waiting: list[Request | Refusal] = []
        self._bytes = 0
        self._since = 0.0  # when the phase began, or the time window of a body
        self._mark = 0  # bytes of the body at that time

    @property
    def full(self) -> bool:
        """Whether the client should not be read for now."""
        return len(self._waiting) >= WAITING or self._bytes > WAITING_BYTES

    @property
    def empty(self) -> bool:
        """Whether no whole request waits."""
        return not self._waiting

    def fill(self, now: float) -> None:
        """Let whole requests queue up, as far as there is room."""
        while not self.full:
            found = self.parser.next()
            if found is None:
                return
            self.phase = None
            if isinstance(found, Refusal):
                self._waiting.append(found)
            else:
                self._bytes += len(found[1])
                self._waiting.append(Request(found[0], found[1], now))

    def pop(self) -> Request | Refusal:
        """Take the first in the queue out."""
        first = self._waiting.pop(0)
        if isinstance(first, Request):
            self._bytes -= len(first.body)
        return first

    def discard(self) -> None:
        """Drop everything; nothing more will come out."""
        self.parser.stop()
        self._waiting.clear()
        self._bytes = 0

    def settle(self, now: float) -> Phase:
        """Return what the parser waits for, and start the time of a phase that is new."""
        phase = self.parser.phase
        if phase != self.phase:
            self.phase, self._since, self._mark = phase, now, 0
        return phase

    def unfinished(self, phase: Phase) -> Refusal | None:
        """Refuse what a client that sends no more has begun; None when it has begun nothing."""
        if phase not in ("head", "body"):
            return None
        return Refusal(400, "request: expected the rest of it, got the end of the stream.", self.parser.head)

    def overdue(self, now: float) -> Refusal | None:
        """Refuse a head that is not complete in time, or a body that trickles."""
        waited, limits = now - self._since, self._limits
        if self.phase == "head" and waited > limits.header_timeout:
            return Refusal(408, f"request head: expected all of it within {limits.header_timeout:g} seconds.")
        if self.phase == "body" and waited > limits.body_timeout:
            received = self.parser.received
            if received - self._mark < MIN_BODY_RATE * limits.body_timeout:
                pace = f"{MIN_BODY_RATE} bytes a second for {limits.body_timeout:g} seconds"
                return Refusal(408, f"request body: expected at least {pace}.", self.parser.head)
            self._since, self._mark = now, received
        return None
