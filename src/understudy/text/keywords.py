"""Reading the keywords of a JSON Schema that may be senseless: what has the wrong type is not there.

In: a schema, as a client sent it. Out: lists, mappings, bounds, and the questions several keywords answer together, in the
spelling of any draft from 4 to 2020-12. Nothing here raises. Checks no value and makes none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any, TypeGuard

_DEEPEST = 60
_IMPLIED = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "contains", "uniqueItems"),
    "string": ("pattern", "format", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


def is_number(value: object) -> TypeGuard[float]:
    """Say whether a value is a finite JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and (isinstance(value, int) or isfinite(value))


TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: is_number(value) and value == int(value),
    "number": is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def same(one: object, other: object) -> bool:
    """Say whether two JSON values are equal: 1 is 1.0, but neither is true."""
    return one is other or frozen(one) == frozen(other)


def distinct(items: Iterable[object]) -> bool:
    """Say whether no two items are equal."""
    keys = [frozen(item) for item in items]
    return len(set(keys)) == len(keys)


def frozen(value: object, depth: int = 0) -> object:
    """Return something hashable that is equal for equal JSON values."""
    if depth > _DEEPEST:
        return "deep"
    if isinstance(value, list):
        return "list", *(frozen(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return "dict", frozenset((key, frozen(item, depth + 1)) for key, item in value.items())
    return (isinstance(value, bool), value) if isinstance(value, int | float | str | None) else repr(value)


def types_of(schema: Mapping[str, Any]) -> list[str]:
    """Return the known types a schema names; [] when it names none, so that any will do."""
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    return [name for name in names if isinstance(name, str) and name in TYPES]


def resolve(root: object, reference: object) -> Any:
    """Return what a local reference (`#/$defs/name`, `#`, an anchor) points to; True, the schema of anything, if to nothing."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return True
    if not reference.startswith("#/"):
        return root if reference == "#" else _anchored(root, reference[1:])
    at: Any = root
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(at, dict) and key in at:
            at = at[key]
        elif isinstance(at, list) and key.isdecimal() and len(key) < 6 and int(key) < len(at):
            at = at[int(key)]
        else:
            return True
    return at


def _anchored(root: object, name: str) -> Any:
    definitions = root.get("$defs") if isinstance(root, dict) else None
    if isinstance(definitions, dict):
        for definition in definitions.values():
            if isinstance(definition, dict) and definition.get("$anchor") == name:
                return definition
    return True


def listed(schema: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list under a key, [] when there is none."""
    value = schema.get(key)
    return value if isinstance(value, list) else []


def mapping(schema: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key, {} when there is none."""
    value = schema.get(key)
    return value if isinstance(value, dict) else {}


def names(schema: Mapping[str, Any], key: str) -> list[str]:
    """Return the strings of the list under a key."""
    return [name for name in listed(schema, key) if isinstance(name, str)]


def bound(schema: Mapping[str, Any], key: str, otherwise: int) -> int:
    """Return the whole number under a key, or `otherwise`."""
    value = schema.get(key)
    return int(value) if is_number(value) and value >= 0 else otherwise


def array_items(schema: Mapping[str, Any]) -> tuple[list[Any], Any]:
    """Return the schemas of the first items and the schema of all others, in the spelling of any draft."""
    if isinstance(schema.get("items"), list):
        return schema["items"], schema.get("additionalItems", True)
    return listed(schema, "prefixItems"), schema.get("items", True)


def member_schemas(schema: Mapping[str, Any], name: str, fits: Callable[[str, str], bool]) -> list[Any]:
    """Return all schemas that hold for a property of that name; `fits` says whether a pattern is found in it."""
    properties = mapping(schema, "properties")
    found = [properties[name]] if name in properties else []
    found += [part for pattern, part in mapping(schema, "patternProperties").items() if fits(pattern, name)]
    return found or [schema.get("additionalProperties", True)]


def needed_names(flat: Mapping[str, Any]) -> list[str]:
    """List the properties that have to be there, and those they bring with them."""
    needed = dict.fromkeys(names(flat, "required"))
    return [*needed, *brought_names(flat, needed)]


def brought_names(flat: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """List the properties that others bring with them, and that are not there yet."""
    dependent = mapping(flat, "dependentRequired")
    if not dependent:
        return []
    brought: dict[str, None] = {}
    asking = list(made)
    for name in asking:
        found = dict.fromkeys(more for more in names(dependent, name) if more not in made and more not in brought)
        brought |= found
        asking += found
    return list(brought)


def limits(schema: Mapping[str, Any]) -> tuple[float | None, bool, float | None, bool]:
    """Return the lower bound of numbers and whether it is excluded itself, then the same of the upper; drafts 4 to 2020."""
    low, without_low = _limit(schema, "minimum", "exclusiveMinimum", max)
    high, without_high = _limit(schema, "maximum", "exclusiveMaximum", min)
    return low, without_low, high, without_high


def _limit(
    schema: Mapping[str, Any], key: str, exclusive: str, stricter: Callable[[float, float], float]
) -> tuple[float | None, bool]:
    closed = schema.get(key) if is_number(schema.get(key)) else None
    opened = schema.get(exclusive)
    if not is_number(opened):
        return closed, opened is True
    if closed is None or stricter(closed, opened) == opened:
        return opened, True
    return closed, False


def is_multiple(number: float, step: float) -> bool:
    """Say whether a number is a whole multiple of a step, as JSON Schema validators reckon it."""
    if isinstance(number, int) and isinstance(step, int):
        return number % step == 0
    try:
        quotient = number / step
    except OverflowError:
        return False
    return isfinite(quotient) and quotient == int(quotient)


def kinds_to_try(flat: Mapping[str, Any], *, nested: bool) -> list[str]:
    """Return the types to try: those named, null last; else what the keywords imply, then any."""
    named = types_of(flat)
    if named:
        return sorted(named, key=lambda kind: kind == "null")
    implied = [kind for kind, keywords in _IMPLIED.items() if any(keyword in flat for keyword in keywords)]
    usual = ["string", "object"] if nested else ["object", "string"]
    return list(dict.fromkeys([*implied, *usual, "integer", "boolean", "array", "number", "null"]))
