"""A request's head: from the bytes up to the blank line to a `RequestHead` and the framing of the body.

llhttp judges the grammar; what it lets pass and a server must not is judged here: Host, targets, versions, transfer
codings, expectations, counts and lengths. In: one whole block, blank line included. Out: a `ParsedHead`, or `RefusalError`.
Knows RFC 9110 and 9112, no connection and no body.
"""

from __future__ import annotations

import re
from typing import Literal, NoReturn
from urllib.parse import unquote

import httptools
from msgspec import Struct

from understudy.model.http import RequestHead
from understudy.wire.limits import Limits, refuse

CHUNKED = -1
"""The length of a body that says itself where it ends."""

LINE_SLACK = 64
"""What a request line holds beside its target: the longest method, the version and two spaces."""

_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP/([0-9])\.([0-9])")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z\-._~!$&'()*+,;=%]+)(?::[0-9]{0,5})?")
_ABSOLUTE = re.compile(r"https?://([^/?]*)([^?]*)(?:\?(.*))?", re.IGNORECASE)
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r[^\n]|[^\r]\n|\n[ \t]")
_FOLD = re.compile(rb"\n[ \t]")
_LEGAL = bytes({*b"\t\r\n", *range(0x20, 0x7F), *range(0x80, 0x100)})
Coding = Literal["", "gzip", "deflate"]
_CODINGS: dict[str, Coding] = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}


class ParsedHead(Struct, frozen=True):
    """A head and what it says about the body: its length or `CHUNKED`, its coding, whether the client waits for a 100."""

    request: RequestHead
    length: int
    coding: Coding
    expects: bool


class _Fields:
    """What llhttp reports about one head. Whole heads are fed, so that no name and no value arrives in pieces."""

    __slots__ = ("complete", "pairs")

    def __init__(self) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []
        self.complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.pairs.append((name, value))

    def on_headers_complete(self) -> None:
        self.complete = True


