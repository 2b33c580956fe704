"""The parameters that faults share which answer an error, and how they become a failure."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from understudy.faults._duration import SecondsWithUnit
from understudy.faults._fault import Fault
from understudy.faults._named import failure_named
from understudy.model.reply import Failure
from understudy.wire.fields import FRAMING, NAME, PRINTABLE

ErrorStatus = Annotated[int, Meta(ge=400, le=599)]


class Wording(Fault, frozen=True, kw_only=True):
    """A fault that answers an error: which one, and what it says otherwise than the provider."""

    error: str | None = None
    message: str | None = None
    type: str | None = None
    code: str | None = None
    retry_after: SecondsWithUnit | None = None
    headers: dict[str, str | int] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.failure()
        for name, value in self.headers.items():
            if not NAME.fullmatch(name):
                raise ValueError(f"header {name!r}: expected a name of letters, digits and hyphens")
            if name.lower() in FRAMING:
                raise ValueError(f"header {name!r}: expected a field of the answer, got one the server itself sets. Remove it")
            if not PRINTABLE.fullmatch(str(value)):
                raise ValueError(f"header {name!r}: expected one line of Latin-1 text, got {value!r}")

    def given_status(self) -> int | None:
        """The status that was asked for."""
        return None

    def failure(self) -> Failure:
        """Make the failure.

        Raises:
            ValueError: for an error that is not known.
        """
        status, kind = failure_named(self.error, self.given_status())
        return Failure(
            status,
            kind,
            self.message,
            type=self.type,
            code=self.code,
            retry_after=None if self.retry_after is None else float(self.retry_after),
            headers=tuple((name, str(value)) for name, value in self.headers.items()),
            exact=self.given_status() is not None,
        )
