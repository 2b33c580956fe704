"""The server's end of a connection, as far as it is open: read or not, ended politely or at once.

Knows what is freed with it: the requests that wait, the answer that is played, the work that is done for the next. What is
answered, and when, is the business of `Connection`.
"""

from __future__ import annotations

import asyncio

from understudy.model.plan import Outcome
from understudy.runtime.aside import Work
from understudy.runtime.hub import Hub
from understudy.runtime.inbox import Inbox
from understudy.runtime.life import Life
from understudy.runtime.stream import Stream


class Line(asyncio.Protocol):
    """One connection, of a server's many."""

    __slots__ = (
        "_eof",
        "_hub",
        "_inbox",
        "_life",
        "_moved",
        "_now",
        "_preparing",
        "_reading",
        "_ready",
        "_stream",
        "_tls",
        "_transport",
    )

    _tls: bool
    _transport: asyncio.Transport

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._now = hub.now
        self._inbox = Inbox(hub.limits, hub.heads)
        self._stream: Stream | None = None
        self._preparing: Work | None = None  # makes the answer that is given next
        self._ready = False  # nothing waits, nothing is under way: the next request may take the fast lane
        self._reading = True
        self._eof = False  # the client has sent FIN
        self._life = Life.OPEN
        self._moved = 0.0  # when anything went on the last time

    def close(self) -> None:
        """Send what is unsent, then close."""
        self._shut()
        self._transport.close()

    def abort(self, outcome: Outcome) -> None:
        """Close at once, whatever is unsent."""
        self._shut()
        self._drop(outcome)
        self._transport.abort()

    def _read(self, wanted: bool) -> None:
        if wanted is not self._reading and not self._eof:
            self._reading = wanted
            if wanted:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    def _finish(self, *, refused: bool = False) -> None:
        """Close so that the client can read its last answer: FIN first, and drop what it still sends for a while.

        Closing over unread input would make the kernel send RST, which destroys answers on their way. asyncio's TLS
        knows no FIN of its own: there the client of a refusal is given time to close first.
        """
        self._shut(Life.DRAINING)
        self._moved = self._now()
        self._read(True)
        if self._eof or (self._tls and not refused):
            self.close()
        elif not self._tls:
            self._transport.write_eof()

    def _shut(self, life: Life = Life.CLOSED) -> None:
        """Answer no more."""
        self._life = life
        self._ready = False
        self._inbox.discard()
        work, self._preparing = self._preparing, None
        if work is not None:
            work.drop()

    def _drop(self, outcome: Outcome) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            self._hub.player.drop(stream, outcome)
