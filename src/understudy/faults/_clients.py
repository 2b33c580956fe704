"""What official clients do when a fault strikes: the table of the reference page, held against the clients by tests/sdk.

Measured with openai 3.52, anthropic 2.11 (Python) and openai 6 (Node), left to their defaults but for their patience. Nothing
of the program depends on it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from understudy.faults._clients_meaning import meaning_markdown

UNCHANGED: Final = ""
LESS: Final = "says nothing: the text is cut short, without a finish reason"
NO_FINISH: Final = "says nothing: no finish reason"
NO_STOP: Final = "says nothing: no `message_stop`"
NO_USAGE: Final = "says nothing: no usage"
TWICE: Final = "says nothing: text comes twice"
SHUFFLED: Final = "says nothing: text is out of order"
OTHER_TEXT: Final = "says nothing: hands on the text that came"
EMPTY: Final = "says nothing: a stream of nothing"
AS_TEXT: Final = "says nothing: a `str` instead of an answer"


class Does(NamedTuple):
    """What a client does with a stream and with a whole answer: a remark, or the error it raises after so many attempts."""

    stream: str = UNCHANGED
    whole: str = UNCHANGED

    @classmethod
    def both(cls, said: str) -> Does:
        """The same for both."""
        return cls(said, said)


class Row(NamedTuple):
    """Faults that both clients take alike."""

    faults: tuple[str, ...]
    openai: Does
    anthropic: Does


def _same(said: str, *faults: str) -> Row:
    return Row(faults, Does.both(said), Does.both(said))


_LOST, _LATE = "3 APIConnectionError", "3 APITimeoutError"
_HTTP_LOST, _HTTP_READ, _HTTP_LATE = "RemoteProtocolError", "ReadError", "ReadTimeout"
_JSON, _UTF8 = "JSONDecodeError", "UnicodeDecodeError"

CLIENTS: Final[tuple[Row, ...]] = (
    _same("BadRequestError", "bad_request", "content_filter", "context_length"),
    _same("AuthenticationError", "unauthorized"),
    _same("PermissionDeniedError", "forbidden"),
    _same("NotFoundError", "not_found", "model_not_found"),
    Row(("request_timeout",), Does.both("3 APIStatusError"), Does.both("3 RequestTimeoutError")),
    _same("3 ConflictError", "conflict"),
    Row(("too_large",), Does.both("APIStatusError"), Does.both("ContentTooLargeError")),
    _same("UnprocessableEntityError", "unprocessable"),
    _same("3 RateLimitError", "rate_limit"),
    Row(("insufficient_quota",), Does.both("3 RateLimitError"), Does.both("BadRequestError")),
    _same("3 InternalServerError", "server_error", "bad_gateway"),
    Row(("unavailable", "overloaded"), Does.both("3 InternalServerError"), Does.both("3 ServiceUnavailableError")),
    Row(("overloaded;status=529",), Does.both("3 InternalServerError"), Does.both("3 OverloadedError")),
    Row(("gateway_timeout", "timeout;after=1ms"), Does.both("3 InternalServerError"), Does.both("3 GatewayTimeoutError")),
    _same("APIStatusError", "status;status=418"),
    Row(("error-event;event=4", "error-event;then=go-on;event=4"), Does("APIError"), Does("APIStatusError")),
    Row(("malformed",), Does(_JSON), Does(_JSON)),
    _same(_JSON, "truncated-json", "truncated-json;then=go-on"),
    _same(_UTF8, "invalid-utf8"),
    Row(("missing-done",), Does(), Does(NO_STOP)),
    Row(("missing-finish",), Does(NO_FINISH), Does(NO_FINISH)),
    Row(("missing-usage",), Does(NO_USAGE), Does(NO_USAGE)),
    Row(("early-end",), Does(NO_FINISH), Does(NO_FINISH)),
    Row(("early-end;token=3",), Does(LESS), Does(LESS)),
    Row(("duplicate-event",), Does(TWICE), Does(TWICE)),
    Row(("reorder-events",), Does(SHUFFLED), Does(SHUFFLED)),
    Row(("huge-event;bytes=100000",), Does(OTHER_TEXT), Does(OTHER_TEXT)),
    Row(("whole-for-stream",), Does(EMPTY), Does(EMPTY)),
    Row(("stream-for-whole",), Does(whole=AS_TEXT), Does(whole=AS_TEXT)),
    _same(_LOST, "reset", "close", "refuse"),
    Row(("reset;token=3",), Does("APIConnectionError"), Does(_HTTP_READ)),
    Row(("reset;at=after-headers",), Does("APIConnectionError", _LOST), Does(_HTTP_READ, _LOST)),
    Row(("close;token=3",), Does("APIConnectionError"), Does(_HTTP_LOST)),
    Row(("close;byte=300",), Does("APIConnectionError", _LOST), Does(_HTTP_LOST, _LOST)),
    Row(("bad-chunk",), Does("APIConnectionError"), Does(_HTTP_LOST)),
    Row(("wrong-length;by=7",), Does(whole=_LOST), Does(whole=_LOST)),
    Row(("wrong-length;by=-7",), Does(whole=_JSON), Does(whole=_JSON)),
    _same(_LATE, "hang", "late-headers;for=1m"),
    Row(("hang;at=after-headers", "stall;for=1m"), Does("APITimeoutError", _LATE), Does(_HTTP_LATE, _LATE)),
    Row(("hang;token=3",), Does("APITimeoutError"), Does(_HTTP_LATE)),
    _same(UNCHANGED, "coalesce", "comments", "crlf", "empty-deltas", "legal-fuzz", "rechunk", "split-event"),
    _same(UNCHANGED, "late-headers;for=1ms", "stall;for=1ms;ping=1ms", "trickle;bytes-per-second=1000000"),
    _same(UNCHANGED, "unknown-event", "wrong-content-type", "close-next"),
)

_HEAD: Final = """## What official clients do

