"""Plain data from parse events, with the line of every entry.

Works without recursion and with bounds on depth and on what aliases may add, so that no text of any size can exhaust the
stack or the memory. Keys are texts, taken as they are written. Aliases share the value they name; `<<` merges.
"""

from __future__ import annotations

from typing import Any

from understudy.config.source.error import TextError
from understudy.config.values import describe

DEEPEST = 100
MOST_ALIASED = 200_000
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_TOO_LARGE = "expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes."

Marks = dict[int, Any]
"""By id of a mapping or list: the line of each of its entries, by key or by index."""


class _Frame:
    """A mapping or list under construction. In a mapping `key` is None while a key is due."""

    __slots__ = ("anchor", "key", "key_line", "line", "lines", "merges", "merging", "size", "value")

    def __init__(self, value: dict[str, Any] | list[Any], line: int, anchor: str | None) -> None:
        self.value = value
        self.lines: Any = {} if isinstance(value, dict) else []
        self.line = line
        self.anchor = anchor
        self.key: str | None = None
        self.key_line = 0
        self.merging = False
        self.merges: list[tuple[Any, int]] = []
        self.size = 1

    @property
    def awaits_key(self) -> bool:
        return self.key is None and isinstance(self.value, dict)


class Builder:
    """Takes the events of one document in order.

    `data` is what was built, `marks` the lines of its entries, `problems` the mistakes that did not stop it: (line, message).
    """

    def __init__(self) -> None:
        self.data: Any = None
        self.marks: Marks = {}
        self.problems: list[tuple[int, str]] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, str, int]] = {}
        self._unfinished: set[str] = set()
        self._aliased = 0

    def open(self, value: dict[str, Any] | list[Any], line: int, anchor: str | None = None) -> None:
        """Begin a mapping or a list."""
        if self._stack and self._stack[-1].awaits_key:
            raise TextError(f"expected a text as key, got {describe(value)}.", line)
        if len(self._stack) == DEEPEST:
            raise TextError(f"expected at most {DEEPEST} levels of nesting, got more.", line)
        if anchor:
            self._unfinished.add(anchor)
        self._stack.append(_Frame(value, line, anchor))

    def close(self) -> None:
        """End the mapping or list that was begun last."""
        frame = self._stack.pop()
        for value, line in frame.merges:
            self._merge(frame, value, line)
        self.marks[id(frame.value)] = frame.lines
        if frame.anchor:
            self._unfinished.discard(frame.anchor)
            self._anchors[frame.anchor] = (frame.value, "", frame.size)
        self._add(frame.value, frame.line, frame.size)

    def scalar(self, value: Any, written: str, line: int, anchor: str | None = None, *, merge: bool = False) -> None:
        """Take a scalar: its value, or where a key is due its text. `merge` says that it is YAML's merge key."""
        if anchor:
            self._anchors[anchor] = (value, written, 1)
        if self._stack and self._stack[-1].awaits_key:
            self._key(self._stack[-1], written, line, merge=merge)
        else:
            self._check(value, line)
            self._add(value, line, 1)

    def alias(self, name: str, line: int) -> None:
        """Take the value an anchor names."""
        if name in self._unfinished:
            raise TextError(f"alias '*{name}': expected a value that is complete, got one that contains the alias.", line)
        if name not in self._anchors:
            raise TextError(f"alias '*{name}': expected an anchor '&{name}' before it, got none.", line)
        value, written, size = self._anchors[name]
        self._aliased += size
        if self._aliased > MOST_ALIASED:
            raise TextError(f"alias '*{name}': expected aliases to add at most {MOST_ALIASED} values, got more.", line)
        if not isinstance(value, dict | list):
            self.scalar(value, written, line)
        elif self._stack[-1].awaits_key:
            raise TextError(f"expected a text as key, got {describe(value)}.", line)
        else:
            self._add(value, line, size)

    def _key(self, frame: _Frame, written: str, line: int, *, merge: bool) -> None:
        frame.key, frame.key_line, frame.merging = written, line, merge
        if merge:
            return
        self._check(written, line)
        if written in frame.lines:
            self.problems.append((line, f"key {describe(written)} is given twice, first on line {frame.lines[written]}."))

    def _add(self, value: Any, line: int, size: int) -> None:
        if not self._stack:
            self.data = value
            return
        frame = self._stack[-1]
        frame.size += size
        if isinstance(frame.value, list):
            frame.value.append(value)
            frame.lines.append(line)
            return
        key, frame.key = frame.key or "", None
        if frame.merging:
            frame.merging = False
            frame.merges.append((value, frame.key_line))
        elif key not in frame.lines:
            frame.value[key] = value
            frame.lines[key] = frame.key_line

    def _merge(self, frame: _Frame, merged: Any, line: int) -> None:
        for mapping in merged if isinstance(merged, list) else [merged]:
            if not isinstance(mapping, dict):
                self.problems.append((line, f"key '<<': expected a mapping or a list of mappings, got {describe(mapping)}."))
            elif isinstance(frame.value, dict):
                frame.value.update((key, value) for key, value in mapping.items() if key not in frame.value)
                lines = self.marks[id(mapping)]
                frame.lines.update((key, lines[key]) for key in mapping if key not in frame.lines)

    def _check(self, value: Any, line: int) -> None:
        """Refuse what JSON cannot carry."""
        if isinstance(value, str):
            if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
                self.problems.append((line, "expected Unicode text, got half a surrogate pair."))
        elif isinstance(value, int):
            if not _SMALLEST <= value <= _LARGEST:
                self.problems.append((line, _TOO_LARGE))
        elif isinstance(value, float) and abs(value) == float("inf"):
            self.problems.append((line, _TOO_LARGE))
