"""A stream never says what it cost, although it was asked to."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults._events import Missing
from understudy.model.frame import Part


class MissingUsage(Missing, frozen=True):
    """Leave the usage of a stream out; the events that carry nothing else are not sent."""

    name: ClassVar[str] = "missing-usage"
    help: ClassVar[str] = "a stream without its token usage; no effect on whole answers"
    part: ClassVar[Part] = "usage"


FAULT = MissingUsage
