"""Pages of collections that can be walked through in both directions: after an item, and before one."""

from __future__ import annotations

from understudy.dialects._openai.check import one_of
from understudy.dialects._openai.listing import page
from understudy.dialects.openai_platform.ask import Ask, Json

_STATUSES = ("in_progress", "completed", "failed", "cancelled")


def paged(items: list[Json], ask: Ask) -> Json:
    """Cut out the page that a query asks for, newest first unless it says otherwise.

    Args:
        items: all there is, oldest first.
        ask: the request, whose query says `order`, `limit`, `after`, `before`. A page before an item ends with its neighbour.
    """
    query = ask.query
    before = query.get("before")
    at = next((i for i, item in enumerate(items) if item["id"] == before), None)
    if at is None:
        return page(items, query, strict=ask.strict)
    is_rising = query.get("order") == "asc"
    nearer = items[:at] if is_rising else items[at + 1 :]
    opposite = {"order": "desc" if is_rising else "asc"}
    found = page(nearer, {**({"limit": query["limit"]} if "limit" in query else {}), **opposite}, strict=ask.strict)
    found["data"].reverse()
    return found | {"first_id": found["last_id"], "last_id": found["first_id"]}


def with_status(items: list[Json], ask: Ask) -> list[Json]:
    """The items that have the status a query asks for with `filter`."""
    wanted = ask.query.get("filter")
    if not wanted or (wanted not in _STATUSES and not ask.strict):
        return items
    one_of(*_STATUSES)(wanted, "filter")
    return [item for item in items if item["status"] == wanted]
