"""Candidates for texts, numbers and yes-or-no that a flat JSON Schema asks for.

In: a flat schema, the place of the value, what the prompt says. Out: candidates, best first: what the prompt says, what the
schema itself gives as default or example, what the name suggests, what just fits. They need not be valid: who takes one checks
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import shake_128
from math import inf, nextafter
from typing import Any

from msgspec import Struct

from understudy.model.ports import Random
from understudy.text import formats, standins
from understudy.text.conform import Checker
from understudy.text.formats import Choose
from understudy.text.keywords import bound, is_multiple, is_number, limits, listed
from understudy.text.mining import Prompt
from understudy.text.pattern import examples

Flat = dict[str, Any]

_LONGEST = 10_000  # characters a text is padded to, whatever minLength says
_CHOICES = 256  # bytes for a pattern
_EXACT = 2**53  # floats below hold every whole number
_TRIES = 8  # draws for a pattern whose texts have to have a length, too
_TURNS = 20  # members of an enumeration that are offered
_FOR_EXAMPLE = re.compile(r"(?:e\.g\.,?|for example,?|such as)\s*[\"'“‘`(]?([^\"'”’`;)\n]{1,60})", re.IGNORECASE)


class Place(Struct, frozen=True):
    """Where a value stands: its path, the name that says most about it, how deep, and whether it has to be there."""

    path: str = ""
    name: str = ""
    depth: int = 0
    needed: bool = True

    def member(self, name: str, needed: bool) -> Place:
        """Return the place of a property."""
        return Place(f"{self.path}.{name}", name, self.depth + 1, needed)

    def item(self, index: int) -> Place:
        """Return the place of an item of an array; it is named after the array."""
        return Place(f"{self.path}[{index}]", self.name, self.depth + 1, self.needed)


class Scalars:
    """Makes candidates from a prompt and from draws named after places."""

    def __init__(self, prompt: Prompt, random: Random, purpose: str, checker: Checker) -> None:
        self._prompt = prompt
        self._random = random
        self._purpose = purpose
        self._checker = checker

    def members(self, members: list[Any], default: Any, place: Place) -> Iterator[Any]:
        """Yield the members of an enumeration: the one the prompt mentions, the default, then any."""
        mentioned = self._prompt.member(members, place.name)
        if mentioned is not None:
            yield mentioned
        if default is not None:
            yield default
        first = self.chooser(place)(len(members))
        for turn in range(min(len(members), _TURNS)):
            yield members[(first + turn) % len(members)]

    def mined(self, flat: Flat, kind: str, place: Place) -> Any:
        """Return what the prompt says about a value; None when nothing fits."""
        if isinstance(flat.get("enum"), list):
            said = self._prompt.members(flat["enum"], place.name)
            at = place.path[place.path.rfind("[") + 1 : -1] if place.path.endswith("]") else "0"
            return said[int(at)] if at.isdecimal() and int(at) < len(said) else None
        if kind == "string":
            return self._mined_text(flat, place)
        if kind in ("integer", "number"):
            return self._mined_number(flat, kind, place)
        return self._prompt.flag(place.name) if kind == "boolean" else None

    def texts(self, flat: Flat, place: Place) -> Iterator[str]:
        """Yield candidates for a text."""
        least, most = bound(flat, "minLength", 0), bound(flat, "maxLength", _LONGEST)
        given = (self._mined_text(flat, place), *_given(flat), *_described(flat))
        yield from (text for text in given if isinstance(text, str))
        choose = self.chooser(place)
        text = formats.example(_form(flat), choose)
        if text is not None:
            yield text
            yield from formats.sized(_form(flat), text, min(least, _LONGEST))
        pattern = flat.get("pattern")
        if isinstance(pattern, str):
            for _ in range(_TRIES if least or most < _LONGEST else 1):
                yield from _padded(examples(pattern, shake_128(b"%d" % choose(1 << 31)).digest(_CHOICES), least), least)
        text = standins.text_for(place.name, choose)
        while 0 < len(text) < min(least, _LONGEST):
            text = f"{text} {text}"
        yield text if len(text) <= most else text[:most].rstrip() or text[:most]
        yield "x" * min(max(least, 1), most, _LONGEST)
        yield ""

    def numbers(self, flat: Flat, kind: str, place: Place) -> Iterator[int | float]:
        """Yield candidates for a number."""
        given = (self._mined_number(flat, kind, place), *_given(flat))
        yield from (number for number in given if is_number(number))
        choose = self.chooser(place)
        low, _, high, _ = limits(flat)
        wanted = standins.number_for(place.name, choose)
        if low is not None and high is not None and not low <= wanted <= high:
            wanted = low + (high - low) * (choose(1000) / 1000) if -_EXACT < low <= high < _EXACT else low
        step = flat.get("multipleOf")
        step = step if is_number(step) and step > 0 else 1 if kind == "integer" else None
        for near in (wanted, low, high, 0):
            if near is not None:
                yield from _multiples(near, step) if step else _around(near, low, high)

    def flags(self, flat: Flat, place: Place) -> Iterator[bool]:
        """Yield candidates for yes or no."""
        given = (self._prompt.flag(place.name), *_given(flat))
        yield from (flag for flag in given if isinstance(flag, bool))
        first = bool(self.chooser(place)(2))
        yield first
        yield not first

    def chooser(self, place: Place) -> Choose:
        """Return a function that chooses one of so many, each time by a draw of its own."""
        draws = 0

        def choose(count: int) -> int:
            nonlocal draws
            draws += 1
            return self._random.integer(f"{self._purpose}{place.path}#{draws}", 0, max(count - 1, 0))

        return choose

    def _mined_text(self, flat: Flat, place: Place) -> str | None:
        form = _form(flat)

        def fit(text: str) -> bool:
            whole = formats.adapted(form, text)
            return whole is not None and self._checker.accepts(flat, whole)

        found = self._prompt.string(place.path, place.name, form, fit)
        if found is not None:
            return formats.adapted(form, found)
        return None if form else self._prompt.whole(place.name)

    def _mined_number(self, flat: Flat, kind: str, place: Place) -> int | float | None:
        def fit(number: float) -> bool:
            return (kind != "integer" or number == int(number)) and self._checker.accepts(flat, number)

        found = self._prompt.number(place.path, place.name, fit, beside=not place.needed)
        return int(found) if found is not None and kind == "integer" else found


def _padded(texts: Iterator[str], least: int) -> Iterator[str]:
    """Yield texts after a pattern, and longer ones around those that are too short: most patterns are looked for anywhere."""
    for text in texts:
        yield text
        missing = min(least, _LONGEST) - len(text)
        if missing > 0:
            yield text + "x" * missing
            yield "x" * missing + text


def _form(flat: Flat) -> str:
    form = flat.get("format")
    return form if isinstance(form, str) else ""


def _given(flat: Flat) -> list[Any]:
    """Return the values the schema itself gives."""
    return [flat[key] for key in ("default", "example") if key in flat] + listed(flat, "examples")


def _described(flat: Flat) -> list[str]:
    """Return the value a description gives: "The city, e.g. San Francisco, CA"."""
    description = flat.get("description")
    found = _FOR_EXAMPLE.search(description[:1000]) if isinstance(description, str) else None
    text = re.split(r"\s(?:or|and)\s", found[1])[0].strip(" .,") if found else ""
    return [text] if text else []


def _multiples(near: float, step: float) -> Iterator[int | float]:
    """Yield multiples of a step beside a number, whole ones as whole numbers."""
    try:
        steps, whole = int(near // step), int(near // 1)
    except OverflowError:
        return
    beside = (steps * step, (steps + 1) * step, (steps - 1) * step, -(-steps // 10) * 10 * step)
    for number in (*beside, whole, whole + 1, whole - 1):  # far from zero only whole numbers are multiples of a fraction
        if is_multiple(number, step):
            yield int(number) if abs(number) < _EXACT and number == int(number) else number


def _around(near: float, low: float | None, high: float | None) -> Iterator[int | float]:
    yield near
    if not -_EXACT < near < _EXACT:
        return
    if low is not None and high is not None and -_EXACT < low <= high < _EXACT:
        yield (low + high) / 2
    yield from (near + 1, near - 1, nextafter(near, inf), nextafter(near, -inf))