What openai 3.x and anthropic 2.x for Python raise, left to their defaults; the tests of the project hold them to it. *3* means
that they ask three times in all before they raise, *unchanged* that the answer reads as if nothing were wrong. Where only
streams or only whole answers are named, the other ones are unchanged. A client times out when its patience is over: after
600 s, unless it is told otherwise.
"""

_MORE: Final = """`tls-failure` lets no connection come about: 3, `APIConnectionError`. Behind `close-next` the next request
finds its connection closed; both send it again on a new one.

- Between two attempts all wait as `retry-after-ms`, else `retry-after` says. Above 120 s openai for Python raises at once;
  anthropic, and openai for Node, wait. `x-should-retry` overrides which errors they ask again for.
- anthropic lets the errors of its HTTP library through once the head of a stream is there: `RemoteProtocolError`, `ReadError`
  and `ReadTimeout` are no `anthropic.APIError`. The `APIStatusError` of an error event has the status 200.
- anthropic passes over events without a type, and over pings, before it reads their JSON: `malformed` keeps the type of the
  event it replaces, so at a ping nobody notices it.
- openai stops reading at `[DONE]`: what comes behind it, as with `malformed;at=end`, is never seen.
- openai 6.x for Node raises what the one for Python does, with other names: `APIError` for 408, 413 and unlisted statuses,
  `APIConnectionTimeoutError` before the head, `SyntaxError` for broken JSON. Once the head is there it raises `TypeError:
  terminated`, of whole answers too, and its patience has no end: a `hang` or a `stall` behind the head is waited for. Half a
  character is read as U+FFFD; an answer of another content type is given as a string.
"""


def clients_markdown() -> str:
    """Write the section of the page."""
    rows = "\n".join(f"| {_faults(row)} | {_cell(row.openai)} | {_cell(row.anthropic)} |" for row in CLIENTS)
    return f"{_HEAD}\n| fault | openai, Python | anthropic, Python |\n|---|---|---|\n{rows}\n\n{_MORE}\n{meaning_markdown()}"


def _faults(row: Row) -> str:
    return ", ".join(f"`{fault}`" for fault in row.faults)


def _cell(does: Does) -> str:
    stream, whole = map(_told, does)
    if stream == whole:
        return stream
    return "; ".join(f"{name}: {_told(said)}" for name, said in zip(("stream", "whole"), does, strict=True) if said)


def _told(said: str) -> str:
    if said.startswith("says"):
        return said
    times, _, name = said.rpartition(" ")
    return f"{times}, `{name}`" if times else f"`{name}`" if name else "unchanged"
