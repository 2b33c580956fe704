"""A stream breaks: malformed JSON in place of an event, then the end."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults import Fault, Place, Striking
from understudy.faults._steps import event_at
from understudy.model.frame import Body, Sheet, Stream

BROKEN = b'data: {"broken": \n\n'


class Malformed(Fault, frozen=True):
    """Put malformed JSON in place of an event and end the stream there; the first event unless `at` says otherwise."""

    name: ClassVar[str] = "malformed"
    help: ClassVar[str] = "an event of a stream is malformed JSON and the last one sent; no effect on whole answers"
    places: ClassVar[tuple[str, ...]] = ("event", "token", "end")

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Cut the stream; a stream that is shorter stays as it is, and so does a whole answer."""
        number = event_at(self.at or Place("event", 1), context)
        if isinstance(answer, Body) or number is None:
            return answer
        sheet, keep = answer.sheet, number - 1
        answer.last = (*answer.last[: max(0, keep - len(sheet.frames))], BROKEN)
        answer.sheet = Sheet(sheet.frames[:keep], sheet.tokens[:keep])
        answer.completion_tokens = sum(answer.sheet.tokens)
        return answer


FAULT = Malformed
