"""A measurement file as text and, where it is that, as JSON, JSON Lines or YAML, parsed once for whoever reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from understudy.config.source import Document, parse
from understudy.config.values import describe
from understudy.fitting import FormatError

_FEW = 6


class Source:
    """A file to read measurements from."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @property
    def is_yaml(self) -> bool:
        """Whether the file is called YAML."""
        return self.path.suffix.lower() in (".yaml", ".yml")

    @property
    def is_braced(self) -> bool:
        """Whether the text begins as JSON with something in it does."""
        return self.text.lstrip()[:1] in ("{", "[")

    @cached_property
    def script(self) -> Document:
        """The text as scripts are read: YAML, or JSON when the file is called so."""
        return parse(self.text, str(self.path))

    @cached_property
    def document(self) -> Any:
        """The text as one document, None when it is not one. `NaN`, as Python writes it in JSON, is let through."""
        if self.is_yaml:
            return None if self.script.problems else self.script.data
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The text as JSON objects, one a line; empty when a line is something else."""
        return [value for _, value in objects(self.text)]

    def require_data(self) -> None:
        """Refuse a text that is no data at all.

        Raises:
            FormatError: saying where it stops being YAML, JSON or JSON Lines.
        """
        if self.is_yaml:
            self.require_script()
        elif self.document is None and not self.lines:
            if not self.is_braced:
                first = self.text.lstrip().partition("\n")[0].rstrip()
                raise FormatError(f"line 1: expected JSON that begins with {{ or [, got {describe(first)}. Check --format")
            raise FormatError(f"{_flaw(self.text)}. Check that the file is complete")

    def require_script(self) -> None:
        """Refuse a text that is not written as scripts are.

        Raises:
            FormatError: saying where and why.
        """
        for problem in self.script.problems:
            raise FormatError(f"line {problem.line}: {problem.message.rstrip('.')}")


def several(names: Sequence[str]) -> str:
    """Name some things: the first few of many."""
    return ", ".join(map(describe, names[:_FEW])) + (", ..." if len(names) > _FEW else "")


def objects(text: str) -> list[tuple[int, dict[str, Any]]]:
    """Read JSON objects, one a line, with the numbers of their lines; none when a line is something else."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return []
        if not isinstance(value, dict):
            return []
        found.append((number, value))
    return found


def _flaw(text: str) -> str:
    """Where a text stops being JSON, or JSON Lines if its first line is an object."""
    parts = text.split("\n") if objects(text.lstrip().partition("\n")[0]) else [text]
    found = (_trouble(part, number, lone=len(parts) == 1) for number, part in enumerate(parts, 1) if part.strip())
    return next(filter(None, found))


def _trouble(text: str, number: int, *, lone: bool) -> str:
    """What is wrong with a text that begins on the line of that number, "" when nothing is."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        said = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at")
        return f"line {number + error.lineno - 1}: not JSON: {said} at column {error.colno}"
    except (ValueError, RecursionError):
        return f"line {number}: expected JSON with less nesting and shorter numbers, got more than can be read"
    return "" if lone or isinstance(value, dict) else f"line {number}: expected a JSON object, got {describe(value)}"
