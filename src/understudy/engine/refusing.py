"""Answers that are no model's: errors in the provider's shape, and the preflight of browsers."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from msgspec.structs import replace

from understudy.dialects import Dialect, ErrorBody, Options
from understudy.engine.scope import Scope, connection, cors, header_name, masked
from understudy.model.call import Call
from understudy.model.exchange import request_id
from understudy.model.http import Refusal, RequestHead
from understudy.model.reply import Failure, FailureKind, kind_of
from understudy.wire.credentials import api_key
from understudy.wire.response import field, status_line

_PREFLIGHT = (
    b"\r\naccess-control-allow-origin: *\r\n"
    b"access-control-allow-methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"
    b"access-control-allow-headers: *, authorization\r\n"
    b"access-control-max-age: 86400\r\n"
)
# What a proxy in front of the provider says itself, in the form of the most common one (nginx).
_PAGES: dict[FailureKind, str] = {"bad_gateway": "502 Bad Gateway", "gateway_timeout": "504 Gateway Time-out"}
_OF_A_MODEL: tuple[FailureKind, ...] = ("model_not_found", "overloaded", "unavailable", "content_filter")
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


def error_document(dialect: Dialect, failure: Failure, options: Options) -> ErrorBody:
    """Say a failure: in the provider's words, or as the page of the proxy before it, which knows no provider."""
    title = _PAGES.get(failure.kind)
    if title is None:
        return dialect.failure(failure, options.style)
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return ErrorBody(failure.status, page.encode(), failure.headers, "text/html")


def failure_answer(scope: Scope, failure: Failure, date: bytes, rule: str, token: bytes, serial: int) -> tuple[int, bytes]:
    """Frame an error: the status the provider gives it, and head and body, the body left out for HEAD."""
    error = error_document(scope.dialect, failure, scope.options)
    if scope.endpoint is not None and scope.endpoint.refuses is not None and failure.kind not in _PAGES:
        error = scope.endpoint.refuses(error, scope.head)
    identity = request_id(token, serial)
    data = error.data.replace(b"{request_id}", identity)
    parts = [
        status_line(error.status),
        b"date: %b\r\n" % date,
        field("content-type", error.content_type),
        b"content-length: %d\r\n" % len(data),
        b"%b: %b\r\n" % (error.id_field.encode(), identity),
        *(field(name, _reset(value, failure, date)) for name, value in error.headers),
        *(field(name, value) for name, value in scope.echo),
        field("x-understudy-rule", header_name(rule)) if rule else b"",
        b"x-understudy-decision: %b\r\n" % token if token else b"",
        cors(scope.head.headers),
        connection(scope, stream=False),
        b"\r\n",
        b"" if scope.head.method == "HEAD" else data,
    ]
    return error.status, b"".join(parts)


def _reset(value: str, failure: Failure, date: bytes) -> str:
    """Put the moment from which a retry makes sense into a header that asks for it, by RFC 3339."""
    if value != "{reset_at}":
        return value
    from email.utils import parsedate_to_datetime  # 20 ms that only who is refused so needs

    moment = parsedate_to_datetime(date.decode()) + timedelta(seconds=ceil(failure.retry_after or 0.0))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def preflight_answer(scope: Scope, date: bytes) -> bytes:
    """Frame the answer to OPTIONS: everything is allowed to everybody, this is no server for secrets."""
    return b"".join([status_line(204), b"date: ", date, _PREFLIGHT, connection(scope, stream=False), b"\r\n"])


def told(failure: Failure, call: Call, prompt: int, head: RequestHead) -> Failure:
    """Say of a failure that a script tells what it is about, so that it has the words of one that happened."""
    subject, kind = failure.subject, kind_of(failure.status) if failure.kind == "simulated" else failure.kind
    if subject is None and kind in _OF_A_MODEL:
        subject = call.model
    elif subject is None and kind == "unauthorized" and (key := api_key(head)) is not None:
        subject = masked(key)
    return replace(failure, subject=subject, prompt_tokens=prompt)


def refused(refusal: Refusal) -> Failure:
    """Say what the HTTP layer refused; a server that is full asks to come back in a second."""
    retry_after = 1.0 if refusal.status == 503 else None
    return Failure(refusal.status, _REFUSED[refusal.status], refusal.message, retry_after=retry_after)
