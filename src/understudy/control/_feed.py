"""The feed: finished exchanges handed to whoever listens, as they end.

A sink that is among the sinks only while somebody listens, so that nobody else pays. What a listener does not take in time is
kept within a bound; beyond it the oldest goes, and the listener is told how many went. Knows no HTTP.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from understudy.control._nouns import refused
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.model.plan import Gate
from understudy.observe.account import account

MOST: Final = 64
"""Listeners at a time."""

ROOM: Final = 4 << 20
"""Bytes kept for a listener that is slow; one event is always kept, however large."""


class Listener:
    """One who listens: events that wait for it, and the gate it waits at while there are none."""

    def __init__(self, chosen: Callable[[Exchange], bool]) -> None:
        self.chosen = chosen
        self.gate = Gate()
        self.over = False
        self._events: deque[bytes] = deque()
        self._size = 0
        self._lost = 0

    def take(self) -> bytes:
        """Take all events that wait, b"" when none does."""
        lost = b""
        if self._lost:
            lost = b'event: lost\ndata: {"exchanges":%d}\n\n' % self._lost
        found = lost + b"".join(self._events)
        self._events.clear()
        self._size = self._lost = 0
        return found

    def put(self, event: bytes, at: float) -> None:
        """Let an event wait, and say that it does."""
        self._events.append(event)
        self._size += len(event)
        while self._size > ROOM and len(self._events) > 1:
            self._size -= len(self._events.popleft())
            self._lost += 1
        self.gate.open(at)

    def steps(self) -> Iterator[bytes | Gate]:
        """Events as they come, until the feed is closed."""
        while not self.over:
            yield self.take() or self.gate


class Feed:
    """Hands exchanges on; implements `model.ports.Sink`.

    Args:
        now: seconds on the monotonic clock.
        attend: is told whether exchanges are wanted from now on.
    """

    def __init__(self, now: Callable[[], float], attend: Callable[[bool], None]) -> None:
        self._now = now
        self._attend = attend
        self._listeners: list[Listener] = []
        self._read: Callable[[Request], Call | None] = _unread
        self._number = 0

    def __len__(self) -> int:
        return len(self._listeners)

    def listen(self, chosen: Callable[[Exchange], bool], read: Callable[[Request], Call | None]) -> Listener:
        """Begin to listen to exchanges that pass a test; `read` decodes their requests.

        Raises:
            RequestError: 503 when too many listen.
        """
        if len(self._listeners) >= MOST:
            message = f"events: expected at most {MOST} listeners, got one more. Close another one first."
            raise refused(message, 503, "overloaded")
        listener = Listener(chosen)
        self._listeners.append(listener)
        self._read = read
        if len(self._listeners) == 1:
            self._attend(True)
        return listener

    def leave(self, listener: Listener) -> None:
        """Listen no more."""
        if listener in self._listeners:
            self._listeners.remove(listener)
            if not self._listeners:
                self._attend(False)

    def record(self, exchange: Exchange) -> None:
        """Hand an exchange to all who chose it."""
        listeners = [listener for listener in self._listeners if listener.chosen(exchange)]
        if listeners:
            self._number += 1
            told = msgspec.json.encode(account(exchange, self._read(exchange.request)))
            event = b"event: exchange\nid: %d\ndata: %b\n\n" % (self._number, told)
            now = self._now()
            for listener in listeners:
                listener.put(event, now)

    def close(self) -> None:
        """End all feeds: the server stops."""
        for listener in self._listeners:
            listener.over = True
            listener.gate.open(self._now())


def _unread(_request: Request) -> None:
    """Decode nothing."""
