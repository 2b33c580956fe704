"""What an item shows only to those who ask for it: `include` (wire.md 7.1).

In: an item with all its members, and the names under `include`. Out: the item as it is shown.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from understudy.dialects.openai_responses.wishes import Json

PARTIAL: Final = "partial_images"
"""The member of an item with the images that a stream shows before it: no item is shown with it."""

_EMPTIED = {
    "file_search_call": ("results", "file_search_call.results"),
    "code_interpreter_call": ("outputs", "code_interpreter_call.outputs"),
}


def shown(item: Json, includes: Collection[str]) -> Json:
    """Leave out of an item what nobody asked for."""
    kind = item.get("type")
    if kind in _EMPTIED:
        member, name = _EMPTIED[kind]
        return item if name in includes or item.get(member) is None else {**item, member: None}
    if PARTIAL in item:  # streams tell of them, documents never
        return {name: value for name, value in item.items() if name != PARTIAL}
    return _searched(item, includes) if kind == "web_search_call" else item


def _searched(item: Json, includes: Collection[str]) -> Json:
    """A search of the web: its results and the sources of what it did are not there unless they are asked for."""
    if "results" in item and "web_search_call.results" not in includes:
        item = {name: value for name, value in item.items() if name != "results"}
    action = item.get("action")
    if isinstance(action, dict) and "sources" in action and "web_search_call.action.sources" not in includes:
        item = {**item, "action": {name: value for name, value in action.items() if name != "sources"}}
    return item
