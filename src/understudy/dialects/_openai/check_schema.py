"""Whether a JSON Schema is one that the API takes: what strict mode supports, and the little it asks of every other schema.

In: a schema, and what it belongs to. Out: nothing, or the refusal in the API's words (wire.md 2.4; reports of its users, 2024
to 2026). Keywords of which nobody recorded a refusal pass.
"""

from __future__ import annotations

from typing import Any, NoReturn

from msgspec import Struct

from understudy.dialects._openai.check import refuse

_DEEPEST, _PROPERTIES, _MEMBERS = 10, 5_000, 1_000
_FEW_MEMBERS, _LETTERS = 250, 15_000  # an enumeration of more values than that may have so many characters
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
_TYPED = ("type", "anyOf", "enum")
_NOT_AT_THE_TOP = ("oneOf", "anyOf", "allOf", "enum", "const", "not")
_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")
_LESS = "Consider reducing the number of enums, or"


class Judge(Struct):
    """Refuses the schema of one thing; counts what the API limits."""

    what: str
    param: str
    code: str
    whole: dict[str, Any] = {}
    properties: int = 0
    members: int = 0
    deepest: int = 0

    def refuse(self, reason: str) -> NoReturn:
        """Raise the refusal of this schema."""
        refuse(f"Invalid schema for {self.what}: {reason}", self.param, self.code)

    def root(self, schema: dict[str, Any]) -> None:
        """Check that the whole is an object."""
        kind = schema.get("type")
        if kind != "object":
            shown = "None" if kind is None else str(kind)
            self.refuse(f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{shown}\"'.")

    def plain(self, schema: dict[str, Any]) -> None:
        """Check that the whole is nothing but an object."""
        self.root(schema)
        if any(keyword in schema for keyword in _NOT_AT_THE_TOP):
            keywords = "/".join(f"'{keyword}'" for keyword in _NOT_AT_THE_TOP)
            self.refuse(f"schema must have type 'object' and not have {keywords} at the top level.")

    def loose(self, schema: dict[str, Any]) -> None:
        """Check what is asked of every function: names for what it takes, and kinds for what its lists hold."""
        if "properties" not in schema:
            self._at((), "object schema missing properties.")
        self._lists(schema, ())

    def strict(self, schema: dict[str, Any]) -> None:
        """Check a whole schema of strict mode, how large it is last."""
        self.root(schema)
        self.whole = schema
        self._part(schema, (), 0)
        for keyword in ("$defs", "definitions"):
            definitions = schema.get(keyword)
            for name, part in definitions.items() if isinstance(definitions, dict) else ():
                self._part(part, (keyword, name), 0)
        self._limits()

    def _at(self, context: tuple[str, ...], reason: str) -> NoReturn:
        self.refuse(f"In context={context!r}, {reason}")

    def _lists(self, schema: Any, context: tuple[str, ...]) -> None:
        if not isinstance(schema, dict) or len(context) > _FAR:
            return
        self._kinds(schema)
        if schema.get("type") == "array" and "items" not in schema:
            self._at(context, "array schema missing items.")
        self._lists(schema.get("items"), (*context, "items"))
        properties = schema.get("properties")
        for name, part in properties.items() if isinstance(properties, dict) else ():
            self._lists(part, (*context, "properties", name))

    def _kinds(self, schema: dict[str, Any]) -> None:
        """Check what lists and holds properties (quoted in CherryHQ/cherry-studio 4188, FoundationAgents/OpenManus 1162)."""
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(properties, dict):
            self.refuse(f"{properties!r} is not of type 'object'.")
        for part in properties.values():
            if not isinstance(part, dict | bool):
                self.refuse(f"{part!r} is not of type 'object', 'boolean'.")
        if not isinstance(required, list):
            self.refuse(f"{required!r} is not of type 'array'.")
        for name in required:
            if not isinstance(name, str):
                self.refuse(f"{name!r} is not of type 'string'.")

    def _part(self, schema: Any, context: tuple[str, ...], depth: int) -> None:
        if not isinstance(schema, dict):
            self._at(context, "schema must be an object.")
        if len(context) > _FAR:
            self.refuse(f"{len(context) // 2} levels of nesting exceeds limit of {_DEEPEST}.")
        for keyword in _NOT_PERMITTED:
            if keyword in schema:
                self._at(context, f"'{keyword}' is not permitted.")
        if "$ref" in schema:
            self._reference(schema, context)
            return
        if not any(keyword in schema for keyword in _TYPED):
            self._at(context, "schema must have a 'type' key.")
        if schema.get("format", _FORMATS[0]) not in _FORMATS:
            self._at(context, f"'{schema['format']}' is not a valid format.")
        self._enumeration(schema.get("enum"))
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "object" in kinds:
            self._object(schema, context, depth + 1)
        if "array" in kinds:
            self._array(schema, context, depth)
        branches = schema.get("anyOf")
        for i, branch in enumerate(branches if isinstance(branches, list) else ()):
            self._part(branch, (*context, "anyOf", str(i)), depth)

    def _reference(self, schema: dict[str, Any], context: tuple[str, ...]) -> None:
        """Check that a reference stands alone, and leads somewhere."""
        stray = sorted(key for key in schema if key != "$ref")
        if stray:
            self.refuse(f"context={context!r}, $ref cannot have keywords {{{', '.join(map(repr, stray))}}}.")
        target: Any = self.whole
        path = str(schema["$ref"])
        for name in path.removeprefix("#").strip("/").split("/") if path not in ("#", "#/") else ():
            target = target.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(target, dict) else None
        if target is None:
            self._at(context, f"reference to component '{path}' which was not found in the schema.")

    def _enumeration(self, values: Any) -> None:
        if not isinstance(values, list):
            return
        self.members += len(values)
        letters = sum(len(value) for value in values if isinstance(value, str))
        if len(values) > _FEW_MEMBERS and letters > _LETTERS:
            self.refuse(
                f"Expected at most {_LETTERS} total characters across enum values when there are more than {_FEW_MEMBERS} enum "
                f"values, but received {letters}. {_LESS} opt out of structured outputs by setting 'strict: false'."
            )

    def _object(self, schema: dict[str, Any], context: tuple[str, ...], depth: int) -> None:
        self.deepest = max(self.deepest, depth)
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
        for name, part in properties.items():
            self._part(part, (*context, "properties", name), depth)

    def _array(self, schema: dict[str, Any], context: tuple[str, ...], depth: int) -> None:
        if "items" not in schema:
            self._at(context, "array schema missing items.")
        if not isinstance(schema["items"], dict):
            self._at(context, "array schema items is not an object.")
        self._part(schema["items"], (*context, "items"), depth)

    def _limits(self) -> None:
        if self.deepest > _DEEPEST:
            self.refuse(f"{self.deepest} levels of nesting exceeds limit of {_DEEPEST}.")
        if self.properties > _PROPERTIES:
            self.refuse(f"{self.properties} parameters exceeds limit of {_PROPERTIES}.")
        if self.members > _MEMBERS:
            self.refuse(
                f"Expected at most {_MEMBERS} enum values in total within a single schema when using structured outputs, but "
                f"received {self.members}. {_LESS} use 'strict: false' to opt out of structured outputs."
            )


