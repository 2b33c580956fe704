"""Lists of things, page by page (wire.md 7.4)."""

from __future__ import annotations

from typing import Any

from understudy.dialects._openai.check import Check, listed, number, refuse

Json = dict[str, Any]

_LIMIT: Check = number(1, 100, whole=True)
_ORDERS = ("asc", "desc")


def page(items: list[Json], query: dict[str, str], usual: str = "desc") -> Json:
    """Cut out the page that a query asks for; items are given oldest first, and shown in the `usual` order unless it says."""
    order = query.get("order", usual)
    if order not in _ORDERS:
        refuse(f"Invalid value: '{order}'. Supported values are: {listed(_ORDERS)}.", "order", "invalid_value")
    limit = _limit(query.get("limit", "20"))
    found = items if order == "asc" else items[::-1]
    after = query.get("after")
    if after:
        at = next((i for i, item in enumerate(found) if item.get("id") == after), len(found) - 1)
        found = found[at + 1 :]
    shown = found[:limit]
    return {
        "object": "list",
        "data": shown,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
        "has_more": len(found) > limit,
    }


def _limit(value: str) -> int:
    try:
        limit = int(value)
    except ValueError:
        refuse("Invalid type for 'limit': expected an integer, but got a string instead.", "limit", "invalid_type")
    _LIMIT(limit, "limit")
    return limit
