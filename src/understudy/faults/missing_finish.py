"""A stream never says why it ended: the finish reason is missing."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults._events import Missing
from understudy.model.frame import Part


class MissingFinish(Missing, frozen=True):
    """Leave the finish reason of a stream out; the events that carry nothing else are not sent."""

    name: ClassVar[str] = "missing-finish"
    help: ClassVar[str] = "a stream without its finish reason; no effect on whole answers"
    part: ClassVar[Part] = "finish"


FAULT = MissingFinish
