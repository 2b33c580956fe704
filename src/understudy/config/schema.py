"""What the grammar looks like from outside: JSON Schema for editors, and the reference page.

Both are read off the declarations that also read scripts, so that they cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from understudy.config.grammar.document import DOCUMENT, SETTINGS
from understudy.config.grammar.failure import NAMED
from understudy.config.grammar.form import Form
from understudy.config.grammar.law import Lawful
from understudy.config.grammar.when import Conditions
from understudy.matching import when_schema
from understudy.timing import laws

_HEAD = """# Scripts

A script is a YAML file, or a JSON file when its name ends in `.json`. YAML is read by the core schema of YAML 1.2, as editors
do: `yes`, `off` and `12:30` are texts. Keys that are not listed here are refused, and so are keys given twice, tags of objects
and values of the wrong type; `understudy check` names all mistakes with file and line. `understudy schema` prints the JSON
Schema of this page.

Of several scripts on the command line the first one wins: its settings, responses and models replace those of the others, key
by key, and its rules are tried first. In the same way a script stands above what it extends, of several of these the last one
highest, and a preset stands below all scripts. The rules come first, then the responses, then the setting `reply`. Of rules of
several files that have one name, the first keeps it; another one is called `NAME of FILE`.

Durations are milliseconds when bare, or carry their unit: `250ms`, `1.5s`, `2m`. What stands under `shapes` has
[a page of its own](shapes.md).

```yaml
version: 1
rules:
  - name: weather
    when: {user: {contains: weather}, tools: get_weather}
    reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}]}
  - when: {model: "flaky-*"}
    replies: [{error: rate_limit}, {error: 500}, "third time lucky"]
responses:
  "what colour is the sky?": "Blue."
```
"""


def script_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of scripts."""
    defs: dict[str, Any] = {}
    body = DOCUMENT.body(defs)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Understudy script",
        **body,
        "$defs": dict(sorted(defs.items())),
    }


def script_markdown() -> str:
    """Write the reference page of every key of a script."""
    forms = dict.fromkeys(form for form in _forms(DOCUMENT) if form is not SETTINGS)
    sections = [_section(form) for form in forms]
    return "\n".join([_HEAD, *sections, _when(), _laws(), _error_names()])


def _inner(reader: Any) -> Iterator[Any]:
    """List the readers directly within a reader."""
    if isinstance(reader, Struct):
        yield from (value for value in asdict(reader).values() if callable(getattr(value, "schema", None)))


def _named(reader: Any) -> Iterator[Any]:
    """List the forms, conditions and laws that a reader leads to, not going into forms."""
    if isinstance(reader, Form | Conditions | Lawful):
        yield reader
    else:
        for inner in _inner(reader):
            yield from _named(inner)


def _forms(form: Form) -> Iterator[Form]:
    """List a form and all that it leads to, depth first."""
    yield form
    for key in form.keys.values():
        for inner in _named(key.reader):
            if isinstance(inner, Form):
                yield from _forms(inner)


def _section(form: Form) -> str:
    rows = [_row(key.name, _value(key.reader), key.about, required=key.required) for key in form.keys.values()]
    return f"## {form.name}\n\n{form.about}\n\n{_TABLE}" + "\n".join(rows) + "\n"


_TABLE = "| key | value | meaning |\n|---|---|---|\n"


def _row(name: str, value: str, about: str, *, required: bool = False) -> str:
    cells = (f"`{name}`" + (" (required)" if required else ""), value, about)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _value(reader: Any) -> str:
    links = ", ".join(dict.fromkeys(_link(inner) for inner in _named(reader)))
    if isinstance(reader, Form):
        return links
    expected: str = reader.expected.partition(" (")[0]
    return f"{expected}: {links}" if links else expected


def _link(reader: Form | Conditions | Lawful) -> str:
    if reader is SETTINGS:
        return "[settings](settings.md)"
    if isinstance(reader, Lawful):
        return "[law](#laws-of-time)"
    name = reader.name if isinstance(reader, Form) else "when"
    return f"[{name}](#{name})"


def _laws() -> str:
    rows = [_row(law.name, ", ".join(law.schema().get("properties", ["a duration"])), law.__doc__ or "") for law in laws()]
    return (
        "## Laws of time\n\nA duration, or a mapping of one of these names to its parameters.\n\n"
        + _LAWS
        + "\n".join(rows)
        + "\n"
    )


_LAWS = "| law | parameters | meaning |\n|---|---|---|\n"


def _when() -> str:
    schema = when_schema()
    rows = [_row(name, _kinds(wanted), wanted["description"]) for name, wanted in schema["properties"].items()]
    condition = schema["$defs"]["text_condition"]
    operators = next(way["properties"] for way in condition["anyOf"] if "properties" in way)
    also = [_row(name, _kinds(wanted), wanted["description"]) for name, wanted in operators.items()]
    return (
        f"## when\n\n{schema['description']}\n\n{_TABLE}" + "\n".join(rows) + "\n\n"
        f"## text condition\n\n{condition['description']}\n\n{_TABLE}" + "\n".join(also) + "\n"
    )


_TYPE_NAMES = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "array": "a list",
    "object": "a mapping",
}


def _kinds(schema: dict[str, Any]) -> str:
    """Say in words what a schema of a condition takes."""
    ways = schema.get("anyOf", [schema])
    names = ["a [text condition](#text-condition)" if "$ref" in way else _kind(way) for way in ways]
    return ", ".join(dict.fromkeys(names))


def _kind(schema: dict[str, Any]) -> str:
    if schema.get("type") == "array":
        items = schema["items"]
        return "a list of texts" if items.get("type") == "string" else "a list of text conditions"
    return _TYPE_NAMES.get(schema.get("type", ""), "any value")


def _error_names() -> str:
    rows = [f"| `{name}` | {status} |" for name, (status, _) in NAMED.items()]
    return "## Names of errors\n\nFor `error` in a reply.\n\n| name | status |\n|---|---|\n" + "\n".join(rows) + "\n"
