"""One recorded exchange from the parts that cassettes and logs keep: a request, an answer, and what they were encoded in.

In: method, address, fields, bodies. Out: a `Take`. An address may lead anywhere: what counts is its path, and of that the part
that is served here.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from understudy.model.call import Call
from understudy.model.http import Request, RequestHead
from understudy.recorder.take import Reader, Take

_FIRST, _LAST = 200, 599
_reader = Reader()


def fields(given: Any) -> dict[str, str]:
    """Join header fields as HTTP does, names in lower case; values may be texts, lists, or pairs."""
    pairs = given.items() if isinstance(given, Mapping) else [pair for pair in given or () if len(pair) == 2]
    found: dict[str, str] = {}
    for name, value in pairs:
        texts = value if isinstance(value, list | tuple) else [value]
        said = ", ".join(text.decode("latin-1") if isinstance(text, bytes) else str(text) for text in texts)
        key = str(name).lower()
        found[key] = f"{found[key]}, {said}" if key in found else said
    return found


def data(body: Any) -> bytes:
    """Take the bytes out of a body as it is kept: text, bytes, `{string}`, `{base64_string}`, or JSON that was parsed.

    Raises:
        ValueError: when it is none of these.
    """
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogateescape")
    if isinstance(body, Mapping):
        if "base64_string" in body:
            return base64.b64decode(str(body["base64_string"]), validate=False)
        if "string" in body and body.keys() <= {"string", "encoding"}:
            return data(body["string"])
    return msgspec.json.encode(body)


def request_of(method: str, address: str, heads: dict[str, str], body: bytes) -> Request:
    """Make a request of what was sent; leading parts of its path that are not served here are dropped."""
    split = urlsplit(address)
    path = split.path or "/"
    for candidate in _tails(path):
        request = _request(method, candidate, split.query, heads, body)
        if _reader.read(request) is not None:
            return request
    return _request(method, path, split.query, heads, body)


def _tails(path: str) -> list[str]:
    parts = path.split("/")[1:]
    return ["/" + "/".join(parts[at:]) for at in range(min(len(parts), 6))]


def _request(method: str, path: str, query: str, heads: dict[str, str], body: bytes) -> Request:
    target = f"{path}?{query}" if query else path
    kept = {name: value for name, value in heads.items() if name not in ("content-encoding", "content-length")}
    return Request(RequestHead(method.upper(), target, unquote(path), query, {"host": "imported", **kept}), body, 0.0)


def take_of(request: Request, status: int, heads: dict[str, str], body: bytes) -> Take:
    """Make a take; a body that begins as events do is a stream, whatever its fields say.

    Raises:
        ValueError: for a status that no answer has.
    """
    if not _FIRST <= status <= _LAST:
        raise ValueError(f"status {status}: expected one from {_FIRST} to {_LAST}")
    kept = {name: value for name, value in heads.items() if name not in ("content-encoding", "content-length")}
    kept.setdefault("content-type", "text/event-stream" if body[:5] in (b"data:", b"event") else "application/json")
    return Take(request, status, kept, [(0.0, body)])


def understood(request: Request) -> Call | None:
    """Decode a request; None when no rule could answer it."""
    return _reader.read(request)
