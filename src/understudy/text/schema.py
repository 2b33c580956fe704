"""Values for JSON Schemas: what a model would answer when it has to fill in a form.

In: a schema as a client sent it, draws, the prompt. Out: a JSON value, valid against the schema wherever that is possible with
bounded work; nothing raises, nothing hangs. What the prompt says goes before what the schema suggests, and that before what
the names of properties suggest.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain, islice
from typing import Any

from understudy.model.ports import Random
from understudy.text.alternatives import Alternatives, Flat
from understudy.text.conform import Checker
from understudy.text.keywords import (
    array_items,
    bound,
    brought_names,
    frozen,
    kinds_to_try,
    listed,
    mapping,
    member_schemas,
    needed_names,
    types_of,
)
from understudy.text.mining import Prompt
from understudy.text.scalars import Place, Scalars

_NOTHING: Any = object()
_VALUES = 4_000  # made for one schema, the discarded ones too
_DEEPEST = 20
_SHALLOW = 4  # below this depth optional properties are left out and arrays are as short as they may be
_SMALL_OBJECT = 8  # properties; optional ones of larger objects only appear when the prompt speaks of them
_ITEMS = 1_000
_MINED_ITEMS = 20
_OTHERS = 30  # candidates looked through for an item that is not there yet

_LEAVES = {"null", "boolean", "integer", "number", "string"}


def value_for(schema: object, random: Random, hint: str = "", *, purpose: str = "schema", sparing: bool = False) -> Any:
    """Return a JSON value that is valid against a schema.

    Args:
        schema: a JSON Schema: a mapping, True or False; anything else counts as True.
        random: where draws come from; the same draws and the same hint give the same value.
        hint: the prompt, which values are taken from where they fit.
        purpose: what the draws are named after.
        sparing: leave out a yes or no that is optional and that the hint does not name.
    """
    return _Maker(schema, random, hint, purpose, sparing=sparing).make(schema, Place())


class _Maker:
    """Makes the values for the parts of one schema."""

    def __init__(self, root: object, random: Random, hint: str, purpose: str, *, sparing: bool) -> None:
        self._sparing = sparing
        self._prompt = Prompt(hint)
        self._checker = Checker(root)
        self._alternatives = Alternatives(root, self._in_order)
        self._scalars = Scalars(self._prompt, random, purpose, self._checker)
        self._left = _VALUES
        self._deep = False

    def make(self, schema: object, place: Place) -> Any:
        """Return the first candidate that is valid, else the first candidate."""
        first = _NOTHING
        for value in self._candidates(schema, place):
            if self._checker.accepts(schema, value):
                return value
            first = value if first is _NOTHING else first
        return None if first is _NOTHING else first

    def _candidates(self, schema: object, place: Place) -> Iterator[Any]:
        self._left -= 1
        if self._left < 0 or place.depth > _DEEPEST:
            return
        self._deep = place.depth >= _SHALLOW
        for flat in self._alternatives.of(schema):
            for value in self._of_flat(flat, place):
                self._left -= len(value) >> 8 if isinstance(value, str) else 0
                yield value

    def _of_flat(self, flat: Flat, place: Place) -> Iterator[Any]:
        if "const" in flat:
            yield flat["const"]
            return
        members = listed(flat, "enum")
        if members:
            yield from self._scalars.members(members, flat.get("default"), place)
            return
        for kind in kinds_to_try(flat, nested=place.depth > 0):
            if kind == "object":
                yield from self._objects(flat, place)
            elif kind == "array":
                yield from self._arrays(flat, place)
            elif kind == "string":
                yield from self._scalars.texts(flat, place)
            elif kind == "boolean":
                yield from self._scalars.flags(flat, place)
            elif kind == "null":
                yield None
            else:
                yield from self._scalars.numbers(flat, kind, place)

    def _objects(self, flat: Flat, place: Place) -> Iterator[dict[str, Any]]:
        needed = dict.fromkeys(needed_names(flat))
        properties = mapping(flat, "properties")
        made = {name: self._property(flat, name, place.member(name, needed=True)) for name in needed}
        if place.depth < _SHALLOW:
            small = len(properties) <= _SMALL_OBJECT
            for name in properties:
                if name not in made:
                    # Without a list of required properties nobody meant that an empty object will do.
                    spot = place.member(name, needed="required" not in flat)
                    made[name] = self._property(flat, name, spot) if small else self._mined(properties[name], spot)
        made = {name: value for name, value in made.items() if value is not _NOTHING}
        made = self._spared(flat, made, needed) if self._sparing else made
        self._fill_up(flat, made, needed, place)
        made |= {name: self._property(flat, name, place.member(name, needed=True)) for name in brought_names(flat, made)}
        made = {name: made[name] for name in (*properties, *made) if name in made and made[name] is not _NOTHING}
        yield made
        yield {name: value for name, value in made.items() if name in needed}

    def _spared(self, flat: Flat, made: dict[str, Any], needed: Container[str]) -> dict[str, Any]:
        """Leave out each yes or no that the prompt does not name; one that has to be there is null if it may be."""
        unasked = {name for name, value in made.items() if isinstance(value, bool) and not self._prompt.names(name)}
        parts = {name: member_schemas(flat, name, self._checker.finds) for name in unasked}
        spare = {name for name in unasked if all(self._checker.accepts(part, None) for part in parts[name])}
        kept = {name: None if name in spare else value for name, value in made.items()}
        return {name: value for name, value in kept.items() if name in needed or name not in unasked}

    def _property(self, flat: Flat, name: str, place: Place) -> Any:
        """Make the value of a property; nothing when none is allowed."""
        parts = member_schemas(flat, name, self._checker.finds)
        if False in parts:
            return _NOTHING
        return self.make(parts[0] if len(parts) == 1 else {"allOf": parts}, place)

    def _fill_up(self, flat: Flat, made: dict[str, Any], needed: Container[str], place: Place) -> None:
        """Bring the number of properties within its bounds."""
        most = bound(flat, "maxProperties", len(made))
        for name in [name for name in made if name not in needed][::-1][: max(len(made) - most, 0)]:
            del made[name]
        least = min(bound(flat, "minProperties", 0), _ITEMS)
        for name in chain(mapping(flat, "properties"), self._more_names(flat, place, 2 * least)):
            if len(made) >= least:
                break
            if name not in made:
                value = self._property(flat, name, place.member(name, needed=True))
                made |= {name: value} if value is not _NOTHING else {}

    def _more_names(self, flat: Flat, place: Place, most: int) -> Iterator[str]:
        """Yield names for properties the schema does not list."""
        rule = flat.get("propertyNames", True)
        patterns = [{"pattern": pattern} for pattern in mapping(flat, "patternProperties")]
        closed = flat.get("additionalProperties", True) is False
        for number in range(most):
            name = f"key{number}"
            part = patterns[number % len(patterns)] if closed and patterns else True
            if not (self._checker.accepts(rule, name) and self._checker.accepts(part, name)):
                name = self.make({"allOf": [{"type": "string"}, part, rule]}, place.member(name, needed=True))
            if isinstance(name, str):
                yield name

    def _arrays(self, flat: Flat, place: Place) -> Iterator[list[Any]]:
        first, rest = array_items(flat)
        least, most = min(bound(flat, "minItems", 0), _ITEMS), bound(flat, "maxItems", _ITEMS)
        items: list[Any] = []
        for part in first[: most if place.depth < _SHALLOW else least]:
            items.append(self.make(part, place.item(len(items))))
        if rest is not False:
            if place.depth < _SHALLOW:
                items += self._mined_items(rest, place, most - len(items), len(items))
            wanted = least if place.depth >= _SHALLOW or items else max(least, 1 + self._scalars.chooser(place)(2))
            self._append(flat, items, rest, place, min(wanted, most))
        if "contains" in flat:
            part = {"allOf": [rest, flat["contains"]]}
            found = sum(self._checker.accepts(flat["contains"], item) for item in items)
            missing = max(min(bound(flat, "minContains", 1), _ITEMS) - found, 0)
            if missing and len(items) + missing > most:
                del items[max(len(first), most - missing) :]
            for _ in range(missing):
                items.append(self.make(part, place.item(len(items))))
        yield items
        yield items[:least]
        yield []

    def _append(self, flat: Flat, items: list[Any], rest: Any, place: Place, wanted: int) -> None:
        unique = flat.get("uniqueItems") is True
        known = {frozen(item) for item in items}
        while len(items) < wanted and self._left > 0:
            spot = place.item(len(items))
            value = self._another(rest, spot, known) if unique else self.make(rest, spot)
            if value is _NOTHING:
                break
            items.append(value)
            known.add(frozen(value))

    def _another(self, schema: object, place: Place, known: set[object]) -> Any:
        """Make a value that is not known yet."""
        for turn in range(4):
            spot = place if not turn else Place(f"{place.path}~{turn}", place.name, place.depth)
            for value in islice(self._candidates(schema, spot), _OTHERS):
                if frozen(value) not in known and self._checker.accepts(schema, value):
                    return value
        return _NOTHING

    def _mined_items(self, rest: Any, place: Place, most: int, start: int) -> list[Any]:
        """Take all numbers, or all quotations, the prompt has for an array."""
        items: list[Any] = []
        while len(items) < min(most, _MINED_ITEMS):
            value = self._mined(rest, place.item(start + len(items)))
            if value is _NOTHING or any(value == item for item in items):
                break
            items.append(value)
        return items

    def _mined(self, schema: object, place: Place) -> Any:
        """Return what the prompt says about a value, if the schema allows it."""
        flat = next(self._alternatives.of(schema), None)
        if flat is None:
            return _NOTHING
        value = self._scalars.mined(flat, next(iter(types_of(flat)), ""), place)
        return value if value is not None and self._checker.accepts(schema, value) else _NOTHING

    def _in_order(self, branches: list[Any]) -> list[Any]:
        """Put branches the prompt speaks of first, and null last; deep down put first what goes no deeper."""

        def rank(branch: Any) -> int:
            if not isinstance(branch, dict):
                return 2
            if self._deep:
                return 1 - bool(set(types_of(branch)) & _LEAVES)
            members = listed(branch, "enum") + ([branch["const"]] if "const" in branch else [])
            for part in mapping(branch, "properties").values():
                members += [part["const"]] if isinstance(part, dict) and "const" in part else []
            if self._prompt.member(members) is not None:
                return 0
            return 3 if branch.get("type") == "null" else 1

        return sorted(branches, key=rank)
