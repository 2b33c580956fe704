"""Answers as bytes: status line, header fields, chunks, dates.

In: a status and fields as text; out: bytes that are valid HTTP/1.1 whatever the fields hold. A field that could break
out of its line is an error here, so that nothing a client sent reaches a header raw. Knows RFC 9110 and 9112, no provider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from understudy.wire.fields import NAME

REASONS = {
    100: "Continue",
    101: "Switching Protocols",
    102: "Processing",
    103: "Early Hints",
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    207: "Multi-Status",
    208: "Already Reported",
    226: "IM Used",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    305: "Use Proxy",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    417: "Expectation Failed",
    418: "I'm a teapot",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    423: "Locked",
    424: "Failed Dependency",
    425: "Too Early",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    451: "Unavailable For Legal Reasons",
    499: "Client Closed Request",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    506: "Variant Also Negotiates",
    507: "Insufficient Storage",
    508: "Loop Detected",
    510: "Not Extended",
    511: "Network Authentication Required",
    520: "Web Server Returned an Unknown Error",
    521: "Web Server Is Down",
    522: "Connection Timed Out",
    523: "Origin Is Unreachable",
    524: "A Timeout Occurred",
    529: "Overloaded",
}
"""IANA's reason phrases, and those of the gateways in front of LLM APIs (nginx 499, Cloudflare 52x, Anthropic 529)."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"

_UNSAFE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def status_line(status: int) -> bytes:
    """Spell the status line, with its CR LF. An unknown status has an empty reason (RFC 9112 section 4 allows it).

    The version is 1.1 also for clients that speak 1.0: it is the server's own (RFC 9110 section 2.5).

    Raises:
        ValueError: for a status that is not three digits.
    """
    if not 100 <= status <= 999:
        raise ValueError(f"status {status}: expected three digits. Use 100 to 999.")
    return f"HTTP/1.1 {status} {REASONS.get(status, '')}\r\n".encode("ascii")


def field(name: str, value: str) -> bytes:
    """Spell one header field, with its CR LF.

    Raises:
        ValueError: for a name that is no token, or a value with CR, LF, NUL, another control character, or text that
            latin-1 cannot spell.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"header name {name!r}: expected a token (RFC 9110 section 5.6.2).")
    unsafe = _UNSAFE.search(value)
    if unsafe:
        raise ValueError(f"header {name}: expected printable latin-1, got {unsafe[0]!r}. Escape the value first.")
    return f"{name}: {value}\r\n".encode("latin-1")


def head(
    status: int,
    fields: Iterable[tuple[str, str]],
    *,
    length: int | None,
    chunked: bool = False,
    close: bool,
    version: str = "1.1",
) -> bytes:
    """Spell a whole answer head, blank line included.

    Args:
        status: the status code.
        fields: header fields in order, without those of framing (they come from the other arguments).
        length: content-length; None when there is no body (204, 304), or its end is marked otherwise.
        chunked: announce chunked framing; HTTP/1.1 only.
        close: announce that the connection ends with this answer.
        version: what the client speaks: a kept-alive 1.0 client has to be told so.

    Raises:
        ValueError: for fields that could break out of their line, or framing that contradicts itself.
    """
    if chunked and (length is not None or version == "1.0"):
        raise ValueError("chunked framing: expected no length and HTTP/1.1. Close the connection to end a 1.0 stream.")
    parts = [status_line(status), *(field(name, value) for name, value in fields)]
    if length is not None:
        parts.append(b"content-length: %d\r\n" % length)
    if chunked:
        parts.append(b"transfer-encoding: chunked\r\n")
    if close:
        parts.append(b"connection: close\r\n")
    elif version == "1.0":
        parts.append(b"connection: keep-alive\r\n")
    parts.append(b"\r\n")
    return b"".join(parts)


def chunk(data: bytes) -> bytes:
    """Frame one chunk (RFC 9112 section 7.1). Empty data has no chunk: it would end the body."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


def http_date(unix: int) -> bytes:
    """Spell a time as IMF-fixdate (RFC 9110 section 5.6.7) whatever the locale; callers keep it for a second.

    Args:
        unix: whole seconds since 1970.
    """
    t = datetime.fromtimestamp(unix, UTC)
    day, month = _DAYS[t.weekday()], _MONTHS[t.month - 1]
    return f"{day}, {t.day:02} {month} {t.year:04} {t.hour:02}:{t.minute:02}:{t.second:02} GMT".encode("ascii")
