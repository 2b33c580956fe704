"""Collections of what is kept: their pages, and paths that lead nowhere in them (wire.md 7.4)."""

from __future__ import annotations

from typing import Any

from understudy.dialects._openai.check import listed, number, refuse
from understudy.errors import RequestError
from understudy.model.reply import Failure

Json = dict[str, Any]

_ORDERS = ("asc", "desc")


def page(
    items: list[Json],
    query: dict[str, str],
    order: str = "desc",
    longest: int = 100,
    usual: int = 20,
    *,
    strict: bool = True,
) -> Json:
    """Cut out the page that a query asks for.

    Args:
        items: all there is, oldest first.
        query: what is asked: `order`, `limit`, `after`.
        order: how a page is ordered whose query says nothing of it.
        longest: how many items a page may have at the most.
        usual: how many it has unless the query says so.
        strict: whether a query that asks for the impossible is refused; else it gets what comes nearest.
    """
    wanted = query.get("order", order)
    if wanted not in _ORDERS and strict:
        refuse(f"Invalid value: '{wanted}'. Supported values are: {listed(_ORDERS)}.", "order", "invalid_value")
    order = wanted if wanted in _ORDERS else order
    limit = _limit(query.get("limit", str(usual)), longest) if strict else _near(query.get("limit", ""), longest, usual)
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


def _limit(value: str, longest: int) -> int:
    try:
        limit = int(value)
    except ValueError:
        refuse("Invalid type for 'limit': expected an integer, but got a string instead.", "limit", "invalid_type")
    number(1, longest, whole=True)(limit, "limit")
    return limit


def _near(value: str, longest: int, usual: int) -> int:
    try:
        return min(max(int(value), 1), longest)
    except ValueError:
        return usual


def nowhere(method: str, resource: str, within: tuple[str, ...]) -> RequestError:
    """The refusal of a path `within` a collection that leads nowhere, or not by this method."""
    path = "/".join(("/v1", resource, *within))
    if len(within) <= 1:
        message = f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)"
        return RequestError(Failure(405, "method_not_allowed", message))
    return RequestError(Failure(404, "not_found", f"Invalid URL ({method} {path})"))
