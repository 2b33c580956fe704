"""Mappings with known keys: what each may hold, what it means, what becomes of them.

A form is declared once; from it come the reading, the messages about unknown and missing keys, the JSON Schema and the
reference page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from understudy.config.grammar.readers import INVALID, Reader, Schema, listed
from understudy.config.grammar.report import Report
from understudy.config.source import Place
from understudy.config.values import describe
from understudy.kinds import hint


class Key(Struct, frozen=True):
    """One key of a form: its name, how its value is read, what it means."""

    name: str
    reader: Reader
    about: str
    required: bool = False
    default: Any = None


class Form:
    """A mapping with known keys. `build` makes the value of what was read; it may report and return INVALID.

    `also` is JSON Schema of what `build` checks between keys.
    """

    def __init__(
        self,
        name: str,
        about: str,
        keys: Iterable[Key],
        build: Callable[[dict[str, Any], Place, Report], Any],
        *,
        also: Schema | None = None,
    ) -> None:
        self.name = name
        self.about = about
        self.keys = {key.name: key for key in keys}
        self.required = [key.name for key in self.keys.values() if key.required]
        self._also = also or {}
        self._build = build

    @property
    def expected(self) -> str:
        """What is taken, in a few words."""
        names = list(self.keys)
        return f"a mapping with {listed(names)}" if len(names) < 10 else f"a mapping with keys such as {listed(names[:3])}"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read every key, then build."""
        if not isinstance(value, dict):
            report.mismatch(at, self.expected, value)
            return INVALID
        fields: dict[str, Any] = {}
        unknown = []
        for name, inner in value.items():
            key = self.keys.get(name)
            if key is None:
                unknown.append(name)
            else:
                fields[name] = key.reader.read(inner, (*at, name), report)
        for name in unknown:
            report.add((*at, name), self._unknown(name))
        # A missing key is likely to be there under a wrong name, and then said already.
        missing = [name for name in self.required if name not in value] if not unknown else []
        for name in missing:
            report.add(at, f"expected the key {name!r}, got none.")
        if unknown or missing or INVALID in fields.values():
            return INVALID
        return self._build(fields, at, report)

    def _unknown(self, name: str) -> str:
        return f"unknown key {describe(name)}{hint(name, self.keys)}"

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Describe the object in `defs` and refer to it."""
        if self.name not in defs:
            defs[self.name] = {}  # holds the place while the keys are described
            defs[self.name] = self.body(defs)
        return {"$ref": f"#/$defs/{self.name}"}

    def body(self, defs: dict[str, Schema]) -> Schema:
        """Describe the object in place."""
        properties = {key.name: _described(key, defs) for key in self.keys.values()}
        return {
            "type": "object",
            "description": self.about,
            "properties": properties,
            **({"required": self.required} if self.required else {}),
            "additionalProperties": False,
            **self._also,
        }


def _described(key: Key, defs: dict[str, Schema]) -> Schema:
    default = {} if key.default is None else {"default": key.default}
    return {**key.reader.schema(defs), "description": key.about, **default}


def arguments(fields: dict[str, Any]) -> dict[str, Any]:
    """Spell keys as Python does: `input-tpm` as input_tpm."""
    return {name.replace("-", "_"): value for name, value in fields.items()}


def into(make: Callable[..., Any]) -> Callable[[dict[str, Any], Place, Report], Any]:
    """Build by passing what was read as keyword arguments."""

    def build(fields: dict[str, Any], _at: Place, _report: Report) -> Any:
        return make(**fields)

    return build
