"""`raw`: an answer byte by byte, for payloads that no other content can say."""

from __future__ import annotations

import binascii
from typing import Any

from understudy.config.grammar.form import Form, Key
from understudy.config.grammar.headers import HEADERS
from understudy.config.grammar.readers import INVALID, ListOf, Scalar
from understudy.config.grammar.report import Report
from understudy.config.quantities import DURATION
from understudy.config.source import Place
from understudy.config.values import TEXT, whole
from understudy.model.reply import Raw

_STATUS = whole("a status from 200 to 599", 200, 599, "STATUS")


def _chunk(fields: dict[str, Any], at: Place, report: Report) -> Any:
    if ("data" in fields) == ("base64" in fields):
        report.add(at, f"expected exactly one of data or base64, got {'both' if 'data' in fields else 'none'}.")
        return INVALID
    if "data" in fields:
        return fields.get("after", 0.0), fields["data"].encode("utf-8", "surrogatepass")
    try:
        return fields.get("after", 0.0), binascii.a2b_base64(fields["base64"], strict_mode=True)
    except ValueError:
        report.add((*at, "base64"), "expected bytes in base64, got something else. Write text under 'data'.")
        return INVALID


CHUNK = Form(
    "raw_chunk",
    "A piece of a raw answer: `data` or `base64`.",
    (
        Key("after", Scalar(DURATION), "time since the piece before it, or since the request", default="0"),
        Key("data", Scalar(TEXT), "text, sent as UTF-8"),
        Key("base64", Scalar(TEXT), "bytes"),
    ),
    _chunk,
    also={"oneOf": [{"required": ["data"]}, {"required": ["base64"]}]},
)


def _raw(fields: dict[str, Any], _at: Place, _report: Report) -> Any:
    return Raw(fields.get("status", 200), fields.get("headers", ()), fields.get("chunks", ()))


RAW = Form(
    "raw",
    "An answer byte by byte. It is the same for every dialect and counts no tokens.",
    (
        Key("status", Scalar(_STATUS), "the HTTP status", default="200"),
        Key("headers", HEADERS, "all header fields but those of framing, `content-type` too"),
        Key("chunks", ListOf(CHUNK, "a list of pieces"), "the body; several pieces are sent each in its time"),
    ),
    _raw,
)
