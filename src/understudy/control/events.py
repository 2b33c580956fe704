"""GET events: finished exchanges as they end, as server-sent events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from understudy.control import Ask, Control, Route, Sight
from understudy.control._exchanges import QUERY, chooser
from understudy.control._feed import Listener
from understudy.control._heads import opened
from understudy.model.plan import Ending, Plan, Step
from understudy.wire.response import LAST_CHUNK, chunk

_HELLO = b": exchanges follow as they end\n\n"  # clients and proxies that wait for a first byte get one


def _listen(ask: Ask, sight: Sight) -> Plan:
    request = ask.request.head
    feed, chosen, chunked = sight.feed, chooser(ask.query), request.version == "1.1"
    start = opened(request, sight.clock, "text/event-stream; charset=utf-8", [("x-accel-buffering", "no")])
    if request.method == "HEAD":
        return Plan([start] if chunked else [start, Ending.CLOSE])
    listener = feed.listen(chosen, sight.read)
    return Plan(_framed(start, listener, chunked=chunked), lambda _delivery: feed.leave(listener))


def _framed(start: bytes, listener: Listener, *, chunked: bool) -> Iterator[Step]:
    yield start
    parts: Iterable[Step] = listener.steps()
    yield chunk(_HELLO) if chunked else _HELLO
    for part in parts:
        yield chunk(part) if chunked and isinstance(part, bytes) else part
    yield LAST_CHUNK if chunked else Ending.CLOSE


CONTROL = Control(
    "events",
    "What happens, as it happens.",
    (
        Route(
            "GET",
            "events",
            "Stream exchanges as they end, as server-sent events.",
            _listen,
            QUERY,
        ),
    ),
)
