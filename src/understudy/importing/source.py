"""A file to import: its text, what it says as YAML or JSON, and the line of each part.

In: a path. Out: data, lines, other files that it names. Knows no format.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from understudy.config.source import Document, Place, inside, parse, read_text
from understudy.config.values import describe


class FormatError(ValueError):
    """A file that is not what it was taken for; the text says where and what was expected."""


class Where(Struct, frozen=True):
    """A line of a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Source:
    """A file with its text."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @classmethod
    def load(cls, path: Path) -> Source:
        """Read a file.

        Raises:
            TextError: when it cannot be read as text.
        """
        return cls(path, read_text(path))

    def beside(self, name: str) -> Source:
        """Read another file, named from this one's folder; it must stand there or below.

        Raises:
            TextError: when it cannot be read, or stands elsewhere.
        """
        return Source.load(inside(self.path.parent, name))

    @cached_property
    def document(self) -> Document:
        """The text as JSON or, whatever the file is called, as YAML."""
        return parse(self.text, str(self.path))

    @property
    def data(self) -> Any:
        """What the text says; None when it is neither YAML nor JSON."""
        return None if self.document.problems else self.document.data

    @property
    def parsed(self) -> Any:
        """What the text says.

        Raises:
            FormatError: when it is neither YAML nor JSON.
        """
        if self.document.problems:
            raise FormatError(f"{self.document.problems[0]}")
        return self.document.data

    @property
    def rows(self) -> list[tuple[int, dict[str, Any]]]:
        """The lines that are JSON objects, with their numbers."""
        return self._lines[0]

    @property
    def odd_rows(self) -> list[tuple[int, str]]:
        """The lines that are something else, empty ones left aside, each with what it is."""
        return self._lines[1]

    @cached_property
    def _lines(self) -> tuple[list[tuple[int, dict[str, Any]]], list[tuple[int, str]]]:
        good: list[tuple[int, dict[str, Any]]] = []
        odd: list[tuple[int, str]] = []
        for number, line in enumerate(self.text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except json.JSONDecodeError as error:
                odd.append((number, f"{error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"))
            except (ValueError, RecursionError):
                odd.append((number, "more nesting or longer numbers than can be read"))
            else:
                if isinstance(value, dict):
                    good.append((number, value))
                else:
                    odd.append((number, describe(value)))
        return good, odd

    def line(self, number: int) -> Where:
        """Name a line."""
        return Where(str(self.path), number)

    def where(self, *place: Any) -> Where:
        """Name the line of a place in the data."""
        at: Place = place
        return self.line(self.document.line(at))
