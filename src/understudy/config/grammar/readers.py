"""How script values are read: small readers that check, report and describe one shape of value each.

A reader turns plain data into the value the program uses, tells the report everything that is wrong with it, and gives the JSON
Schema of what it takes. From one declaration come the reading, the messages, the schema and the reference page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

from msgspec import Struct

from understudy.config.grammar.report import Report
from understudy.config.source import Place
from understudy.config.values import IN_QUOTES, Kind, describe

Schema = dict[str, Any]


class Invalid:
    """What reading gives for a value that was reported."""


INVALID: Final = Invalid()


class Reader(Protocol):
    """Reads one shape of value. `expected` says which in a few words."""

    @property
    def expected(self) -> str:
        """What is taken, in a few words."""
        ...

    def read(self, value: Any, at: Place, report: Report, /) -> Any:
        """Read a value, or report what is wrong with it and return INVALID."""
        ...

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """Describe what is taken; named forms go into `defs`."""
        ...


class Scalar(Struct, frozen=True):
    """One scalar value; what a `secret` one is, no message tells."""

    kind: Kind
    secret: bool = False

    @property
    def expected(self) -> str:
        """What is taken, in a few words."""
        return self.kind.expected

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read the value by its kind."""
        try:
            return self.kind.read(value)
        except ValueError:
            for misfit in self.kind.misfits(value):
                report.add((*at, *misfit.at), misfit.told(secret=self.secret))
            return INVALID

    def schema(self, _defs: dict[str, Schema]) -> Schema:
        """Give the schema of the kind."""
        return dict(self.kind.schema)


class Data(Struct, frozen=True):
    """Any value, taken as it is."""

    expected: str = "any value"

    def read(self, value: Any, _at: Place, _report: Report) -> Any:
        """Take the value."""
        return value

    def schema(self, _defs: dict[str, Schema]) -> Schema:
        """Allow everything."""
        return {}


class AsWritten(Struct, frozen=True):
    """A value that is checked now and kept as it was written."""

    reader: Reader

    @property
    def expected(self) -> str:
        """What is taken, in a few words."""
        return self.reader.expected

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read the value for its mistakes."""
        return INVALID if self.reader.read(value, at, report) is INVALID else value

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Give the schema of the reader within."""
        return self.reader.schema(defs)


class Made(Struct, frozen=True):
    """A value that becomes another one: `make` is given what was read."""

    reader: Reader
    make: Callable[[Any], Any]

    @property
    def expected(self) -> str:
        """What is taken, in a few words."""
        return self.reader.expected

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read and make."""
        found = self.reader.read(value, at, report)
        return found if found is INVALID else self.make(found)

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Give the schema of the reader within."""
        return self.reader.schema(defs)


class ListOf(Struct, frozen=True):
    """A list, every item read alike, into a tuple. `check` looks at the items together, those that are wrong among them."""

    item: Reader
    expected: str
    least: int = 0
    check: Callable[[tuple[Any, ...], Place, Report], bool] | None = None

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read every item; one wrong item makes the list wrong."""
        if not isinstance(value, list):
            report.mismatch(at, self.expected, value)
            return INVALID
        if len(value) < self.least:
            report.add(at, f"expected {self.expected}, got an empty list.")
            return INVALID
        items = tuple(self.item.read(item, (*at, index), report) for index, item in enumerate(value))
        fits = self.check is None or self.check(items, at, report)
        return items if fits and INVALID not in items else INVALID

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Describe the array."""
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.schema(defs), **least}


class MappingOf(Struct, frozen=True):
    """A mapping with free keys, every value read alike, into a dict. `check` looks at the keys together."""

    value: Reader
    expected: str
    check: Callable[[dict[str, Any], Place, Report], bool] | None = None

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read every value; one wrong value makes the mapping wrong."""
        if not isinstance(value, dict):
            report.mismatch(at, self.expected, value)
            return INVALID
        values = {key: self.value.read(inner, (*at, key), report) for key, inner in value.items()}
        fits = self.check is None or self.check(values, at, report)
        return values if fits and INVALID not in values.values() else INVALID

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Describe the object."""
        return {"type": "object", "additionalProperties": self.value.schema(defs)}


class Word(Struct, frozen=True):
    """One value and no other."""

    value: Literal[True, 1]
    expected: str

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Take the value."""
        if value is not self.value and (type(value), value) != (type(self.value), self.value):
            report.mismatch(at, self.expected, value)
            return INVALID
        return value

    def schema(self, _defs: dict[str, Schema]) -> Schema:
        """Allow the value."""
        return {"const": self.value}


class ByType(Struct, frozen=True):
    """A value that may be written in several ways, told apart by its type."""

    expected: str
    text: Reader | None = None
    number: Reader | None = None
    switch: Reader | None = None
    sequence: Reader | None = None
    mapping: Reader | None = None
    nothing: Reader | None = None

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read by the reader for the type."""
        reader = self._for(value)
        if reader is None:
            report.mismatch(at, self.expected, value, advice=IN_QUOTES.strip() if self._mended(value, at, report) else "")
            return INVALID
        return reader.read(value, at, report)

    def _mended(self, value: Any, at: Place, report: Report) -> bool:
        """Say whether a number or a switch would do as a text."""
        if self.text is None or not isinstance(value, bool | int | float):
            return False
        return self.text.read(describe(value), at, Report(report.document, report.checks)) is not INVALID

    def _for(self, value: Any) -> Reader | None:
        match value:
            case bool():
                return self.switch
            case str():
                return self.text
            case int() | float():
                return self.number
            case list():
                return self.sequence
            case dict():
                return self.mapping
            case _:
                return self.nothing

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Describe every way; the readers' schemas must tell types apart."""
        ways: list[Schema] = []
        for reader in (self.text, self.number, self.switch, self.sequence, self.mapping, self.nothing):
            schema = reader.schema(defs) if reader else {}
            if reader and schema not in ways:
                ways.append(schema)
        return {"anyOf": ways}


def listed(names: list[str]) -> str:
    """Write names as a choice: `a, b or c`."""
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