def check_line(line: bytes, limits: Limits) -> tuple[str, str, Literal["1.1", "1.0"]]:
    """Split a request line into method, target and version.

    Raises:
        RefusalError: 414 for a target too long, 505 for another major version (the HTTP/2 preface too), 501 for CONNECT.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        refuse(400, "request line: expected METHOD TARGET HTTP/1.1, got something else.")
    method, target, major, minor = match.groups()
    if major != b"1" or minor not in b"01":
        refuse(505, f"HTTP version {major.decode()}.{minor.decode()}: expected 1.1 or 1.0.")
    if len(target) > limits.max_target:
        refuse(414, f"request target: expected at most {limits.max_target} bytes, got {len(target)}.")
    if method == b"CONNECT":
        refuse(501, "method CONNECT: this server is no proxy.")
    return method.decode(), target.decode(), "1.1" if minor == b"1" else "1.0"


def check_bytes(buffer: bytes | bytearray, start: int) -> None:
    """Refuse control characters, NUL, bare CR, bare LF and folded lines from `start` on, also in a part of a head.

    llhttp of this version refuses most of them too; older ones did not, and a part of a head never reaches it.

    Raises:
        RefusalError: 400.
    """
    bad = _FORBIDDEN.search(buffer, start)
    if bad:
        refuse(400, f"request head: expected lines that end in CR LF and no control characters, got {bytes(bad[0])!r}.")


def parse_head(block: bytes, limits: Limits) -> ParsedHead:
    """Parse a head, from its first byte to the end of its blank line.

    Raises:
        RefusalError: with the status that fits.
    """
    line_end = block.index(b"\r\n")
    check_sizes(line_end, len(block) - line_end - 4, limits)
    lines = block.count(b"\r\n")
    if lines - 2 > limits.max_header_count:
        refuse(431, f"request head: expected at most {limits.max_header_count} fields, got {lines - 2}.")
    clean = lines == block.count(b"\n") == block.count(b"\r") and not block.translate(None, _LEGAL)
    if not clean or _FOLD.search(block):  # five times as fast as the regular expression that finds the place
        check_bytes(block, 0)
    method, target, version = check_line(block[:line_end], limits)
    headers, hosts = _join(_split(block))
    path, query, authority = _split_target(method, target)
    connection = {token.strip(" \t").lower() for token in headers.get("connection", "").split(",")}
    keep_alive = "close" not in connection and (version == "1.1" or "keep-alive" in connection)
    head = RequestHead(method, target, path, query, headers, version, keep_alive)
    _check_host(head, hosts, authority)
    return ParsedHead(head, _length(head, limits), _coding(head), _expects(head))


def check_sizes(line: int, fields: int, limits: Limits) -> None:
    """Refuse a request line or header fields of that many bytes, whole or not, when they are too many.

    Raises:
        RefusalError: 414 or 431.
    """
    if line > limits.max_target + LINE_SLACK:
        refuse(414, f"request line: expected a target of at most {limits.max_target} bytes, got more.")
    if fields > limits.max_header:
        refuse(431, f"request head: expected at most {limits.max_header} bytes of fields, got more.")


def _split(block: bytes) -> list[tuple[bytes, bytes]]:
    """Let llhttp judge the block and cut it into fields.

    What it says once all fields are there is about upgrades and transfer codings: the first are ignored (RFC 9110
    section 7.8 allows it; every JDK client offers h2c), the second judged in `_length`.
    """
    fields = _Fields()
    try:
        httptools.HttpRequestParser(fields).feed_data(block)
    except httptools.HttpParserUpgrade:
        pass
    except httptools.HttpParserInvalidMethodError:
        refuse(501, "method: expected one that is registered, got another.")
    except httptools.HttpParserError as error:
        if not fields.complete:
            _refuse_grammar(error)
    return fields.pairs


def _join(pairs: list[tuple[bytes, bytes]]) -> tuple[dict[str, str], int]:
    """Join repeated fields (RFC 9110 section 5.3); return how often Host came beside them."""
    headers: dict[str, str] = {}
    hosts = 0
    for raw_name, raw_value in pairs:
        name, value = raw_name.lower().decode("ascii"), raw_value.strip(b" \t").decode("latin-1")
        hosts += name == "host"
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers, hosts


def _refuse_grammar(error: Exception) -> NoReturn:
    refuse(400, f"request head: {error}.")


def _split_target(method: str, target: str) -> tuple[str, str, str | None]:
    """Return path, query and, for a target in absolute form, its authority."""
    if target == "*" and method == "OPTIONS":
        return "*", "", None
    if "#" in target:
        refuse(400, "request target: expected no fragment, got one.")
    if target.startswith("/"):
        raw, _, query = target.partition("?")
        return _decode(raw), query, None
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        refuse(400, "request target: expected a path that starts with a slash, or an http URL.")
    authority, raw, query = absolute.groups(default="")
    return _decode(raw or "/"), query, authority


def _decode(path: str) -> str:
    return unquote(path) if "%" in path else path


def _check_host(head: RequestHead, count: int, authority: str | None) -> None:
    """Refuse a Host that is missing, doubled or malformed (RFC 9112 section 3.2); HTTP/1.0 may leave it out."""
    if count > 1 or (count == 0 and head.version == "1.1"):
        refuse(400, f"header host: expected one, got {count}.", head)
    names = [head.headers["host"]] if count else []
    if authority is not None:
        names.append(authority)
    if not all(_HOST.fullmatch(name) for name in names):
        refuse(400, "header host: expected a name or an address with an optional port.", head)


def _length(head: RequestHead, limits: Limits) -> int:
    """Return the length of the body; llhttp has refused two lengths, and a length beside a transfer coding."""
    coding = head.headers.get("transfer-encoding")
    announced = head.headers.get("content-length")
    if coding is not None:
        if announced is not None or head.version == "1.0":
            refuse(400, "header transfer-encoding: expected HTTP/1.1 and no content-length beside it.", head)
        if coding.lower() != "chunked":
            refuse(501, "header transfer-encoding: expected exactly chunked, got another coding.", head)
        return CHUNKED
    if announced is None:
        return 0
    if not (announced.isascii() and announced.isdigit()):
        refuse(400, "header content-length: expected digits, got something else.", head)
    length = int(announced)
    if length > limits.max_body:
        refuse_length(length, limits, head)
    return length


def refuse_length(length: int, limits: Limits, head: RequestHead) -> NoReturn:
    """Refuse an announced body before it comes.

    Raises:
        RefusalError: 413.
    """
    refuse(413, f"request body: expected at most {limits.max_body} bytes, got {length} announced.", head)


def _coding(head: RequestHead) -> Coding:
    name = head.headers.get("content-encoding", "")
    coding = _CODINGS.get(name.lower())
    if coding is None:
        refuse(400, "header content-encoding: expected gzip, deflate or identity, got another.", head)
    return coding


def _expects(head: RequestHead) -> bool:
    """Tell whether the client waits for a 100; HTTP/1.0 knows no expectations (RFC 9110 section 10.1.1)."""
    expectation = head.headers.get("expect")
    if expectation is None or head.version == "1.0":
        return False
    if expectation.lower() != "100-continue":
        refuse(417, "header expect: expected 100-continue, got another expectation.", head)
    return True
