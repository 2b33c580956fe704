"""Exchanges as an HTTP archive (HAR 1.2), for browsers, proxies and other tools that read one.

In: accounts of exchanges, and the bytes of their answers where they are known. Out: the pieces of one JSON document, so that an
archive of many is written as it goes. Secrets are masked in accounts already; answers are masked here. What HAR has no member
for is under `_understudy`. Source: "HTTP Archive (HAR) format", W3C Web Performance working group, draft of 14 August 2012.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from understudy import __version__
from understudy.observe._lines import rfc3339
from understudy.observe.answer import Answer
from understudy.wire.response import REASONS

BEGIN: Final = msgspec.json.encode(
    {"log": {"version": "1.2", "creator": {"name": "Understudy", "version": __version__}, "entries": []}}
)[:-3]
"""What stands before the first entry."""

END: Final = b"]}}"
"""What stands after the last one."""

_OWN = ("request", "started", "status", "duration_ms", "sent_bytes")  # what HAR says itself


def entry(told: Mapping[str, Any], answer: Answer | None, scheme: str = "http") -> dict[str, Any]:
    """Make the entry of an exchange.

    Args:
        told: its account.
        answer: its answer as it was sent, None when that is not known.
        scheme: http or https.
    """
    duration = told["duration_ms"]
    first = (told.get("timing") or {}).get("first_sent_ms") or duration
    return {
        "startedDateTime": rfc3339(told["started"]),
        "time": duration,
        "request": _request(told["request"], scheme),
        "response": _response(told, answer),
        "cache": {},
        "timings": {"send": 0, "wait": min(first, duration), "receive": round(max(0.0, duration - first), 3)},
        "_understudy": {name: value for name, value in told.items() if name not in _OWN},
    }


def pieces(entries: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Write an archive, an entry at a time."""
    yield BEGIN
    comma = b""
    for each in entries:
        yield comma + msgspec.json.encode(each)
        comma = b",\n"
    yield END


def _request(asked: Mapping[str, Any], scheme: str) -> dict[str, Any]:
    headers, query, body = asked["headers"], asked["query"], asked["body"]
    path = asked["path"] + (f"?{query}" if query else "")
    told = {
        "method": asked["method"],
        "url": f"{scheme}://{headers.get('host', 'localhost')}{_ascii(path)}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers.items()),
        "queryString": _pairs(parse_qsl(query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(body.encode()),
    }
    if body:
        told["postData"] = {"mimeType": headers.get("content-type", ""), "text": body}
    return told


def _response(told: Mapping[str, Any], answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        content, fields, size = _in_no_words(told.get("reply")), {}, 0
    else:
        content, fields, size = _content(told, answer), answer.fields, answer.head_size
    return {
        "status": told["status"],
        "statusText": REASONS.get(told["status"], ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(fields.items()),
        "content": content,
        "redirectURL": "",
        "headersSize": size or -1,
        "bodySize": max(0, told["sent_bytes"] - size) if size else -1,
    }


def _in_no_words(reply: Mapping[str, Any] | None) -> dict[str, Any]:
    """Tell what was said where the bytes are not known."""
    lost = "The bytes of this answer are not to be had"
    if reply is None:
        return {"size": 0, "mimeType": "", "comment": f"{lost}."}
    said = msgspec.json.encode(reply).decode()
    comment = f"{lost}; this is what it said, in no provider's words."
    return {"size": len(said.encode()), "mimeType": "application/json", "text": said, "comment": comment}


def _content(told: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """Tell a body; pictures and sounds in base64."""
    content = {"size": answer.size, "mimeType": answer.fields.get("content-type", ""), "text": answer.body}
    harmed = told["outcome"] != "done" or told.get("faults")
    comment = {"comment": "As it was sent: it was cut or changed on the way, see _understudy."} if harmed else {}
    return content | ({} if answer.is_text else {"encoding": "base64"}) | comment


def _pairs(items: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _ascii(path: str) -> str:
    """Spell a path as a URL may have it."""
    return "".join(char if char.isascii() and char.isprintable() and char not in ' "<>' else _escaped(char) for char in path)


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
