"""`when`: conditions on a call, for rules and faults. The keys are those of the matching room."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, get_args

from msgspec import Struct

from understudy import dialects
from understudy.config.grammar.readers import INVALID, Schema
from understudy.config.grammar.report import Report
from understudy.config.source import Place
from understudy.config.values import describe
from understudy.kinds import nearest
from understudy.matching import ConditionErrors, When, fold, named_schema, when_schema
from understudy.model.call import UNRULED, Call, Operation
from understudy.model.http import Request, RequestHead

_OPERATIONS: Final = get_args(Operation)
_NOTHING: Final = Request(RequestHead("GET", "/", "/", "", {}), b"", 0.0)


class Conditions(Struct, frozen=True):
    """Conditions, compiled; `calls` says which they are asked of, of whose operations none is among `without`."""

    expected: str = "a mapping of conditions"
    calls: str = ""
    without: tuple[Operation, ...] = ()

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
        if "operation" in value and self.without and not _holds_of_one(value["operation"], self.without):
            left = ", ".join(operation for operation in _OPERATIONS if operation not in self.without)
            report.add(
                (*at, "operation"), f"operation: expected one {self.calls} ({left}), got {describe(value['operation'])}."
            )
            return INVALID
        return when

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Hoist the definitions of the conditions."""
        if "when" not in defs:
            schema = when_schema()
            defs.update(schema.pop("$defs", {}))
            schema["properties"]["dialect"] |= named_schema(dialects.load().names())
            defs["when"] = schema
        return {"$ref": "#/$defs/when"}


OF_RULES: Final = Conditions(calls="that rules answer", without=UNRULED)
"""The conditions of a rule."""

OF_FAULTS: Final = Conditions(calls="that faults strike")
"""The conditions of a fault."""


def _holds_of_one(wanted: object, without: tuple[Operation, ...]) -> bool:
    test = When.build({"operation": wanted}).test
    return any(test(Call(one, ""), _NOTHING) is not None for one in _OPERATIONS if one not in without)


@cache
def any_call() -> When:
    """The condition of a rule without `when`."""
    return When.build({})
