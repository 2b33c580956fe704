"""Fields that a prompt lists one after the other, each with its Python type.

Clients that work with any model write "fields: `age` (must be formatted as a valid Python int), then `admin` (...)". In: a
text. Out: a JSON Schema. Makes no values, and knows no types but those of the language itself.
"""

from __future__ import annotations

import ast
import re
from typing import Any

_TYPED = r"`\w{1,80}`(?: \([^`()\n]{0,400}\))?"
_LIST = re.compile(rf"\bfields?\b[^`\n]{{0,40}}((?:{_TYPED}, then ){{0,60}}{_TYPED})")
_FIELD = re.compile(r"`(\w{1,80})`(?: \([^`()\n]{0,60}Python ([^`()\n]{1,340})\))?")
PLAIN = {
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "str": "string",
    "dict": "object",
    "list": "array",
    # some write these as if they were Python's
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "object": "object",
    "array": "array",
}
"""The types of JSON Schema by the names that prompts have for them."""


def listed_fields(text: str) -> dict[str, Any] | None:
    """Make a schema of the fields that a text lists; None when it lists none."""
    found = _LIST.search(text)
    if found is None:
        return None
    members = {name: typed(written) for name, written in _FIELD.findall(found[1])}
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def typed(written: str) -> dict[str, Any]:
    """The schema of a type as Python writes it; of one that cannot be read, a text."""
    try:
        return _schema(ast.parse(written or "str", mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {"type": "string"}


def _schema(node: ast.expr) -> dict[str, Any]:
    if isinstance(node, ast.Constant) and node.value is None:
        return {"type": "null"}
    if isinstance(node, ast.BinOp):
        return {"anyOf": [_schema(node.left), _schema(node.right)]}
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _of(node.value.id, node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])
    return {"type": PLAIN.get(node.id, "string")} if isinstance(node, ast.Name) else {"type": "string"}


def _of(name: str, inner: list[ast.expr]) -> dict[str, Any]:
    """A type with types in brackets."""
    if name == "Literal":
        return {"enum": [ast.literal_eval(item) for item in inner]}
    if name in ("Optional", "Union"):
        return {"anyOf": [*map(_schema, inner), *([{"type": "null"}] if name == "Optional" else [])]}
    if name in ("list", "List"):
        return {"type": "array", "items": _schema(inner[0])}
    return {"type": "object" if name in ("dict", "Dict") else "string"}
