"""`when`: conditions on a call, for rules and faults. The keys are those of the matching room."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from understudy import dialects
from understudy.config.grammar.readers import INVALID, Schema
from understudy.config.grammar.report import Report
from understudy.config.source import Place
from understudy.kinds import nearest
from understudy.matching import ConditionErrors, When, fold, when_schema


class Conditions(Struct, frozen=True):
    """Conditions, compiled."""

    expected: str = "a mapping of conditions"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Compile the conditions."""
        try:
            when = When.build(value)
        except ConditionErrors as mistakes:
            for path, message in mistakes.errors:
                report.add((*at, *path), message)
            return INVALID
        named = value.get("dialect")
        if isinstance(named, str) and fold(named) not in (known := dialects.load().names()):
            report.add((*at, "dialect"), f"dialect: expected one of {', '.join(known)}, got {named!r}.{nearest(named, known)}")
            return INVALID
        return when

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Hoist the definitions of the conditions."""
        if "when" not in defs:
            schema = when_schema()
            defs.update(schema.pop("$defs", {}))
            defs["when"] = schema
        return {"$ref": "#/$defs/when"}


@cache
def any_call() -> When:
    """The condition of a rule without `when`."""
    return When.build({})
