"""One request passed on: its answer goes to the client as it comes, and is kept for whoever writes it down.

In: news of the upstream. Out: the steps of a plan, each piece sent the moment it arrived, and at the end a take. A client
that is slow to read makes the upstream wait. Knows no provider and no script.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import msgspec

from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Ending, Gate, Step
from understudy.recorder.take import Take
from understudy.recorder.upstream import returned
from understudy.runtime.trip import End, Head, Interim, News, Piece
from understudy.wire.response import LAST_CHUNK, chunk, field, head

MOST: Final = 64 << 20
"""Bytes of an answer beyond which it is passed on but not kept."""

WINDOW: Final = 1 << 20
"""Bytes that may wait for a client that reads slowly; beyond them its upstream has to wait as well."""

_BODILESS = (204, 304)


class Errand(Protocol):
    """A letter under way."""

    def pause(self) -> None:
        """Let the upstream wait."""
        ...

    def resume(self) -> None:
        """Let it go on."""
        ...

    def break_off(self) -> None:
        """Let it know that nobody listens any more."""
        ...


class Forwarding:
    """One request on its way, and what has come back of it."""

    def __init__(self, request: Request, recorded: Callable[[Take], None], lost: Callable[[str], None]) -> None:
        self._request = request
        self._recorded = recorded
        self._lost = lost
        self._news: deque[News] = deque()
        self._gate = Gate()
        self._take = Take(request, 0, {}, [])
        self._begun = request.at
        self._sent = 0.0
        self._length: int | None = None
        self._size = 0
        self._waiting = 0  # bytes that the client has not taken yet
        self._paused = False
        self._over = False
        self._errand: Errand | None = None

    def begin(self, errand: Errand) -> None:
        """Take what was sent out for it."""
        self._errand = errand

    def hear(self, news: News) -> None:
        """Take what came back, and let it go on to the client."""
        if self._over:
            return
        self._news.append(news)
        try:
            self._keep(news)
        finally:
            self._gate.open(news.at)

    def left(self, delivery: Delivery) -> None:
        """The answer is over for the client; when it did not take all of it, neither is it kept."""
        if not self._over:
            self._over = True
            if self._errand is not None:
                self._errand.break_off()
            self._lost(f"the client left ({delivery.outcome})")

    def _keep(self, news: News) -> None:
        if isinstance(news, Head):
            self._sent = news.sent
            self._take.status, self._take.begun = news.status, news.at - news.sent
            self._take.fields = dict(returned(news.fields))
            self._length = self._take.length = news.length
        elif isinstance(news, End):
            self._over = True
            self._close(news)
        elif isinstance(news, Piece):
            self._size += len(news.data)
            if self._size <= MOST:
                self._take.chunks.append((news.at - self._sent, news.data))
            else:
                self._take.chunks.clear()
            self._waits(len(news.data))

    def _waits(self, more: int) -> None:
        """Count what waits for the client, and let the upstream wait with it."""
        self._waiting += more
        if self._over or self._errand is None:
            return
        if not self._paused and self._waiting > WINDOW:
            self._paused = True
            self._errand.pause()
        elif self._paused and self._waiting <= WINDOW // 2:
            self._paused = False
            self._errand.resume()

    def _close(self, end: End) -> None:
        """Hand over what went by; of what broke off, too, if the upstream did that."""
        self._take.broken = end.how or None
        self._take.broke = end.at - (self._sent or self._begun)
        if self._size > MOST:
            self._lost("the answer is very large")
        elif end.problem and self._take.broken is None:
            self._lost(end.problem)
        else:
            self._recorded(self._take)

    def steps(self) -> Iterator[Step]:
        """The answer as it comes."""
        chunked = closes = has_body = False
        while True:
            if not self._news:
                yield self._gate
                continue
            news = self._news.popleft()
            if isinstance(news, Head):
                start, chunked, closes, has_body = _head(self._request.head, news)
                yield start
            elif isinstance(news, End):
                yield from self._end(news, chunked=chunked and has_body, closes=closes)
                return
            elif isinstance(news, Interim):
                if self._request.head.version == "1.1":  # others would take it for the answer (RFC 9110 section 15.2)
                    yield _interim(news)
            else:
                self._waits(-len(news.data))
                if has_body:
                    yield chunk(news.data) if chunked else news.data

    def _end(self, end: End, *, chunked: bool, closes: bool) -> Iterator[Step]:
        broken = self._take.broken
        if end.silent and broken in (None, "hang"):
            status = 502 if broken is None else 504
            yield problem(self._request.head, status, f"upstream: expected an answer, got none ({end.problem}).")
        elif end.problem:
            is_seen = chunked or self._length is not None or end.silent  # else a close is how the answer would end anyway
            yield Ending.CLOSE if broken == "close" and is_seen else Ending.ABORT
        elif chunked:
            yield LAST_CHUNK
            if closes:
                yield Ending.CLOSE
        elif closes:
            yield Ending.CLOSE


def _interim(news: Interim) -> bytes:
    """Write a head in advance."""
    return head(news.status, _good(news.fields), length=None, close=False)


def _head(asked: RequestHead, news: Head) -> tuple[bytes, bool, bool, bool]:
    """Write the head of an answer: its bytes, whether it is chunked, whether the connection closes, whether a body follows."""
    bare = news.status in _BODILESS or news.status < 200
    has_body = asked.method != "HEAD" and not bare
    chunked = news.length is None and not bare and asked.version == "1.1"
    closes = not asked.keep_alive or (news.length is None and not bare and not chunked)
    length = None if bare else news.length
    start = head(news.status, _good(news.fields), length=length, chunked=chunked, close=closes, version=asked.version)
    return start, chunked, closes, has_body


def _good(fields: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The fields of the upstream that may be passed back."""
    return [(name, value) for name, value in returned(fields) if _is_good(name, value)]


def _is_good(name: str, value: str) -> bool:
    try:
        return bool(field(name, value))
    except ValueError:
        return False


def problem(asked: RequestHead | None, status: int, message: str) -> bytes:
    """Answer in the recorder's own name, in a form that clients of most providers can show."""
    body = msgspec.json.encode({"error": {"message": message, "type": "understudy_recorder", "param": None, "code": None}})
    keeps = asked is not None and asked.keep_alive
    version = asked.version if asked is not None else "1.1"
    start = head(status, [("content-type", "application/json")], length=len(body), close=not keeps, version=version)
    return start if asked is not None and asked.method == "HEAD" else start + body
