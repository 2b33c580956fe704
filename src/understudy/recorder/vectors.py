"""The vectors of an embedding, wherever a provider puts them.

In: a document. Out: numbers, as many as the provider gave, one list for each input.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from struct import error, pack, unpack
from typing import Any

import msgspec

from understudy.recorder.answers import member
from understudy.untrusted import NOT_JSON

_DEEPEST = 5
_HOLDERS = ("embedding", "values", "embeddings", "float")


def vectors_of(body: bytes) -> list[list[float]]:
    """Find the vectors of a document, in their order; none where something else stands among them."""
    try:
        document = msgspec.json.decode(body)
    except NOT_JSON:
        return []
    rows = member(document, "data") or member(document, "predictions")
    return _within(rows if rows is not None else document, 0) or []


def _within(value: Any, depth: int) -> list[list[float]] | None:
    if depth > _DEEPEST:
        return None
    if isinstance(value, str):
        vector = _unpacked(value)
        return [vector] if vector else None
    if isinstance(value, dict):
        found = next((value[name] for name in _HOLDERS if name in value), None)
        return None if found is None else _within(found, depth + 1)
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(x, int | float) and not isinstance(x, bool) for x in value):
        return [value]
    rows = [_within(row, depth + 1) for row in value]
    return [row[0] for row in rows if row] if all(row is not None and len(row) == 1 for row in rows) else None


def _unpacked(text: str) -> list[float] | None:
    """Read numbers of four bytes in base64, as OpenAI's own client asks for them."""
    try:
        data = b64decode(text, validate=True)
        return [_short(x) for x in unpack(f"<{len(data) // 4}f", data)] or None
    except (Error, error, ValueError):
        return None


def _short(value: float) -> float:
    """The shortest number that is stored as the same four bytes."""
    shown = (float(f"{value:.{digits}g}") for digits in range(6, 10))
    return next((short for short in shown if pack("<f", short) == pack("<f", value)), value)
