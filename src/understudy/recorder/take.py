"""One recorded exchange: what was asked and understood, what was answered and when.

In: a request and the pieces of its answer. Out: a `Take`, with the call as a server that replays it will see it.
"""

from __future__ import annotations

from itertools import accumulate

from msgspec import Struct

from understudy.dialects import Options, served
from understudy.engine.route import Router
from understudy.engine.store import MemoryStore, SessionStore
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.http import Request

ANSWERED = frozenset({"chat", "completion", "embedding", "moderation", "image", "speech", "transcription", "translation"})
"""Operations that rules answer; of others nothing can be replayed."""


class Take(Struct):
    """An exchange. `chunks` are (seconds since the request was sent, data); `call` is None where no dialect understood it."""

    request: Request
    status: int
    fields: dict[str, str]
    chunks: list[tuple[float, bytes]]
    call: Call | None = None
    begun: float = 0.0

    @property
    def body(self) -> bytes:
        """The whole answer."""
        return b"".join(data for _, data in self.chunks)

    @property
    def lasted(self) -> float:
        """Seconds until the answer was whole."""
        return self.chunks[-1][0] if self.chunks else self.begun

    @property
    def is_events(self) -> bool:
        """Whether the answer is a stream of server-sent events."""
        return self.fields.get("content-type", "").startswith("text/event-stream")

    def events(self) -> list[tuple[float, str, str]]:
        """The events of a stream: when each was whole, its name, its data."""
        text = self.body.replace(b"\r\n", b"\n")
        ends = list(accumulate(len(data.replace(b"\r\n", b"\n")) for _, data in self.chunks))
        found, at, part = [], 0, 0
        for block in text.split(b"\n\n"):
            at += len(block) + 2
            while part < len(ends) - 1 and ends[part] < min(at, len(text)):
                part += 1
            lines = [line.partition(b":") for line in block.split(b"\n")]
            said = [value.removeprefix(b" ") for name, _, value in lines if name == b"data"]
            name = next((value.strip() for name, _, value in lines if name == b"event"), b"")
            if said:
                found.append(
                    (self.chunks[part][0], name.decode("utf-8", "replace"), b"\n".join(said).decode("utf-8", "replace"))
                )
        return found


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
            if route.endpoint.recall is not None:
                call = route.endpoint.recall(call, SessionStore(MemoryStore(), "recorder"))
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
