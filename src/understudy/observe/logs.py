"""Structured logs: one line for each event, as JSON or as text, to one stream that may break without breaking anything.

`configure` makes the `Log` and brings in what other libraries log. `RequestLog` is the sink that writes a line for each
exchange; it is only made when its lines would be seen. Secrets are masked here, whoever logs them.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

from understudy.model.exchange import Exchange
from understudy.model.plan import Delivery
from understudy.observe import LogFormat
from understudy.observe._foreign import adopt
from understudy.observe._lines import FORMS, Form, Line
from understudy.observe.outlet import Outlet
from understudy.observe.redact import mask, masker

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
"""The levels, and how they compare."""

_EXCERPT = 2048
_SHORT = 200
_SLACK = 512  # read beyond an excerpt, so that a key across its end is recognised


def _now() -> float:
    return datetime.now(UTC).timestamp()


class Log:
    """Writes events at or above a level to a stream.

    Args:
        level: the least level that is written.
        form: how a line looks.
        stream: where lines go, and nobody waits for its reader: lines may be left out, which a later one tells.
        wall: gives unix time in seconds.
    """

    def __init__(self, level: str, form: Form, stream: TextIO, wall: Callable[[], float] = _now) -> None:
        self._least = LEVELS[level]
        self._form = form
        self._outlet = Outlet(stream, self._left_out)
        self.wall = wall

    def enabled(self, level: str) -> bool:
        """Whether events of a level are written."""
        return LEVELS[level] >= self._least

    def write(self, level: str, event: str, error: BaseException | None = None, **fields: object) -> None:
        """Log an event.

        Args:
            level: debug, info, warning or error.
            event: what happened, in a few fixed words.
            error: the exception that is the reason; its stack trace goes along.
            fields: the particulars; secrets in their texts are masked.
        """
        if LEVELS[level] < self._least:
            return
        stack = ""
        if error is not None:
            fields["error"] = _said(error)
            stack = mask("".join(traceback.format_exception(error)))
        self.put(Line(self.wall(), level, mask(event), {name: _masked(value) for name, value in fields.items()}, stack))

    def put(self, line: Line) -> None:
        """Write a line whose secrets are masked already. Never raises."""
        if self._outlet.is_open:
            self._outlet.put(self._form(line))

    def flush(self, patience: float = 0.0) -> None:
        """Write lines that there was no room for, as long as there is, or comes to be before so many seconds are over."""
        self._outlet.flush(patience)

    def _left_out(self, count: int) -> str:
        return self._form(Line(self.wall(), "warning", "log lines left out", {"lines": count}))


def configure(level: str, fmt: LogFormat, stream: TextIO) -> Log:
    """Make the log of the process, and bring in what other libraries log and warn.

    Args:
        level: the least level that is written: debug, info, warning or error.
        fmt: json, text, or auto: text when the stream is a terminal.
        stream: where lines go.
    """
    form = FORMS[("text" if stream.isatty() else "json") if fmt == "auto" else fmt]
    log = Log(level, form, stream)
    adopt(log)
    return log


class RequestLog:
    """The sink that logs every exchange at level info.

    Args:
        log: where the lines go.
        verbose: whether the first 2 KB of each request's body go along, secrets masked.
    """

    def __init__(self, log: Log, *, verbose: bool = False) -> None:
        self._log = log
        self._verbose = verbose

    def record(self, exchange: Exchange) -> None:
        """Log an exchange."""
        head = exchange.request.head
        fields: dict[str, Any] = {
            "method": head.method,
            "path": _name(head.path),
            "status": exchange.status,
            "dialect": exchange.dialect,
            "operation": exchange.operation,
            "model": _name(exchange.model),
            "rule": exchange.rule,
            "session": _name(exchange.session),
            "stream": exchange.stream,
            "prompt_tokens": exchange.prompt_tokens,
            "completion_tokens": exchange.completion_tokens,
            "duration_ms": round(exchange.duration * 1000, 3),
            "request_id": exchange.request_id,
            "outcome": exchange.outcome,
        }
        if exchange.delivery is not None:
            fields |= _timing(exchange.delivery)
        if exchange.would_limit:
            fields["would_limit"] = exchange.would_limit
        if self._verbose:
            head = exchange.request.head
            fields["request"] = excerpt(exchange.request.body, masker(head.headers, head.query))
        self._log.put(Line(self._log.wall(), "info", "request", fields))


def _timing(delivery: Delivery) -> dict[str, Any]:
    """Tell what is known of the time of an answer that took any."""
    fields: dict[str, Any] = {}
    if delivery.events:
        fields["ttft_ms"] = _ms(delivery.first_at)
        fields["planned_ttft_ms"] = _ms(delivery.first_due)
        fields["events"] = delivery.events
    if delivery.events or delivery.last_due:
        fields["late_ms"] = _ms(delivery.late)
        fields["last_due_ms"] = _ms(delivery.last_due)
    if delivery.paused:
        fields["paused_ms"] = _ms(delivery.paused)
    return fields


def _ms(seconds: float | None) -> float:
    return round((seconds or 0.0) * 1000, 3)


@lru_cache(maxsize=256)
def _short_name(text: str) -> str:
    return mask(text)


def _name(text: str) -> str:
    """Mask a name; the same short ones come again and again."""
    return _short_name(text) if len(text) <= _SHORT else mask(text)


def excerpt(data: bytes | str, hide: Callable[[str], str] = mask) -> str:
    """Give the first 2 KB of a body as text, secrets masked, and its size when there is more."""
    encoded = data.encode("utf-8", "replace") if isinstance(data, str) else data
    shown = hide(encoded[: _EXCERPT + _SLACK].decode("utf-8", "backslashreplace"))
    cut = shown.encode()[:_EXCERPT].decode("utf-8", "ignore")
    whole = len(cut) == len(shown) and len(encoded) <= _EXCERPT + _SLACK
    return cut if whole else f"{cut}... ({len(encoded):,} bytes)"


def _said(error: BaseException) -> str:
    try:
        return mask(f"{type(error).__name__}: {error}")
    except Exception:  # an exception that cannot print itself still has a name
        return type(error).__name__


def _masked(value: object, deeper: int = 4) -> object:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, bytes):
        return mask(value.decode("utf-8", "backslashreplace"))
    if isinstance(value, list | tuple) and deeper:
        return [_masked(item, deeper - 1) for item in value]
    if isinstance(value, dict) and deeper:
        return {name: _masked(item, deeper - 1) for name, item in value.items()}
    return value
