"""Halves of exchanges that stand in two files, as those of an OpenAI batch: asked for in one, answered in the other."""

from __future__ import annotations

from typing import Any

from understudy.importing.source import Where


class Pairs:
    """What was read of either half, by its identifier."""

    def __init__(self) -> None:
        self._halves: dict[str, dict[str, Any]] = {}
        self._places: dict[str, Where] = {}

    def complete(self, name: str, half: dict[str, Any], where: Where) -> bool:
        """Take a half in; whether both are there now. A half that says both is both."""
        whole = {**self._halves.get(name, {}), **half}
        self._halves[name] = whole
        self._places[name] = where
        return "response" in whole and ("body" in whole or "request" in whole)

    def taken(self, name: str) -> dict[str, Any]:
        """Take both halves out."""
        return self._halves.pop(name)

    def left(self) -> list[tuple[str, Where]]:
        """Name the halves that nobody asked for or answered."""
        return [(name, self._places[name]) for name in self._halves]
