"""Laws of time in scripts: a duration, or a mapping with the name of one law of the timing room and its parameters."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy.config.grammar.readers import INVALID, Scalar, Schema, listed
from understudy.config.grammar.report import Report
from understudy.config.quantities import DURATION
from understudy.config.source import Place
from understudy.config.values import describe
from understudy.kinds import nearest
from understudy.timing import laws


class Lawful(Struct, frozen=True):
    """A duration, always the same, or one that follows a law."""

    expected: str = "a duration such as 250ms or 1.5s, or a law such as {uniform: {min: 1s, max: 2s}}"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Make the law."""
        if not isinstance(value, dict):
            return self._law("fixed", value, at, report) if self._is_duration(value, at, report) else INVALID
        if len(value) != 1:
            report.add(at, f"expected one law of {listed(laws().names())}, got {len(value)}.")
            return INVALID
        ((name, parameters),) = value.items()
        at = (*at, name)
        if name in laws().names():
            return self._law(name, parameters, at, report)
        report.add(at, f"unknown law {describe(name)}: expected {listed(laws().names())}.{nearest(str(name), laws().names())}")
        return INVALID

    def _is_duration(self, value: Any, at: Place, report: Report) -> bool:
        try:
            DURATION.read(value)
        except ValueError:
            report.mismatch(at, self.expected, value)
            return False
        return True

    @staticmethod
    def _law(name: str, parameters: Any, at: Place, report: Report) -> Any:
        try:
            return laws().get(name).build(parameters, report.read_file)
        except ValueError as error:
            report.add(at, f"{str(error).rstrip('.')}.")
            return INVALID

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Describe a duration or a mapping with one law."""
        if "law" not in defs:
            defs["law"] = {
                "type": "object",
                "description": "A law of time with its parameters.",
                "properties": {law.name: {**law.schema(), "description": law.__doc__ or law.name} for law in laws()},
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
            }
        return {"anyOf": [*Scalar(DURATION).schema(defs)["anyOf"], {"$ref": "#/$defs/law"}]}
