"""A measurement file as text and, where it is that, as JSON or JSON Lines, parsed once for whoever reads it."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any


class Source:
    """A file to read measurements from."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def document(self) -> Any:
        """The text as one JSON document, None when it is not one. `NaN`, as Python writes it, is let through."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The text as JSON objects, one a line; empty when a line is something else."""
        return [value for _, value in objects(self.text)]


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
