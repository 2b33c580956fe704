"""Lines of an event stream end in CR LF, which is as good as LF (HTML standard, section 9.2.5)."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults import Answers, Fault, Striking
from understudy.faults._events import events_of, with_events
from understudy.faults._fault import is_sse
from understudy.faults._legal import Legal
from understudy.model.frame import Body, Stream


class Crlf(Legal, Fault, frozen=True):
    """End the lines of an event stream in CR LF, those that other faults add too."""

    name: ClassVar[str] = "crlf"
    help: ClassVar[str] = "lines of an SSE stream end in CR LF; no effect on whole answers"
    answers: ClassVar[Answers] = "SSE streams"
    places: ClassVar[tuple[str, ...]] = ()
    stage: ClassVar[int] = 1

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Change the line ends of every event; a stream in which all are so already stays as it is."""
        del context
        if isinstance(answer, Body) or not is_sse(answer.content_type):
            return answer
        events = events_of(answer)
        made = [event._replace(data=event.data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) for event in events]
        return answer if made == events else with_events(answer, made)


FAULT = Crlf
