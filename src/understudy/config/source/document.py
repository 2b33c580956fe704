"""One script text as data, and where each part of it stands.

A place is the path from the top: keys and indexes. The line of a place is looked up only when there is
something to say about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.config.source import jsontext, yamltext
from understudy.config.source.builder import Builder, Marks
from understudy.config.source.error import TextError
from understudy.errors import Problem

Place = tuple[str | int, ...]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Document:
    """A parsed text. With `problems` in it, `data` is what could be made of it, for finding more."""

    def __init__(self, file: str, data: Any, marks: Marks, problems: list[Problem]) -> None:
        self.file = file
        self.data = data
        self.problems = problems
        self._marks = marks

    def line(self, place: Place) -> int:
        """The line of the entry at a place, or of the nearest one that contains it."""
        node, line = self.data, 1
        for step in place:
            lines = self._marks.get(id(node))
            if lines is None or (
                step not in lines if isinstance(node, dict) else not isinstance(step, int) or step >= len(lines)
            ):
                break
            line, node = lines[step], node[step]
        return line

    def lines(self, place: Place) -> Mapping[str, int]:
        """The line of each entry of the mapping at a place; empty where there is none."""
        node = self.data
        for step in place:
            node = node.get(step) if isinstance(node, dict) else None
        return self._marks.get(id(node), {}) if isinstance(node, dict) else {}


def parse(text: str, file: str) -> Document:
    """Parse a script text: JSON when the file is named so, else YAML."""
    builder = Builder()
    feed = jsontext.feed if file.lower().endswith(".json") else yamltext.feed
    try:
        feed(builder, text)
    except TextError as stop:
        builder.problems.append((stop.line or 1, stop.message))
        builder.data = None
    problems = [Problem(file, line, message) for line, message in builder.problems]
    return Document(file, builder.data, builder.marks, problems)


def path_of(place: Place) -> str:
    """Write a place as a path: `$.rules[2].when`."""
    return "$" + "".join(_step(step) for step in place)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _NAME.fullmatch(step) else f"['{step if len(step) <= 40 else step[:37] + '...'}']"
