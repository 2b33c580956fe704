"""JSON with holes: answers that other tools write as templates of whole documents.

In: a template whose result is JSON. Out: that JSON with a mark for each hole, and texts with marks as templates of ours. What
stands in a hole is translated by whoever knows the tool. A mark is made of private characters that no text has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK: Final = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_OURS: Final = re.compile(r"\{\{|\{%|\{#")


class Holes:
    """The holes of one template: what stood in each, in order."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.said: list[str] = []

    def document(self, text: str) -> Any:
        """Read a template as JSON, a mark for each hole; a hole that is no part of a text becomes a text.

        Raises:
            ValueError: when what is around the holes is no JSON.
        """
        parts: list[str] = []
        at, inside = 0, False
        for found in self._pattern.finditer(text):
            before = text[at : found.start()]
            inside = inside is not _turns(before)
            parts += [before, self._mark(found) if inside else f'"{self._mark(found)}"']
            at = found.end()
        return json.loads("".join([*parts, text[at:]]), strict=False)

    def _mark(self, found: re.Match[str]) -> str:
        self.said.append(found[0])
        return f"{_OPEN}{len(self.said) - 1}{_CLOSE}"

    def original(self, text: str) -> str:
        """Put back what stood in the holes."""
        return _MARK.sub(lambda mark: self.said[int(mark[1])], text)

    def template(self, text: str, translated: Callable[[str], str | None]) -> tuple[str, list[str]]:
        """Write a text with marks as a template of ours; also what could not be translated, and stays as it is written.

        `translated` makes an expression of ours of what stood in a hole, or None.
        """
        parts: list[str] = []
        lost: list[str] = []
        at = 0
        for mark in _MARK.finditer(text):
            said = self.said[int(mark[1])]
            ours = translated(said)
            if ours is None:
                lost.append(said)
            parts += [_spelled(text[at : mark.start()]), _spelled(said) if ours is None else f"{{{{ {ours} }}}}"]
            at = mark.end()
        return "".join([*parts, _spelled(text[at:])]), lost


def has_holes(value: Any) -> bool:
    """Whether a mark stands anywhere in a value."""
    if isinstance(value, str):
        return _OPEN in value
    if isinstance(value, dict):
        return any(has_holes(name) or has_holes(inner) for name, inner in value.items())
    return any(map(has_holes, value)) if isinstance(value, list | tuple) else False


def _turns(text: str) -> bool:
    """Whether a JSON text begins or ends its being inside a string an odd number of times."""
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', text)) % 2 == 1


def _spelled(text: str) -> str:
    """Write a text so that a template of ours says just it."""
    return _OURS.sub(lambda sign: f"{{{{ '{sign[0]}' }}}}", text)


def fill(reply: dict[str, Any], holes: Holes, translated: Callable[[str], str | None]) -> tuple[dict[str, Any], list[str]]:
    """Make a reply of one with marks: its text becomes a template; also what could not be translated.

    Marks elsewhere are names and numbers that are made anew for each answer, and are dropped; in arguments and errors they stay
    as they are written.
    """
    filled = {name: value for name, value in reply.items() if name != "usage" or not has_holes(value)}
    lost: list[str] = []
    for call in filled.get("tool_calls", ()):
        if has_holes(call.get("id", "")):
            del call["id"]
    said = filled.get("text")
    if isinstance(said, str) and has_holes(said):
        template, lost = holes.template(said, translated)
        filled = {("template" if name == "text" else name): (template if name == "text" else v) for name, v in filled.items()}
        filled.pop("pieces", None)
    restored = _restored(filled, holes, lost)
    return restored, lost


def _restored(value: Any, holes: Holes, lost: list[str]) -> Any:
    if isinstance(value, str) and has_holes(value):
        lost += [holes.said[int(mark)] for mark in _MARK.findall(value)]
        return holes.original(value)
    if isinstance(value, dict):
        return {name: _restored(inner, holes, lost) for name, inner in value.items()}
    return [_restored(inner, holes, lost) for inner in value] if isinstance(value, list) else value
