"""The names of imported rules: their own, or the first text that they look for, each given once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from understudy.recorder.rules import unique

_LONGEST: Final = 60
_TELLING: Final = ("user", "json", "tool_result", "model", "system", "tools", "header")


def named(rules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Name rules, in their order."""
    taken: dict[str, int] = {}
    found = []
    for rule in rules:
        name = unique(rule.get("name") or _title(rule), taken)
        found.append({"name": name, **{key: value for key, value in rule.items() if key != "name"}})
    return found


def _title(rule: dict[str, Any]) -> str:
    """Name a rule by the first text that it looks for."""
    when = rule.get("when", {})
    for name in (*_TELLING, *(name for name in when if name not in _TELLING)):
        text = _quoted(when["json"]) if name == "json" and isinstance(when.get("json"), str) else _first_text(when.get(name))
        if text:
            words = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST]).split())
            return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()}..."
    return "rule" if when else "anything else"


def _quoted(query: str) -> str:
    """The first text that an expression compares with."""
    found = re.search("'([^']+)'", query)
    return found[1] if found is not None else ""


def _first_text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((text for item in inner if (text := _first_text(item))), "")
