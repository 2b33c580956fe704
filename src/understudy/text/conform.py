"""Whether a value is valid against a JSON Schema (draft 2020-12, and what earlier drafts spell otherwise).

In: schema and value. Out: yes or no. Schemas come from clients: nothing here raises on a senseless one (a keyword of the wrong
type is no constraint), and the work is bounded; when the bound is reached the answer is yes. Of formats those are checked that
not every text has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.text.formats import has
from understudy.text.keywords import (
    TYPES,
    array_items,
    bound,
    distinct,
    is_multiple,
    is_number,
    limits,
    listed,
    mapping,
    member_schemas,
    names,
    resolve,
    same,
    types_of,
)
from understudy.text.pattern import fits, work

_STEPS = 50_000
_STEP = 800  # work of a search for a pattern that counts as one step
_DEEPEST = 60


class Checker:
    """Checks values against the parts of one schema, until its work is used up; from then on it accepts everything."""

    def __init__(self, root: object) -> None:
        self._root = root
        self._steps = _STEPS
        self._fits: dict[tuple[str, str], bool] = {}  # texts that patterns were searched in: most are asked about again

    def accepts(self, schema: object, value: object) -> bool:
        """Say whether a value is valid against a schema that stands in the root schema."""
        return self._valid(schema, value, 0)

    def _valid(self, schema: object, value: object, depth: int) -> bool:
        self._steps -= 1
        if not isinstance(schema, dict) or self._steps < 0 or depth > _DEEPEST:
            return schema is not False
        types = types_of(schema)
        if types and not any(TYPES[name](value) for name in types):
            return False
        if "const" in schema and not same(schema["const"], value):
            return False
        members = schema.get("enum")
        if isinstance(members, list) and not any(same(member, value) for member in members):
            return False
        return self._valid_content(schema, value, depth) and self._valid_parts(schema, value, depth)

    def _valid_content(self, schema: dict[str, Any], value: object, depth: int) -> bool:
        if isinstance(value, str):
            return _valid_string(schema, value) and self._has_pattern(schema, value)
        if isinstance(value, list):
            return self._valid_array(schema, value, depth)
        if isinstance(value, dict):
            return self._valid_object(schema, value, depth)
        return not is_number(value) or _valid_number(schema, value)

    def _has_pattern(self, schema: Mapping[str, Any], text: str) -> bool:
        pattern = schema.get("pattern")
        return not isinstance(pattern, str) or self.finds(pattern, text)

    def finds(self, pattern: str, text: str) -> bool:
        """Say whether a pattern is found in a text; once the work is used up, no new one is."""
        asked = pattern, text
        if asked not in self._fits:
            if self._steps < 0:
                return False
            self._steps -= work(pattern, text) // _STEP
            self._fits[asked] = fits(pattern, text)
        return self._fits[asked]

    def _valid_parts(self, schema: dict[str, Any], value: object, depth: int) -> bool:
        """Check the keywords that combine schemas."""

        def valid(part: object) -> bool:
            return self._valid(part, value, depth + 1)

        if "$ref" in schema and not valid(resolve(self._root, schema["$ref"])):
            return False
        if not all(map(valid, listed(schema, "allOf"))):
            return False
        for key, most in (("anyOf", None), ("oneOf", 1)):
            branches = listed(schema, key)
            if branches:
                fitting = sum(map(valid, branches))
                if not fitting or fitting > (most or fitting):
                    return False
        if "not" in schema and isinstance(schema["not"], dict | bool) and valid(schema["not"]):
            return False
        branch = "then" if "if" in schema and valid(schema["if"]) else "else"
        return "if" not in schema or branch not in schema or valid(schema[branch])

    def _valid_array(self, schema: dict[str, Any], items: list[Any], depth: int) -> bool:
        first, rest = array_items(schema)
        if not all(self._valid(part, item, depth + 1) for part, item in zip(first, items, strict=False)):
            return False
        if not all(self._valid(rest, item, depth + 1) for item in items[len(first) :]):
            return False
        if "contains" in schema:
            found = sum(self._valid(schema["contains"], item, depth + 1) for item in items)
            if found < bound(schema, "minContains", 1) or found > bound(schema, "maxContains", found):
                return False
        if schema.get("uniqueItems") is True and not distinct(items):
            return False
        return bound(schema, "minItems", 0) <= len(items) <= bound(schema, "maxItems", len(items))

    def _valid_object(self, schema: dict[str, Any], members: dict[str, Any], depth: int) -> bool:
        if any(key not in members for key in names(schema, "required")):
            return False
        for key, value in members.items():
            parts = member_schemas(schema, key, self.finds)
            if self._steps < 0:
                return True
            if not all(self._valid(part, value, depth + 1) for part in parts):
                return False
            if "propertyNames" in schema and not self._valid(schema["propertyNames"], key, depth + 1):
                return False
        for key, needed in mapping(schema, "dependentRequired").items():
            if key in members and isinstance(needed, list) and any(isinstance(n, str) and n not in members for n in needed):
                return False
        for key, part in mapping(schema, "dependentSchemas").items():
            if key in members and not self._valid(part, members, depth + 1):
                return False
        return bound(schema, "minProperties", 0) <= len(members) <= bound(schema, "maxProperties", len(members))


def _valid_string(schema: Mapping[str, Any], text: str) -> bool:
    if not bound(schema, "minLength", 0) <= len(text) <= bound(schema, "maxLength", len(text)):
        return False
    form = schema.get("format")
    return not isinstance(form, str) or has(form, text)


def _valid_number(schema: Mapping[str, Any], number: Any) -> bool:
    low, without_low, high, without_high = limits(schema)
    if low is not None and (number < low or (without_low and number == low)):
        return False
    if high is not None and (number > high or (without_high and number == high)):
        return False
    step = schema.get("multipleOf")
    return not is_number(step) or step <= 0 or is_multiple(number, step)