def function(tool: dict[str, Any], path: str) -> None:
    """Check the parameters of a function as all servers do that speak this API."""
    schema = tool.get("parameters")
    if not isinstance(schema, dict):
        return
    judge = Judge(f"function '{tool['name']}'", f"{path}.parameters", "invalid_function_parameters")
    if tool.get("strict") is True:
        judge.plain(schema)
        judge.strict(schema)
    elif schema.get("type") is not None:
        judge.root(schema)


def loose(tool: dict[str, Any], path: str) -> None:
    """Check the parameters of a function that need not be strict; none at all are fine."""
    schema = tool.get("parameters")
    if not schema or tool.get("strict") is True:
        return
    judge = Judge(f"function '{tool['name']}'", f"{path}.parameters", "invalid_function_parameters")
    judge.plain(schema)
    judge.loose(schema)


def answer_format(form: dict[str, Any], path: str) -> None:
    """Check the schema of a structured answer."""
    schema = form.get("schema")
    if not isinstance(schema, dict):
        return
    judge = Judge(f"response_format '{form['name']}'", path, "invalid_json_schema")
    if form.get("strict") is True:
        if "anyOf" in schema:
            judge.plain(schema)
        judge.strict(schema)
    elif schema.get("type") is not None:
        judge.root(schema)
