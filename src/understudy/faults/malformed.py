"""A stream breaks: malformed JSON in place of an event, then the end."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Fault
from understudy.model.frame import Body, Sheet, Stream

BROKEN = b'data: {"broken": \n\n'


class Malformed(Fault, frozen=True):
    """Put malformed JSON in place of event number `event` (from 1, every event counts) and end the stream there."""

    name: ClassVar[str] = "malformed"
    help: ClassVar[str] = "event=N of a stream is malformed JSON and the last one sent; no effect on whole answers"
    event: Annotated[int, Meta(ge=1)]

    def on_frames(self, answer: Body | Stream) -> Body | Stream:
        """Cut the stream; a stream that is shorter stays as it is, and so does a whole answer."""
        if isinstance(answer, Body):
            return answer
        sheet, keep = answer.sheet, self.event - 1
        if keep >= len(sheet.frames) + len(answer.last):
            return answer
        answer.last = (*answer.last[: max(0, keep - len(sheet.frames))], BROKEN)
        answer.sheet = Sheet(sheet.frames[:keep], sheet.tokens[:keep])
        answer.completion_tokens = sum(answer.sheet.tokens)
        return answer


FAULT = Malformed
