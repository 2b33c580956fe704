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
_ANY_MARK: Final = re.compile(f'"{_OPEN}([0-9]+){_CLOSE}"|{_OPEN}([0-9]+){_CLOSE}')
_OURS: Final = re.compile(r"\{\{|\{%|\{#")

Translate = Callable[[str], str | None]
Plain = Callable[[str], Any]
"""What stands in a hole in every answer; None where that differs."""


class Holes:
    """The holes of one template: what stood in each, in order."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._bare: set[int] = set()

    def mark(self, said: str, *, bare: bool = False) -> str:
        """Make a mark for what stands in a hole; one that is no part of a text is `bare`, and becomes a text."""
        number = len(self.said)
        self.said.append(said)
        if not bare:
            return self.mark_of(number)
        self._bare.add(number)
        return f'"{self.mark_of(number)}"'

    def document(self, text: str, pattern: re.Pattern[str]) -> Any:
        """Read a template as JSON, a mark for each hole.

        Raises:
            ValueError: when what is around the holes is no JSON.
        """
        parts: list[str] = []
        at, inside = 0, False
        for found in pattern.finditer(text):
            before = text[at : found.start()]
            inside = inside is not turns(before)
            parts += [before, self.mark(found[0], bare=not inside)]
            at = found.end()
        return read("".join([*parts, text[at:]]))

    @staticmethod
    def mark_of(number: int) -> str:
        """The mark of a hole."""
        return f"{_OPEN}{number}{_CLOSE}"

    def numbers(self, text: str) -> list[int]:
        """The places, in `said`, of what stands in the holes of a text."""
        return [int(found[1]) for found in _MARK.finditer(text)]

    def template(self, text: str, translated: Translate) -> tuple[str, list[str]]:
        """Write a text with marks as a template of ours; also what could not be translated, and stays as it is written.

        `translated` makes a piece of a template of what stood in a hole, or None.
        """
        parts: list[str] = []
        lost: list[str] = []
        at = 0
        for mark in _MARK.finditer(text):
            said = self.said[int(mark[1])]
            ours = translated(said)
            if ours is None:
                lost.append(said)
            parts += [spelled(text[at : mark.start()]), spelled(said) if ours is None else ours]
            at = mark.end()
        return "".join([*parts, spelled(text[at:])]), lost

    def filled(self, text: str, plain: Plain, lost: list[str]) -> Any:
        """Put into a text with marks what stands there in every answer; what does not is put back, and `lost`."""
        whole = _MARK.fullmatch(text)
        if whole is not None and int(whole[1]) in self._bare and (value := plain(self.said[int(whole[1])])) is not None:
            return value
        return _ANY_MARK.sub(lambda found: self._one(found, plain, lost), text)

    def _one(self, found: re.Match[str], plain: Plain, lost: list[str]) -> str:
        number = int(found[1] or found[2])
        said = self.said[number]
        value = plain(said)
        if value is None:
            lost.append(said)
            return found[0].replace(self.mark_of(number), said)
        if found[1] is not None and number in self._bare:
            return json.dumps(value)
        return f'"{value}"' if found[1] is not None else str(value)


def read(text: str) -> Any:
    """Read the JSON that a template makes.

    Raises:
        ValueError: when it is none.
    """
    return json.loads(text, strict=False)


def has_holes(value: Any) -> bool:
    """Whether a mark stands anywhere in a value."""
    if isinstance(value, str):
        return _OPEN in value
    if isinstance(value, dict):
        return any(has_holes(name) or has_holes(inner) for name, inner in value.items())
    return any(map(has_holes, value)) if isinstance(value, list | tuple) else False


def turns(text: str) -> bool:
    """Whether a JSON text begins or ends its being inside a string an odd number of times."""
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', text)) % 2 == 1


def spelled(text: str) -> str:
    """Write a text so that a template of ours says just it."""
    return _OURS.sub(lambda sign: f"{{{{ '{sign[0]}' }}}}", text)


def fill(
    reply: dict[str, Any], holes: Holes, translated: Translate, plain: Plain = lambda _: None
) -> tuple[dict[str, Any], list[str]]:
    """Make a reply of one with marks: its text becomes a template; also what could not be translated.

    Marks in identifiers and counts are made anew for each answer, and are dropped; elsewhere `plain` says what stands there, or
    they stay as they are written.
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
    restored = _restored(filled, holes, plain, lost)
    return restored, lost


def _restored(value: Any, holes: Holes, plain: Plain, lost: list[str]) -> Any:
    if isinstance(value, str) and has_holes(value):
        return holes.filled(value, plain, lost)
    if isinstance(value, dict):
        return {name: _restored(inner, holes, plain, lost) for name, inner in value.items()}
    return [_restored(inner, holes, plain, lost) for inner in value] if isinstance(value, list) else value
