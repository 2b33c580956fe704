"""Where two JSON bodies differ, as a condition that holds for one and not for the other.

In: two bodies. Out: an entry for the condition `json`. What changes from one run to the next (identifiers above all) is no
difference. Knows no provider.
"""

from __future__ import annotations

import re
from typing import Any

Entry = tuple[str, Any]

_PASSING = frozenset(
    {"id", "call_id", "tool_call_id", "tool_use_id", "item_id", "encrypted_content", "signature", "thoughtSignature"}
)
_PASSING_AT_TOP = frozenset(
    {
        "metadata",
        "previous_response_id",
        "prompt_cache_key",
        "prompt_cache_retention",
        "safety_identifier",
        "service_tier",
        "store",
        "stream_options",
        "user",
    }
)
_SHORT = 100  # characters of a text that is written whole
_WINDOW = 60
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def lasting(value: Any, *, top: bool = True) -> Any:
    """Copy a body without what changes from one run to the next."""
    if isinstance(value, dict):
        dropped = _PASSING | _PASSING_AT_TOP if top else _PASSING
        return {name: lasting(inner, top=False) for name, inner in value.items() if name not in dropped}
    return [lasting(item, top=False) for item in value] if isinstance(value, list) else value


def difference(mine: Any, other: Any, path: str = "") -> Entry | None:
    """Say what the first body has otherwise than the second; None when nothing that lasts."""
    if isinstance(mine, dict) and isinstance(other, dict):
        names = [*mine, *(name for name in other if name not in mine)]
        for name in sorted(names, key=lambda name: isinstance(mine.get(name), dict | list)):
            found = difference(mine.get(name), other.get(name), _below(path, name))
            if found is not None:
                return found
        return None
    if isinstance(mine, list) and isinstance(other, list):
        if len(mine) != len(other):
            return f"length({path or '@'})", len(mine)
        found_here = (difference(a, b, f"{path}[{at}]") for at, (a, b) in enumerate(zip(mine, other, strict=True)))
        return next((found for found in found_here if found is not None), None)
    if mine == other and isinstance(mine, bool) is isinstance(other, bool):
        return None
    return _entry(mine, other, path)


def _below(path: str, name: str) -> str:
    step = name if _IDENTIFIER.fullmatch(name) else '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))
    return f"{path}.{step}" if path else step


def _entry(mine: Any, other: Any, path: str) -> Entry:
    if isinstance(mine, dict | list) or mine is None:
        return f"type({path})", "array" if isinstance(mine, list) else "null" if mine is None else "object"
    if not isinstance(mine, str):
        return path, mine
    folded = other.strip().casefold() if isinstance(other, str) else None
    if folded == mine.strip().casefold():
        return path, {"regex": rf"(?s)\A{re.escape(mine)}\z"}  # other comparisons do not look at case
    if len(mine) <= _SHORT or folded is None:
        return path, mine
    at = next((i for i, (a, b) in enumerate(zip(mine, other, strict=False)) if a != b), 0)
    window = mine[max(0, at - _WINDOW // 2) : at + _WINDOW]
    return path, mine if window.strip().casefold() in folded else {"contains": window}
