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

from understudy.text import amounts, clues, listing, moments, phrases
from understudy.text.clues import words_of
from understudy.text.numbers import Number, numbers
from understudy.text.synonyms import others

Fit = Callable[[Any], bool]

_SEEN = 4_000  # characters; a question stands at the start or at the end of a long prompt
_MEMBERS = 1_000
_FINDS = 50
_BESIDE = 12  # characters between a name and its number
_NEXT = 4  # characters between a name and a member of its enumeration
_NOWHERE = (True, 1 << 30, 0)
_FOLD = str.maketrans(ascii_uppercase + "_-", ascii_lowercase + "  ")  # keeps every character where it is


class Prompt:
    """A prompt and what has been found in it."""

    def __init__(self, text: str) -> None:
        self._whole = text if len(text) <= _SEEN else f"{text[: _SEEN // 2]}\n{text[-_SEEN // 2 :]}"
        self.text = moments.plain(self._whole)
        self._folded = self.text.translate(_FOLD)
        self._owners: dict[tuple[str, object], str] = {}

    def number(self, path: str, name: str, fit: Fit, *, beside: bool = False) -> int | float | None:
        """Return the number for the argument at a path: the one beside its name, else (unless `beside`) the next nobody has."""
        near, asked = self._nearest(name), amounts.wanted(words_of(name))

        def measures(of: amounts.Measure | None) -> bool:
            return of is not None and asked is not None and of.kind == asked.kind

        def rank(at: int) -> tuple[bool, int, bool, int]:
            of, fits = self._numbers[at].of, asked is None or measures(self._numbers[at].of)
            return not fits and of is not None, near.get(at, _BESIDE + 1), not fits, at

        order = [(at, self._numbers[at]) for at in sorted(range(len(self._numbers)), key=rank)]
        finds = [(at, amounts.converted(n.value, n.of, asked)) for at, n in order if not beside or at in near or measures(n.of)]
        found: int | float | None = self._claim("number", path, finds, fit)
        return found

    def string(self, path: str, name: str, kind: str, fit: Fit) -> str | None:
        """Return the text for the argument at a path; `kind` is the format its schema demands, or ""."""
        listed = self._listed(path, name) if not kind else None
        if listed is not None:
            return next((item for item in listed if fit(item)), None)
        finds = [find for find in islice(self._strings(name, kind), _FINDS) if fit(find)]
        found: str | None = self._claim("text", path, [(find, find) for find in finds], fit)
        if found is None and not clues.PLAIN & set(words_of(name)):
            found = self._claim("quotation", path, list(enumerate(self._quotations)), fit)
        if found is None and finds and "[" not in path:
            return finds[0]  # two names for one thing; the items of an array are different things
        return found

    def whole(self, name: str) -> str | None:
        """Return the whole prompt for an argument that wants it (a query, a message)."""
        return self._whole.strip() or None if clues.WHOLE & set(words_of(name)) else None

    def flag(self, name: str) -> bool | None:
        """Return yes or no if the text says so; yes if it only mentions the argument."""
        said = next(self._said(name), "").lower()
        if said in clues.YES | clues.NO:
            return said in clues.YES
        turned = clues.TURNED.search(self.text) if clues.SWITCHES & set(words_of(name)) else None
        if turned:
            return (turned[1] or turned[2]).lower() in clues.YES
        for start, _ in self._mentions(name):
            return clues.NEGATION.search(self.text, max(0, start - 20), start) is None
        return None

    def names(self, name: str) -> bool:
        """Say whether the text speaks of an argument by its name."""
        return any(True for _ in self._mentions(name))

    def member(self, members: list[Any], name: str = "") -> Any:
        """Return the value, of some, that the text says: beside the argument's name, else first; None for none."""
        return next(iter(self.members(members, name)), None)

    def members(self, members: list[Any], name: str = "") -> list[Any]:
        """Return the values, of some, that the text says, the longest of several at one place; else those it has words for."""
        known = [m for m in members[:_MEMBERS] if isinstance(m, str | int | float) and not isinstance(m, bool)]
        folded = [str(member)[:100].translate(_FOLD).strip() for member in known]
        ends = [end for _, end in self._mentions(name)] if name else []
        found: dict[Any, tuple[bool, int, int]] = {}
        for member, spelling in zip(known, folded, strict=True):
            for start, end in self._occurrences(spelling):
                found[member] = min(found.get(member, _NOWHERE), (not any(0 <= start - e <= _NEXT for e in ends), start, -end))
        if not found:
            for member, spelling in zip(known, folded, strict=True):
                places = [place for other in others(spelling) for place in islice(self._occurrences(other), 1)]
                found |= {member: (True, *min(places))} if places else {}
        return sorted(found, key=found.__getitem__)

    @cached_property
    def _numbers(self) -> list[Number]:
        return numbers(self.text)

    @cached_property
    def _quotations(self) -> list[str]:
        return [next(filter(None, found.groups())) for found in clues.QUOTED.finditer(self._whole)]

    @cached_property
    def _items(self) -> list[str]:
        return listing.items(self.text)

    def _listed(self, path: str, name: str) -> list[str] | None:
        """The item of a list for a place in an array, if any; None where the text lists nothing of that kind."""
        words = {word.removesuffix("s") for word in words_of(name)}
        if not path.endswith("]") or len(self._quotations) > 1 or words & clues.PLAIN:
            return None
        named = (listing.named(self.text[end:]) for _, end in self._mentions(name))
        items = next(filter(None, named), None) or self._items
        at = path[path.rindex("[") + 1 : -1]
        return items[int(at) : int(at) + 1] if items and at.isdecimal() else None

    @cached_property
    def _proper(self) -> list[str]:
        """The names in the text, without words that have a capital because a sentence begins."""
        found = []
        for match in clues.PROPER.finditer(self.text):
            first, _, rest = match[0].partition(" ")
            if first in clues.NO_NAMES:
                found.append(rest)
            elif not clues.OPENING.search(self.text[max(0, match.start() - 8) : match.start()]):
                found.append(clues.OWNER.sub("", match[0]) if self.text[match.end() : match.end() + 2].islower() else match[0])
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
        joined = "".join(words)
        for spelling in dict.fromkeys((" ".join(words), joined, joined.replace("non", "non ", joined.startswith("non")))):
            yield from self._occurrences(spelling)

    def _nearest(self, name: str) -> dict[int, int]:
        """Return how far numbers stand from the name of an argument, for those that stand beside it."""
        near: dict[int, int] = {}
        stem = "".join(words_of(name)[-1:]).removesuffix("s")
        for spelling in (stem, f"{stem}s", f"{stem}es") if stem else ():
            for first, last in islice(self._occurrences(spelling), _FINDS):
                for at, n in enumerate(self._numbers):
                    gap = n.start - last if n.start >= last else 3 * (first - n.end)
                    if 0 <= gap <= _BESIDE:
                        near[at] = min(gap, near.get(at, gap))
        return near

    def _strings(self, name: str, kind: str) -> Iterator[str]:
        if kind in clues.BY_FORMAT:
            yield from clues.BY_FORMAT[kind].findall(self.text)
        yield from self._said(name)
        words = words_of(name)
        yield from phrases.finds(self.text, words)
        meant = {*words, *(word.removesuffix("s") for word in words)}
        if "name" in meant or meant & clues.THINGS:
            yield from self._named()
        for pattern, known in clues.BY_NAME:
            if meant & known:
                yield from pattern.findall(self.text)
        if meant & (clues.PLACES | clues.ORIGIN | clues.GOAL):
            yield from self._places(meant)
        if meant & clues.PEOPLE or words in (["name"], ["first", "name"], ["last", "name"], ["full", "name"]):
            yield from self._after("(?:is|am|for|to|with|called|named|by)")
            places = set(self._after("(?:in|at|near|from)"))
            yield from (name for name in self._proper if name not in places)
            yield from (name for name in clues.SUBJECT.findall(self.text) if name.split(" ")[0] not in clues.NO_NAMES)
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

    def _named(self) -> Iterator[str]:
        """Yield quotations that the text says something is called by: "a customer named 'Ünal'"."""
        for naming in clues.NAMING.finditer(self.text):
            quoted = clues.QUOTED.match(self.text, naming.end())
            if quoted:
                yield next(filter(None, quoted.groups()))

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
        for found in re.finditer(rf"(?<!\w){words}\s(?:the\s)?{clues.TITLE}(?=[A-ZÀ-Þ])", self.text):
            proper = clues.PROPER.match(self.text, found.end())
            if proper:
                yield proper[0]
