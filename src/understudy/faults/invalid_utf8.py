"""Bytes that are no UTF-8: half of a character where text should be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from msgspec import structs

from understudy.faults import Answers, Striking
from understudy.faults._events import Event, EventFault
from understudy.model.frame import Body, Stream

HALF: Final = b"\xe2\x82"
"""The first two of the three bytes of a euro sign."""


class InvalidUtf8(EventFault, frozen=True):
    """Replace the text of an event by half a character; the first that carries text unless `at` says otherwise.

    In a whole answer, and in an event that carries no text, half a character is added to the last string of the document.
    """

    name: ClassVar[str] = "invalid-utf8"
    help: ClassVar[str] = "half of a UTF-8 character in an event, or in a whole answer"
    answers: ClassVar[Answers] = "any"

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Spoil an event or a whole document; where there is none, nothing."""
        if isinstance(answer, Stream):
            return super().on_frames(answer, context)
        return answer if not answer.data else structs.replace(answer, data=_spoiled(answer.data), reusable=False)

    def changed(self, events: list[Event], index: int, stream: Stream, context: Striking) -> Iterable[Event]:
        """Spoil one event."""
        del context
        for event in events[index : index + 1]:
            said = stream.grammar.say(event.data, HALF) if stream.grammar else None
            events[index] = event._replace(data=_spoiled(event.data) if said is None else said)
        return events


def _spoiled(data: bytes) -> bytes:
    """Add half a character before the last quotation mark, or to the end where there is none."""
    text = data.rstrip(b"\r\n")
    place = text.rfind(b'"')
    return data[:place] + HALF + data[place:] if place >= 0 else text + HALF + data[len(text) :]


FAULT = InvalidUtf8
