"""The application behind the recorder's socket: passes requests on and answers back as they come, and keeps what went by.

In: requests. Out: plans whose pieces are the upstream's, each sent the moment it arrives, and takes for whoever writes them
down. Implements `model.ports.App`. Knows no provider and no script.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from understudy.model.http import Refusal, Request, RequestHead
from understudy.model.plan import Delivery, Ending, Gate, Plan, Step
from understudy.recorder.breaks import break_of
from understudy.recorder.take import Take
from understudy.recorder.upstream import Upstream, returned
from understudy.runtime.courier import End, Head, Hear, Letter, News
from understudy.wire.response import LAST_CHUNK, chunk, field, head

MOST = 64 << 20
"""Bytes of an answer beyond which it is passed on but not kept."""

_BODILESS = (204, 304)


class Messenger(Protocol):
    """Delivers letters to the upstream."""

    def deliver(self, letter: Letter, hear: Hear) -> Callable[[], None]:
        """Deliver; tell what comes back, at last an `End`. Returns what breaks it off."""
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
        self.over = False
        self.break_off: Callable[[], None] = _nothing

    def hear(self, news: News) -> None:
        """Take what came back, and let it go on to the client."""
        if self.over:
            return
        self._news.append(news)
        try:
            self._keep(news)
        finally:
            self._gate.open(news.at)

    def left(self, delivery: Delivery) -> None:
        """The answer is over for the client; when it did not take all of it, neither is it kept."""
        if not self.over:
            self.over = True
            self.break_off()
            self._lost(f"the client left ({delivery.outcome})")

    def _keep(self, news: News) -> None:
        if isinstance(news, Head):
            self._sent = news.sent
            self._take.status, self._take.begun = news.status, news.at - news.sent
            self._take.fields = dict(returned(news.fields))
            self._length = self._take.length = news.length
        elif isinstance(news, End):
            self.over = True
            self._close(news)
        else:
            self._size += len(news.data)
            if self._size <= MOST:
                self._take.chunks.append((news.at - self._sent, news.data))
            else:
                self._take.chunks.clear()
        if not self.over and self._size == self._length:  # known before the upstream's connection is done with
            self._news.append(End(news.at))
            self._keep(self._news[-1])

    def _close(self, end: End) -> None:
        """Hand over what went by; of what broke off, too, if the upstream did that."""
        self._take.broken = break_of(end.problem) if end.problem else None
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
            elif has_body:
                yield chunk(news.data) if chunked else news.data

    def _end(self, end: End, *, chunked: bool, closes: bool) -> Iterator[Step]:
        broken = self._take.broken
        if end.silent and broken in (None, "hang"):
            status = 502 if broken is None else 504
            yield problem(self._request.head, status, f"upstream: expected an answer, got none ({end.problem}).")
        elif end.problem:
            yield Ending.CLOSE if broken == "close" else Ending.ABORT
        elif chunked:
            yield LAST_CHUNK
            if closes:
                yield Ending.CLOSE
        elif closes:
            yield Ending.CLOSE


def _nothing() -> None:
    """Break nothing off."""


def _head(asked: RequestHead, news: Head) -> tuple[bytes, bool, bool, bool]:
    """Write the head of an answer: its bytes, whether it is chunked, whether the connection closes, whether a body follows."""
    bare = news.status in _BODILESS or news.status < 200
    has_body = asked.method != "HEAD" and not bare
    chunked = news.length is None and not bare and asked.version == "1.1"
    closes = not asked.keep_alive or (news.length is None and not bare and not chunked)
    fields = [(name, value) for name, value in returned(news.fields) if _is_good(name, value)]
    length = None if bare else news.length
    start = head(news.status, fields, length=length, chunked=chunked, close=closes, version=asked.version)
    return start, chunked, closes, has_body


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


class Proxy:
    """Passes requests on to one upstream.

    Args:
        upstream: where to, and what may go there.
        messenger: delivers.
        recorded: is given every exchange that went by whole.
        lost: hears why one did not.
        known: answers what need not be asked; None passes a request on.
    """

    def __init__(
        self,
        upstream: Upstream,
        messenger: Messenger,
        recorded: Callable[[Take], None],
        lost: Callable[[str], None],
        known: Callable[[Request], bytes | Plan | None] | None = None,
    ) -> None:
        self._upstream = upstream
        self._messenger = messenger
        self._recorded = recorded
        self._lost = lost
        self._known = known

    def respond(self, request: Request) -> bytes | Plan:
        """Answer a request; never raises."""
        asked = request.head
        objection = self._upstream.objection(asked)
        if objection:
            return problem(asked, 403, objection)
        answer = self._known(request) if self._known is not None else None
        return self._forward(request) if answer is None else answer

    def _forward(self, request: Request) -> Plan:
        asked = request.head
        forwarding = Forwarding(request, self._recorded, self._lost)
        letter = Letter(asked.method, asked.target, self._upstream.fields(asked.headers), request.body)
        forwarding.break_off = self._messenger.deliver(letter, forwarding.hear)
        return Plan(forwarding.steps(), forwarding.left)

    def refuse(self, refusal: Refusal) -> bytes:
        """Answer a request that broke HTTP itself."""
        return problem(None, refusal.status, refusal.message)

    def prepare(self, request: Request) -> None:
        """Nothing is to be prepared."""
