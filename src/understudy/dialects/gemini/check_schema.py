"""What the Gemini API refuses of a schema of its own kind that is well formed.

In: a schema as `check` read it, and where it stands. Out: complaints. Sources: empty objects, pipecat-ai/pipecat-flows 110 and
reports to 2026 of nested ones (the outermost may be empty since 2025, pydantic/pydantic-ai 1998); lists without items, formats,
empty names, reports to 2026; names that are no texts, decolua/9router 359; required members that are not there, a list of the
rules in a tool's guide (2026). JSON Schemas (`parametersJsonSchema`, `responseJsonSchema`) are taken as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_FORMATS = ("", "enum", "date-time")


def complaints(schema: dict[str, Any], path: str, *, inner: bool = False) -> Iterator[tuple[str, str]]:
    """Name the places that are wrong, and why.

    Args:
        schema: what is looked at.
        path: where it stands.
        inner: whether it is part of another.
    """
    kind, properties = str(schema.get("type", "")).upper(), schema.get("properties", {})
    if kind == "OBJECT" and inner and not properties and not schema.get("additionalProperties"):
        yield f"{path}.properties", "should be non-empty for OBJECT type"
    if kind == "ARRAY" and "items" not in schema:
        yield f"{path}.items", "missing field."
    if kind == "STRING" and schema.get("format", "") not in _FORMATS:
        yield f"{path}.format", "only 'enum' and 'date-time' are supported for STRING type"
    if schema.get("enum") and kind not in ("STRING", ""):
        yield f"{path}.enum", "only allowed for STRING type"
    yield from ((f"{path}.enum[{i}]", "cannot be empty") for i, name in enumerate(schema.get("enum", ())) if not name)
    if kind == "OBJECT" and properties:
        wanted = enumerate(schema.get("required", ()))
        yield from ((f"{path}.required[{i}]", "property is not defined") for i, name in wanted if name not in properties)
    for name, part in properties.items():
        yield from complaints(part, f"{path}.properties[{name}]", inner=True)
    for i, part in enumerate(schema.get("anyOf", ())):
        yield from complaints(part, f"{path}.any_of[{i}]", inner=True)
    if "items" in schema:
        yield from complaints(schema["items"], f"{path}.items", inner=True)
