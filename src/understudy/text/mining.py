"""What a prompt says about an argument somebody has to fill in: a number, a place, a date, a quotation, yes or no.

In: the text of a prompt, the name of an argument. Out: what the text seems to say about it, best guess first. A number or a
quotation belongs to one argument, and always to the same. Knows no schema: `fit` says whether a find may be used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from understudy.text import clues
from understudy.text.clues import words_of

Fit = Callable[[Any], bool]

_SEEN = 4_000  # characters; a question stands at the start or at the end of a long prompt
_MEMBERS = 1_000
_FINDS = 50
_BESIDE = 12  # characters between a name and its number
_FOLD = str.maketrans(ascii_uppercase + "_-", ascii_lowercase + "  ")  # keeps every character where it is


class Prompt:
    """A prompt and what has been found in it."""

    def __init__(self, text: str) -> None:
        self.text = text if len(text) <= _SEEN else f"{text[: _SEEN // 2]}\n{text[-_SEEN // 2 :]}"
        self._folded = self.text.translate(_FOLD)
        self._owners: dict[tuple[str, object], str] = {}

    def number(self, path: str, name: str, fit: Fit, *, beside: bool = False) -> int | float | None:
        """Return the number for the argument at a path: the one beside its name, else (unless `beside`) the next nobody has."""
        near = self._nearest(name)
        order = sorted(near if beside else range(len(self._numbers)), key=lambda at: (near.get(at, _BESIDE + 1), at))
        found: int | float | None = self._claim("number", path, [(at, self._numbers[at][2]) for at in order], fit)
        return found

    def string(self, path: str, name: str, kind: str, fit: Fit) -> str | None:
        """Return the text for the argument at a path; `kind` is the format its schema demands, or ""."""
        finds = [find for find in islice(self._strings(name, kind), _FINDS) if fit(find)]
        found: str | None = self._claim("text", path, [(find, find) for find in finds], fit)
        if found is None and not clues.PLAIN & set(words_of(name)):
            found = self._claim("quotation", path, list(enumerate(self._quotations)), fit)
        if found is None and finds and "[" not in path:
            return finds[0]  # two names for one thing; the items of an array are different things
        return found

    def whole(self, name: str) -> str | None:
        """Return the whole prompt for an argument that wants it (a query, a message)."""
        return self.text.strip() or None if clues.WHOLE & set(words_of(name)) else None

    def flag(self, name: str) -> bool | None:
        """Return yes or no if the text says so; yes if it only mentions the argument."""
        said = next(self._said(name), "").lower()
        if said in clues.YES | clues.NO:
            return said in clues.YES
        for start, _ in self._mentions(name):
            return clues.NEGATION.search(self.text, max(0, start - 20), start) is None
        return None

    def member(self, members: list[Any]) -> Any:
        """Return the value, of some, that the text mentions first, the longest of several at that place; None for none."""
        best: tuple[int, int] = (len(self.text), 0)
        found = None
        for member in members[:_MEMBERS]:
            if isinstance(member, str | int | float) and not isinstance(member, bool):
                for start, end in self._occurrences(str(member)[:100].translate(_FOLD).strip()):
                    if (start, -end) < best:
                        best, found = (start, -end), member
                    break
        return found

    @cached_property
    def _numbers(self) -> list[tuple[int, int, int | float]]:
        plain = self.text
        for pattern in clues.OPAQUE:
            plain = pattern.sub(lambda match: " " * len(match[0]), plain)
        return [(found.start(), found.end(), _read(found[0])) for found in clues.NUMBER.finditer(plain)]

    @cached_property
    def _quotations(self) -> list[str]:
        return [next(filter(None, found.groups())) for found in clues.QUOTED.finditer(self.text)]

    @cached_property
    def _proper(self) -> list[str]:
        """The names in the text, without words that have a capital because a sentence begins."""
        found = []
        for match in clues.PROPER.finditer(self.text):
            first, _, rest = match[0].partition(" ")
            if first in clues.NO_NAMES:
                found.append(rest)
            elif not clues.OPENING.search(self.text[max(0, match.start() - 5) : match.start()]):
                found.append(match[0])
        return list(filter(None, found))

    def _claim(self, sort: str, path: str, finds: Sequence[tuple[object, Any]], fit: Fit) -> Any:
        for at, find in finds:
            if self._owners.get((sort, at), path) == path and fit(find):
                self._owners[sort, at] = path
                return find
        return None

    def _occurrences(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield where something stands as words of its own."""
        at = self._folded.find(folded) if folded else -1
        while at >= 0:
            end = at + len(folded)
            if not self._folded[at - 1 : at].isalnum() and not self._folded[end : end + 1].isalnum():
                yield at, end
            at = self._folded.find(folded, at + 1)

    def _mentions(self, name: str) -> Iterator[tuple[int, int]]:
        words = words_of(name)
        for spelling in dict.fromkeys((" ".join(words), "".join(words))):
            yield from self._occurrences(spelling)

    def _nearest(self, name: str) -> dict[int, int]:
        """Return how far numbers stand from the name of an argument, for those that stand beside it."""
        near: dict[int, int] = {}
        stem = "".join(words_of(name)[-1:]).removesuffix("s")
        for spelling in (stem, f"{stem}s", f"{stem}es") if stem else ():
            for first, last in islice(self._occurrences(spelling), _FINDS):
                for at, (start, end, _) in enumerate(self._numbers):
                    gap = start - last if start >= last else 3 * (first - end)
                    if 0 <= gap <= _BESIDE:
                        near[at] = min(gap, near.get(at, gap))
        return near

    def _strings(self, name: str, kind: str) -> Iterator[str]:
        if kind in clues.BY_FORMAT:
            yield from clues.BY_FORMAT[kind].findall(self.text)
        yield from self._said(name)
        words = words_of(name)
        meant = set(words)
        for pattern, known in clues.BY_NAME:
            if meant & known:
                yield from pattern.findall(self.text)
        if meant & (clues.PLACES | clues.ORIGIN | clues.GOAL):
            yield from self._places(meant)
        if meant & clues.PEOPLE or words in (["name"], ["first", "name"], ["last", "name"], ["full", "name"]):
            yield from self._after("(?:is|am|for|to|with|called|named|by)")
            places = set(self._after("(?:in|at|near)"))
            yield from (name for name in self._proper if name not in places)
        if meant & clues.THINGS:
            yield from self._after("(?:of|about|for|by|on)")
            yield from self._proper
        if meant & clues.SUMS:
            yield from (find.strip() for find in clues.EXPRESSION.findall(self.text))

    def _said(self, name: str) -> Iterator[str]:
        """Yield what the text calls by the argument's name: `unit: celsius`, "my name is Bob Smith", `"unit": "celsius"`."""
        link = clues.LINK if len(name) > 1 else clues.SIGN
        for _, end in self._mentions(name):
            linked = link.match(self.text, end)
            if linked is None:
                continue
            quoted = clues.QUOTED.match(self.text, linked.end())
            if quoted:
                yield next(filter(None, quoted.groups()))
                continue
            found = clues.PROPER.match(self.text, linked.end()) or clues.VALUE.match(self.text, linked.end())
            if found and found[0].strip(".:"):
                yield found[0].rstrip(".:")

    def _places(self, meant: set[str]) -> Iterator[str]:
        if meant & clues.ORIGIN:
            yield from self._after("from")
        elif meant & clues.GOAL:
            yield from self._after("to")
        yield from self._after("(?:in|at|near|around|for|to|from|of|visit|visiting)")
        yield from self._proper
        yield from clues.LOWER_PLACE.findall(self.text)

    def _after(self, words: str) -> Iterator[str]:
        """Yield names that follow one of these words."""
        for found in re.finditer(rf"(?<!\w){words}\s(?:the\s)?(?=[A-ZÀ-Þ])", self.text):
            proper = clues.PROPER.match(self.text, found.end())
            if proper:
                yield proper[0]


def _read(digits: str) -> int | float:
    if digits in clues.SMALL:
        return clues.SMALL[digits]
    plain = digits.replace(",", "")
    return float(plain) if "." in plain else int(plain)
