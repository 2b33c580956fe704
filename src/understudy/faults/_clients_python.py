"""What official clients for Python do when a fault strikes: held against the clients by tests/sdk.

Measured with openai 3.52 and anthropic 2.11, left to their defaults but for their patience. Nothing of the program depends on
it. A new kind of fault gets a row here, and one in `_clients_node` where clients for Node take it otherwise.
"""

from __future__ import annotations

from typing import Final, NamedTuple

UNCHANGED: Final = ""
LESS: Final = "says nothing: the text is cut short, without a finish reason"
NO_FINISH: Final = "says nothing: no finish reason"
NO_STOP: Final = "says nothing: no `message_stop`"
NO_USAGE: Final = "says nothing: no usage"
TWICE: Final = "says nothing: text comes twice"
SHUFFLED: Final = "says nothing: text is out of order"
OTHER_TEXT: Final = "says nothing: hands on the text that came"
EMPTY: Final = "says nothing: a stream of nothing"
AS_TEXT: Final = "says nothing: a text instead of an answer"


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
