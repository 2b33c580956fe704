"""A JSON Schema without its combiners: the flat schemas any of which is a way to satisfy it.

In: a schema with $ref, allOf, anyOf, oneOf, if. Out: schemas without them, likely ways first, few of them, lazily. A way may
turn out wrong (a second branch of oneOf holds too), so whoever makes a value from it checks it against the original. Work is
bounded whatever the schema: references that go round and nests that multiply end in the schema of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from math import lcm
from typing import Any

from understudy.text.keywords import frozen, is_number, listed, names, resolve, same, types_of

Flat = dict[str, Any]
Order = Callable[[list[Any]], list[Any]]

_COMBINERS = frozenset({"$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "$defs", "definitions"})
_WAYS = 12
_STEPS = 3_000
_DEEPEST = 40
_NOTHING = object()


class Alternatives:
    """The flat schemas of the parts of one root schema.

    Args:
        root: where references lead.
        order: puts the branches of an anyOf or oneOf in the order they are tried in.
    """

    def __init__(self, root: object, order: Order) -> None:
        self._root = root
        self._order = order
        self._steps = _STEPS

    def of(self, schema: object) -> Iterator[Flat]:
        """Yield the ways to satisfy a schema."""
        return islice(self._ways(schema, ()), _WAYS)

    def _ways(self, schema: object, followed: tuple[str, ...]) -> Iterator[Flat]:
        if schema is False:
            return
        if not isinstance(schema, dict):
            yield {}
            return
        base = {key: value for key, value in schema.items() if key not in _COMBINERS}
        if len(base) == len(schema):
            yield base
            return
        self._steps -= 1
        if self._steps < 0 or len(followed) > _DEEPEST:
            yield base
            return
        yield from self._product(base, self._parts(schema, followed))

    def _parts(self, schema: Mapping[str, Any], followed: tuple[str, ...]) -> list[Iterator[Flat]]:
        """List what has to hold together: for each combiner, the ways to satisfy it."""
        reference = schema.get("$ref")
        inside = (*followed, reference if isinstance(reference, str) else "")
        parts = [self._ways(part, inside) for part in listed(schema, "allOf")]
        if isinstance(reference, str) and reference not in followed:
            parts.insert(0, self._ways(resolve(self._root, reference), inside))
        for key in ("anyOf", "oneOf"):
            branches = listed(schema, key)
            if branches:
                parts.append(chain.from_iterable(self._ways(branch, inside) for branch in self._order(branches)))
        if "if" in schema:
            met = {"allOf": [schema["if"], schema.get("then", True)]}
            parts.append(chain.from_iterable(self._ways(way, inside) for way in (met, schema.get("else", True))))
        return parts

    def _product(self, base: Flat, parts: list[Iterator[Flat]]) -> Iterator[Flat]:
        """Merge one way of each part, in all combinations."""
        if not parts:
            yield base
            return
        rest = parts[1:]
        kept = [list(islice(part, _WAYS)) for part in rest] if rest else []
        for way in islice(parts[0], _WAYS):
            merged = merge(base, way)
            if merged is not None:
                yield from self._product(merged, [iter(ways) for ways in kept])


def merge(one: Flat, other: Flat) -> Flat | None:
    """Return a schema that demands what both demand; None when nothing can satisfy it."""
    merged = dict(one)
    for key, value in other.items():
        if key not in merged or same(merged[key], value):
            merged[key] = value
            continue
        joined = _JOIN.get(key, _keep)(merged[key], value)
        if joined is _NOTHING:
            return None
        merged[key] = joined
    return merged


def _keep(one: Any, _: Any) -> Any:
    return one


def _types(one: Any, other: Any) -> Any:
    these, those = types_of({"type": one}), types_of({"type": other})
    if not these or not those:
        return one if these else other
    common = [name for name in these if name in those or (name == "integer" and "number" in those)]
    common += ["integer"] * ("integer" in those and "number" in these and "integer" not in these)
    return common or _NOTHING


def _both(one: Any, other: Any) -> Any:
    return {"allOf": [one, other]}


def _either(one: Any, other: Any) -> Any:
    return {"anyOf": [one, other]}


def _members(one: Any, other: Any) -> Any:
    if not isinstance(one, list) or not isinstance(other, list):
        return one if isinstance(one, list) else other
    known = {frozen(member) for member in other}
    return [member for member in one if frozen(member) in known] or _NOTHING


def _union(one: Any, other: Any) -> Any:
    return list(dict.fromkeys(names({"": one}, "") + names({"": other}, "")))


def _mappings(one: Any, other: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one if isinstance(one, dict) else other
    return one | {key: _both(one[key], value) if key in one else value for key, value in other.items()}


def _tuples(one: Any, other: Any) -> Any:
    if not isinstance(one, list) or not isinstance(other, list):
        return one
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return [*map(_both, longer, shorter), *longer[len(shorter) :]]


def _stricter(choose: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def join(one: Any, other: Any) -> Any:
        numbers = [value for value in (one, other) if is_number(value)]
        return choose(*numbers) if len(numbers) == 2 else [*numbers, one][0]

    return join


def _common_multiple(one: Any, other: Any) -> Any:
    return lcm(one, other) if isinstance(one, int) and isinstance(other, int) else one


_JOIN: dict[str, Callable[[Any, Any], Any]] = {
    "type": _types,
    "const": lambda *_: _NOTHING,
    "enum": _members,
    "required": _union,
    "properties": _mappings,
    "patternProperties": _mappings,
    "prefixItems": _tuples,
    "multipleOf": _common_multiple,
    "not": _either,
    "uniqueItems": lambda one, other: one is True or other is True,
}
_JOIN |= dict.fromkeys(("items", "additionalProperties", "propertyNames", "contains"), _both)
_JOIN |= dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"), _stricter(max))
_JOIN |= dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"), _stricter(min))
