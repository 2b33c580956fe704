"""The provider answers an HTTP error of a given status, in its own shape."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Fault
from understudy.model.reply import Failure, Reply


class Status(Fault, frozen=True):
    """Answer `status` (400 to 599) with `message`, or with what the provider says then."""

    name: ClassVar[str] = "status"
    help: ClassVar[str] = "an HTTP error in the provider's shape; status=429"
    status: Annotated[int, Meta(ge=400, le=599)]
    message: str | None = None

    def on_reply(self, reply: Reply) -> Reply:
        """Replace the reply by the error."""
        del reply
        return Reply(failure=Failure(self.status, "simulated", self.message))


FAULT = Status
