"""`error`: failures by name, by status, or spelled out.

The words are the provider's: what a script leaves out is filled in by the dialect for the kind and status.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy import faults
from understudy.config.grammar.form import Form, Key
from understudy.config.grammar.headers import HEADERS
from understudy.config.grammar.readers import INVALID, ByType, Made, Scalar, Schema
from understudy.config.grammar.report import Report
from understudy.config.quantities import DURATION_WITH_UNIT
from understudy.config.source import Place
from understudy.config.values import TEXT, describe, whole
from understudy.kinds import nearest
from understudy.model.reply import Failure, FailureKind, kind_of

NAMED: dict[str, tuple[int, FailureKind]] = {
    **{name: (status, kind) for name, (status, kind, _) in faults.NAMED.items()},
    "context_length": (400, "context_length"),
    "timeout": (504, "timeout"),
}
"""Failures a script may name: status and kind; those that faults know, and two that are faults of their own there."""


def failure_of_status(status: int) -> Failure:
    """Give the failure that a bare status means."""
    return Failure(status, kind_of(status), exact=True)


STATUS = whole("an error status from 400 to 599", 400, 599, "STATUS")


class _Named(Struct, frozen=True):
    """The name of a failure."""

    expected: str = f"a status from 400 to 599 or one of {', '.join(NAMED)}"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Look the name up."""
        if value not in NAMED:
            report.add(at, f"error {describe(value)}: expected {self.expected}.{nearest(value, NAMED)}")
            return INVALID
        return Failure(*NAMED[value])

    def schema(self, _defs: dict[str, Schema]) -> Schema:
        """List the names."""
        return {"enum": list(NAMED)}


def _spelled_out(fields: dict[str, Any], _at: Place, _report: Report) -> Any:
    failure = failure_of_status(fields["status"])
    return Failure(
        failure.status,
        failure.kind,
        message=fields.get("message"),
        param=fields.get("param"),
        type=fields.get("type"),
        code=fields.get("code"),
        retry_after=fields.get("retry-after"),
        headers=fields.get("headers", ()),
        exact=True,
    )


SPELLED_OUT = Form(
    "error",
    "An error answer. What is left out is said in the provider's own words for the status.",
    (
        Key("status", Scalar(STATUS), "the HTTP status", required=True),
        Key("message", Scalar(TEXT), "the sentence for people"),
        Key("type", Scalar(TEXT), "the provider's class of error"),
        Key("code", Scalar(TEXT), "the provider's code"),
        Key("param", Scalar(TEXT), "the field of the request that is to blame"),
        Key("retry-after", Scalar(DURATION_WITH_UNIT), "sent as Retry-After, in seconds"),
        Key("headers", HEADERS, "further header fields"),
    ),
    _spelled_out,
)
ERROR = ByType(
    "a status, the name of an error, or a mapping with a status",
    text=_Named(),
    number=Made(Scalar(STATUS), failure_of_status),
    mapping=SPELLED_OUT,
)
