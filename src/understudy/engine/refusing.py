"""Answers that are no model's: errors in the provider's shape, and the preflight of browsers."""

from __future__ import annotations

from understudy.engine.scope import Scope, connection, cors, header_safe
from understudy.model.exchange import request_id
from understudy.model.http import Refusal
from understudy.model.reply import Failure, FailureKind
from understudy.wire.response import field, status_line

_PREFLIGHT = (
    b"\r\naccess-control-allow-origin: *\r\n"
    b"access-control-allow-methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"
    b"access-control-allow-headers: *, authorization\r\n"
    b"access-control-max-age: 86400\r\n"
    b"allow: GET, HEAD, POST, OPTIONS\r\n"
)
_REFUSED: dict[int, FailureKind] = {
    400: "invalid_request",
    408: "timeout",
    413: "too_large",
    414: "too_large",
    417: "invalid_request",
    431: "too_large",
    501: "invalid_request",
    503: "overloaded",
    505: "invalid_request",
}


def failure_answer(scope: Scope, failure: Failure, date: bytes, rule: str, token: bytes, serial: int) -> bytes:
    """Frame an error: head and body, the body left out for HEAD."""
    error = scope.dialect.failure(failure, scope.options.style)
    parts = [
        status_line(error.status),
        b"date: %b\r\n" % date,
        field("content-type", error.content_type),
        b"content-length: %d\r\n" % len(error.data),
        b"x-request-id: %b\r\n" % request_id(token, serial),
        *(field(name, value) for name, value in error.headers),
        field("x-understudy-rule", header_safe(rule)) if rule else b"",
        b"x-understudy-decision: %b\r\n" % token if token else b"",
        cors(scope.head.headers),
        connection(scope, stream=False),
        b"\r\n",
        b"" if scope.head.method == "HEAD" else error.data,
    ]
    return b"".join(parts)


def preflight_answer(scope: Scope, date: bytes) -> bytes:
    """Frame the answer to OPTIONS: everything is allowed to everybody, this is no server for secrets."""
    return b"".join([status_line(204), b"date: ", date, _PREFLIGHT, connection(scope, stream=False), b"\r\n"])


def refused(refusal: Refusal) -> Failure:
    """Say what the HTTP layer refused; a server that is full asks to come back in a second."""
    retry_after = 1.0 if refusal.status == 503 else None
    return Failure(refusal.status, _REFUSED[refusal.status], refusal.message, retry_after=retry_after)
