"""The content type is not that of what comes."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from understudy.faults import Fault, Striking

_TYPE: Final = re.compile(rb"(?i)(\r\ncontent-type: *)[^\r]*")


class WrongContentType(Fault, frozen=True):
    """Say that an answer is of `type` (text/html; charset=utf-8), whatever it is."""

    name: ClassVar[str] = "wrong-content-type"
    help: ClassVar[str] = "an answer with the content type `type` (text/html; charset=utf-8)"
    places: ClassVar[tuple[str, ...]] = ()
    type: Annotated[str, Meta(pattern=r"^[!-~][ -~]{0,198}$")] = "text/html; charset=utf-8"

    def finds(self, context: Striking) -> bool:
        """Say whether the answer says that it is of another type."""
        return super().finds(context) and context.content_type not in ("", self.type.strip())

    def on_head(self, head: bytes, context: Striking) -> bytes:
        """Change the content type."""
        del context
        return _TYPE.sub(lambda found: found[1] + self.type.strip().encode(), head, count=1)


FAULT = WrongContentType
