"""Pages of a list (wire.md 11.7): what part of it a query asks for, by the identifier before or after it.

In: a query, and the identifiers of a list in its order. Out: a `Page`, and where it begins and ends. Knows no kind of list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from understudy.dialects.anthropic.check import refuse

USUAL = 20
_MOST = 1000


class Page(Struct, frozen=True):
    """What part of a list is wanted: how many, before and after which of them."""

    limit: int = USUAL
    before: str | None = None
    after: str | None = None


def limit_of(query: Mapping[str, str], *, strict: bool = True) -> int:
    """Read how many are wanted; leniently what is no such number counts as absent."""
    limit = query.get("limit", str(USUAL))
    if not limit.isascii() or not limit.isdigit():
        if strict:
            refuse("limit: Input should be a valid integer, unable to parse string as an integer")
        return USUAL
    if strict and not 1 <= int(limit) <= _MOST:
        bound = f"less than or equal to {_MOST}" if int(limit) else "greater than or equal to 1"
        refuse(f"limit: Input should be {bound}")
    return max(1, min(int(limit), _MOST))


def page_of(query: Mapping[str, str], *, strict: bool = True) -> Page:
    """Read the page that a query asks for; leniently the end of the page before one counts only alone."""
    limit, before, after = limit_of(query, strict=strict), query.get("before_id"), query.get("after_id")
    if before is not None and after is not None:
        if strict:
            refuse("Only one of before_id and after_id may be given.")
        before = None
    return Page(limit, before, after)


def bounds(names: Sequence[str], page: Page, kind: str, *, strict: bool = True) -> tuple[int, int, bool]:
    """Find a page: where it begins, where it ends, and whether there is more beyond it in the direction asked for.

    Args:
        names: the identifiers of the whole list.
        page: what is wanted of it.
        kind: what is listed, for the refusal of an identifier that is not; leniently that counts as absent.
        strict: whether it is refused.
    """
    start, end = 0, len(names)
    after, before = _place(names, page.after, "after_id", kind, strict), _place(names, page.before, "before_id", kind, strict)
    if after is not None:
        start = after + 1
    if before is not None:
        end = before
        start = max(start, end - page.limit)
    has_more = start > 0 if before is not None else start + page.limit < end
    return start, min(end, start + page.limit), has_more


def _place(names: Sequence[str], name: str | None, cursor: str, kind: str, strict: bool) -> int | None:
    if name is None:
        return None
    found = next((i for i, known in enumerate(names) if known == name), None)
    if found is None and strict:
        refuse(f"{cursor}: no {kind} {name!r} is listed")
    return found
