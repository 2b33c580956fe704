"""A stream ends cleanly but without its end mark, [DONE] for OpenAI."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults._events import Missing
from understudy.model.frame import Part


class MissingDone(Missing, frozen=True):
    """Leave the end mark of a stream out; the events that carry nothing else are not sent."""

    name: ClassVar[str] = "missing-done"
    help: ClassVar[str] = "a stream without its end mark ([DONE]); no effect on whole answers"
    part: ClassVar[Part] = "done"


FAULT = MissingDone
