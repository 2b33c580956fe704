"""The provider answers an HTTP error, by status or by name, in its own shape."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults import Striking
from understudy.faults._words import ErrorStatus, Wording
from understudy.model.reply import Failure, Reply


class Status(Wording, frozen=True):
    """Answer `status` (400 to 599), or the error of that name, in the provider's words where no others are given."""

    name: ClassVar[str] = "status"
    help: ClassVar[str] = "an HTTP error in the provider's shape, by `status` or by `error`; the names of errors are kinds, too"
    places: ClassVar[tuple[str, ...]] = ()
    status: ErrorStatus | None = None

    def given_status(self) -> int | None:
        """The status that was asked for."""
        return self.status

    def on_reply(self, reply: Reply, context: Striking) -> Reply:
        """Replace the reply by the error."""
        del reply, context
        return Reply(failure=self.failure())


class Simulated(Status, frozen=True):
    """What `?fail=STATUS` answers: the same, in the words of the small servers that had this parameter first."""

    def failure(self) -> Failure:
        """Make the failure."""
        return Failure(self.status or 500, "simulated", self.message, type=self.type)


FAULT = Status
