"""How documents are written: two spaces, an end of line (wire.md 2.1); lists page by page; events of streams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from understudy.dialects._openai.check import Check, listed, number, refuse
from understudy.dialects.openai_platform.ask import Json
from understudy.model.frame import Body, Sheet, Stream

_ORDERS = ("asc", "desc")


def body(document: Any, prompt: int = 0, completion: int = 0) -> Body:
    """Write a document."""
    return Body(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n", prompt, completion)


def event(document: Json, *, named: bool = False) -> bytes:
    """Write an event of a stream; named ones say their type twice."""
    name = f"event: {document['type']}\n".encode() if named else b""
    return b"%bdata: %b\n\n" % (name, msgspec.json.encode(document))


def stream(events: Iterable[tuple[bytes, int]], prompt: int = 0, completion: int = 0) -> Stream:
    """Make a stream of events and the tokens each carries."""
    frames, tokens = [], []
    for data, count in events:
        frames.append((data, b""))
        tokens.append(count)
    return Stream(Sheet(frames, tokens), b"", (), prompt, completion)


def page(documents: list[Json], query: dict[str, str], longest: int, usual: int) -> Json:
    """Cut out the page that a query asks for, newest first unless told otherwise; documents are given oldest first."""
    order = query.get("order", "desc")
    if order not in _ORDERS:
        refuse(f"Invalid value: '{order}'. Supported values are: {listed(_ORDERS)}.", "order", "invalid_value")
    limit = _limit(query.get("limit", str(usual)), number(1, longest, whole=True))
    found = documents if order == "asc" else documents[::-1]
    after = query.get("after")
    if after:
        at = next((i for i, document in enumerate(found) if document["id"] == after), len(found) - 1)
        found = found[at + 1 :]
    shown = found[:limit]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
        "has_more": len(found) > limit,
    }


def _limit(value: str, check: Check) -> int:
    try:
        limit = int(value)
    except ValueError:
        refuse("Invalid type for 'limit': expected an integer, but got a string instead.", "limit", "invalid_type")
    check(limit, "limit")
    return limit
