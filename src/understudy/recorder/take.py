"""One recorded exchange: what was asked and understood, what was answered and when.

In: a request and the pieces of its answer. Out: a `Take`, with the call as a server that replays it will see it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from understudy.dialects import Options, served
from understudy.engine.route import Router
from understudy.engine.store import MemoryStore, SessionStore
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.http import Request
from understudy.recorder.documents import Document, Form, documents, events, form_of

ANSWERED = frozenset({"chat", "completion", "embedding", "moderation", "image", "speech", "transcription", "translation"})
"""Operations that rules answer; of others nothing can be replayed."""


Break = Literal["reset", "close", "hang"]
"""How an answer can break off: the connection was reset or closed, or nothing came for very long."""


class Take(Struct):
    """An exchange. `chunks` are (seconds since the request was sent, data); `call` is None where no dialect understood it.

    Of an answer that broke off `broken` says how, `broke` after how many seconds, `length` how many bytes were announced; where
    not even a head came `status` is 0.
    """

    request: Request
    status: int
    fields: dict[str, str]
    chunks: list[tuple[float, bytes]]
    call: Call | None = None
    begun: float = 0.0
    broken: Break | None = None
    broke: float = 0.0
    length: int | None = None

    @property
    def body(self) -> bytes:
        """The whole answer."""
        return b"".join(data for _, data in self.chunks)

    @property
    def lasted(self) -> float:
        """Seconds until the answer was whole."""
        return self.chunks[-1][0] if self.chunks else self.begun

    @property
    def form(self) -> Form:
        """How the answer is put together."""
        streamed = self.call is not None and self.call.stream
        begins = self.chunks[0][1][:16] if self.chunks else b""
        return form_of(self.fields.get("content-type", ""), streamed=streamed, begins=begins)

    @property
    def is_stream(self) -> bool:
        """Whether the answer came bit by bit."""
        return self.form != "whole"

    @property
    def is_events(self) -> bool:
        """Whether the answer is a stream of server-sent events."""
        return self.form == "events"

    def events(self) -> list[tuple[float, str, str]]:
        """The events of a stream: when each was whole, its name, its data."""
        return events(self.chunks)

    def documents(self) -> list[tuple[float, Document]] | None:
        """What the answer is made of; None when something else is in it."""
        return documents(self.form, self.chunks)


class Reader:
    """Understands requests as the server does that replays them, but refuses nothing it can make sense of."""

    def __init__(self) -> None:
        self._router = Router(served())
        self._histories: dict[str, list[Message]] = {}

    def read(self, request: Request) -> Call | None:
        """Decode a request; None when no rule could answer it."""
        head = request.head
        route = self._router.find(head.method, head.path, head.headers, head.query)
        if route.endpoint is None or route.endpoint.operation not in ANSWERED:
            return None
        try:
            options = Options(strict=False, style=route.dialect.style({}))
            call = route.endpoint.decode(request, route.params, options)
            if route.endpoint.recall is not None and route.endpoint.keeps(call):
                call = route.endpoint.recall(call, SessionStore(MemoryStore(), "recorder"), 0.0)
        except RequestError:
            return None
        call.body = call.body or request.body
        return call

    def remember(self, name: str, call: Call, said: str) -> None:
        """Keep a conversation under the name of its answer, for calls that refer to it instead of repeating it."""
        self._histories[name] = [*call.messages, Message("assistant", said)]

    def recall(self, name: str, call: Call) -> None:
        """Put what was said before in front of a call's own messages."""
        call.messages = [*self._histories.get(name, ()), *call.messages]
