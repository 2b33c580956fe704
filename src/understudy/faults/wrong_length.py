"""Content-Length lies: more is announced than comes, or less."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from understudy.faults import Answers, Fault, Striking
from understudy.model.plan import Ending, Step

_LENGTH: Final = re.compile(rb"(?i)(\r\ncontent-length: *)([0-9]+)")
_SIGNED = r"^[+-]?[0-9]{1,9}$"


class WrongLength(Fault, frozen=True):
    """Announce `by` bytes more (or less, when negative) than the body of a whole answer has, and close behind it.

    Closing keeps what is too much out of the next answer. No effect on streams: they announce no length.
    """

    name: ClassVar[str] = "wrong-length"
    help: ClassVar[str] = "content-length is off by `by` (+7, -7) bytes, then FIN; no effect on streams"
    answers: ClassVar[Answers] = "whole answers"
    places: ClassVar[tuple[str, ...]] = ()
    by: int | Annotated[str, Meta(pattern=_SIGNED)]

    def on_head(self, head: bytes, context: Striking) -> bytes:
        """Change the length announced; less than nothing is nothing."""
        del context
        return _LENGTH.sub(lambda found: b"%b%d" % (found[1], max(0, int(found[2]) + int(self.by))), head, count=1)

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterator[Step]:
        """Close behind the answer."""
        yield from steps
        if not context.stream:
            yield Ending.CLOSE


FAULT = WrongLength
