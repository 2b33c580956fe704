"""Whether a JSON Schema is one that the API takes: what strict mode supports, and the little it asks of every other schema.

In: a schema, and what it belongs to. Out: nothing, or the refusal in the API's words (wire.md 2.4). Keywords of which nobody
recorded a refusal pass.
"""

from __future__ import annotations

from typing import Any, NoReturn

from msgspec import Struct

from understudy.dialects._openai.check import refuse

_DEEPEST, _PROPERTIES, _MEMBERS = 10, 5_000, 1_000
_FAR = 100  # levels that are looked through at all
_NOT_PERMITTED = (
    "allOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "unevaluatedProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
    "uniqueItems",
    "default",
)
_TYPED = ("type", "anyOf", "$ref", "enum", "const")
_BESIDE_REF = ("$ref", "$defs", "definitions", "description", "title")


class Judge(Struct):
    """Refuses the schema of one thing; counts what the API limits."""

    what: str
    param: str
    code: str | None
    properties: int = 0
    members: int = 0

    def refuse(self, reason: str) -> NoReturn:
        """Raise the refusal of this schema."""
        refuse(f"Invalid schema for {self.what}: {reason}", self.param, self.code)

    def root(self, schema: dict[str, Any]) -> None:
        """Check that the whole is an object."""
        kind = schema.get("type")
        if kind != "object":
            shown = "None" if kind is None else str(kind)
            self.refuse(f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{shown}\"'.")

    def strict(self, schema: dict[str, Any]) -> None:
        """Check a whole schema of strict mode."""
        self.root(schema)
        if "anyOf" in schema:
            self._at((), "schema must not have 'anyOf' at the top level.")
        self._part(schema, (), 0)
        for keyword in ("$defs", "definitions"):
            definitions = schema.get(keyword)
            for name, part in definitions.items() if isinstance(definitions, dict) else ():
                self._part(part, (keyword, name), 0)

    def _at(self, context: tuple[str, ...], reason: str) -> NoReturn:
        self.refuse(f"In context={context!r}, {reason}")

    def _part(self, schema: Any, context: tuple[str, ...], depth: int) -> None:
        if not isinstance(schema, dict):
            self._at(context, "schema must be an object.")
        if len(context) > _FAR:
            self.refuse(f"{_DEEPEST} levels of nesting exceeded.")
        for keyword in _NOT_PERMITTED:
            if keyword in schema:
                self._at(context, f"'{keyword}' is not permitted.")
        if "$ref" in schema:
            stray = [key for key in schema if key not in _BESIDE_REF]
            if stray:
                self._at(context, f"$ref cannot have keywords {set(stray[:1])!r}.")
            return
        if not any(keyword in schema for keyword in _TYPED):
            self._at(context, "schema must have a 'type' key.")
        if isinstance(schema.get("enum"), list):
            self.members += len(schema["enum"])
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "object" in kinds:
            self._object(schema, context, depth + 1)
        if "array" in kinds:
            self._array(schema, context, depth)
        branches = schema.get("anyOf")
        for i, branch in enumerate(branches if isinstance(branches, list) else ()):
            self._part(branch, (*context, "anyOf", str(i)), depth)
        self._limits()

    def _object(self, schema: dict[str, Any], context: tuple[str, ...], depth: int) -> None:
        if depth > _DEEPEST:
            self.refuse(f"{depth} levels of nesting exceeds limit of {_DEEPEST}.")
        if schema.get("additionalProperties") is not False:
            self._at(context, "'additionalProperties' is required to be supplied and to be false.")
        properties = schema.get("properties", {})
        if not isinstance(properties, dict):
            self._at(context, "'properties' must be an object.")
        required = schema.get("required", [] if not properties else None)
        names = required if isinstance(required, list) else []
        for name in properties:
            if name not in names:
                message = "'required' is required to be supplied and to be an array including every key in properties."
                self._at(context, f"{message} Missing '{name}'.")
        for name in names:
            if name not in properties:
                message = "'required' is required to be supplied and to be an array including every key in properties."
                self._at(context, f"{message} Extra required key '{name}' supplied.")
        self.properties += len(properties)
        self._limits()
        for name, part in properties.items():
            self._part(part, (*context, "properties", name), depth)

    def _array(self, schema: dict[str, Any], context: tuple[str, ...], depth: int) -> None:
        if "items" not in schema:
            self._at(context, "array schema missing items.")
        self._part(schema["items"], (*context, "items"), depth)

    def _limits(self) -> None:
        if self.properties > _PROPERTIES:
            self.refuse(f"Expected at most {_PROPERTIES} object properties in total, but got {self.properties}.")
        if self.members > _MEMBERS:
            self.refuse(f"Expected at most {_MEMBERS} enum values in total, but got {self.members}.")


def function(tool: dict[str, Any], path: str) -> None:
    """Check the parameters of a function."""
    schema = tool.get("parameters")
    if not isinstance(schema, dict):
        return
    judge = Judge(f"function '{tool['name']}'", f"{path}.parameters", "invalid_function_parameters")
    if tool.get("strict") is True:
        judge.strict(schema)
    elif schema.get("type") is not None:
        judge.root(schema)


def answer_format(form: dict[str, Any], path: str) -> None:
    """Check the schema of a structured answer."""
    schema = form.get("schema")
    if not isinstance(schema, dict):
        return
    judge = Judge(f"response_format '{form['name']}'", path, None)
    if form.get("strict") is True:
        judge.strict(schema)
    elif schema.get("type") is not None:
        judge.root(schema)
