"""`faults` and `fault`: what goes wrong, at the top, in a model, a rule, a reply or a phase of the timeline.

A fault is a mapping with its kind, or the line that the header X-Understudy-Fault takes. The kinds, and what each may be told,
are those of the faults room; here the conditions of `when` are added, which that room does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from understudy.config.grammar.readers import INVALID, ByType, ListOf, Made, Schema
from understudy.config.grammar.report import Report
from understudy.config.grammar.when import OF_FAULTS
from understudy.config.source import Place
from understudy.faults import Armed, FaultError, build, entry_schema, names, parse
from understudy.kinds import nearest


class _Line(Struct, frozen=True):
    """Faults as the header has them."""

    expected: str = "a line such as 'reset;event=3'"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read the line."""
        try:
            return parse(value)
        except FaultError as error:
            report.add(at, f"{str(error).rstrip('.?')}{'?' if str(error).endswith('?') else '.'}")
            return INVALID

    def schema(self, _defs: dict[str, Schema]) -> Schema:
        """Allow a text; its grammar is told by `check`."""
        return {"type": "string", "pattern": r"\S"}


class _Entry(Struct, frozen=True):
    """A mapping with a kind."""

    expected: str = "a mapping with a kind"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read the mapping."""
        if not isinstance(value, dict):
            report.mismatch(at, self.expected, value)
            return INVALID
        if "kind" not in value:
            report.add(at, f"expected the key 'kind', one of {', '.join(names())}, got none.")
            return INVALID
        kind = value["kind"]
        if not isinstance(kind, str) or kind not in names():
            hint = nearest(kind, names()) if isinstance(kind, str) else ""
            report.mismatch((*at, "kind"), f"one of {', '.join(names())}", kind, advice=hint.strip())
            return INVALID
        when = OF_FAULTS.read(value["when"], (*at, "when"), report) if "when" in value else None
        try:
            armed = build(kind, {key: inner for key, inner in value.items() if key not in {"kind", "when"}})
        except FaultError as error:
            text = str(error)
            report.add((*at, error.key) if error.key in value else at, text if text.endswith((".", "?")) else f"{text}.")
            return INVALID
        if when is None or when is INVALID:
            return INVALID if when is INVALID else (armed,)
        return (replace(armed, test=when.test, chooses=when.names("operation")),)

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Describe every kind."""
        if "fault" not in defs:
            defs["fault"] = {}  # holds the place while the kinds are described
            defs["fault"] = entry_schema(defs, OF_FAULTS.schema(defs))
        return {"$ref": "#/$defs/fault"}


def _joined(found: Iterable[tuple[Armed, ...]]) -> tuple[Armed, ...]:
    return tuple(chain.from_iterable(found))


_ONE = ByType("a fault: a mapping with a kind, or a line such as 'reset;event=3'", text=_Line(), mapping=_Entry())

FAULTS = Made(ListOf(_ONE, "a list of faults"), _joined)
"""A list of faults; reads into a tuple of `Armed`."""

FAULT_OR_FAULTS = ByType("a fault or a list of faults", text=_Line(), mapping=_Entry(), sequence=FAULTS)
"""One fault or several; reads into a tuple of `Armed`."""
