"""GET events: finished exchanges as they end, as server-sent events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from understudy.control import Ask, Control, Route, Sight
from understudy.control._exchanges import QUERY, chooser
from understudy.control._feed import Listener
from understudy.errors import RequestError
from understudy.model.plan import Ending, Plan, Step
from understudy.model.reply import Failure
from understudy.wire.response import LAST_CHUNK, chunk, head, http_date

_HELLO = b": exchanges follow as they end\n\n"  # clients and proxies that wait for a first byte get one


def _listen(ask: Ask, sight: Sight) -> Plan:
    if sight.feed is None:
        raise RequestError(Failure(409, "conflict", "events: expected a server that has a feed, got one that has none."))
    request = ask.request.head
    feed, chosen, chunked = sight.feed, chooser(ask.query), request.version == "1.1"
    fields = [
        ("date", http_date(int(sight.clock.wall())).decode()),
        ("content-type", "text/event-stream; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-accel-buffering", "no"),
    ]
    closes = not chunked or not request.keep_alive
    start = head(200, fields, length=None, chunked=chunked, close=closes, version=request.version)
    if request.method == "HEAD":
        return Plan([start, *([] if chunked else [Ending.CLOSE])])
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
