"""What went wrong with an answer on its way, as the faults of a script say it.

In: a take, and what was heard of it. Out: faults that break a replay at the same place and moment. Knows no provider.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from understudy.recorder.pieces import ENCODING
from understudy.recorder.take import Take
from understudy.recorder.utterance import Utterance
from understudy.text.tokens import encoding, encoding_for

Fault = dict[str, Any]

_MORE: Final = " [...]"
_WORTH_A_WAIT: Final = 0.002  # seconds between the last event and the break


def before_the_head(take: Take) -> dict[str, Any]:
    """Say of a request that nothing came back."""
    return {"text": "", "timing": {"latency": _milliseconds(take.broke)}, "fault": {"kind": take.broken}}


def in_raw(take: Take, pieces: int) -> Fault | list[Fault]:
    """Break an answer that is kept byte by byte; one of a known length announces what is missing."""
    missing = 0 if take.length is None else take.length - len(take.body)
    broke: Fault = {"kind": take.broken, "at": "end"}
    if missing <= 0 or pieces > 1:
        return broke
    announced: Fault = {"kind": "wrong-length", "by": missing}
    return announced if take.broken == "close" else [announced, broke]


def shortfall(take: Take, heard: Utterance) -> Literal["", "early-end", "missing-finish", "missing-done"]:
    """Name what a stream lacks that nothing broke; "" where it is whole."""
    if not take.is_stream or take.broken is not None or heard.failure is not None:
        return ""
    marks = heard.mark and take.is_events
    is_marked = marks and any(heard.mark in (name, data.strip()) for _, name, data in take.events())
    if heard.is_over:
        return "missing-done" if marks and not is_marked else ""
    return "missing-finish" if is_marked else "early-end"


def in_events(take: Take, heard: Utterance) -> list[Fault]:
    """Break a stream where it broke or ended too early, or say the error that it ended in; none where it is whole.

    A text that broke off goes on in a replay: what carries the end of an answer in some protocols must not come, and the event
    that is due when it breaks is the one that would have come next.
    """
    lacks = shortfall(take, heard)
    if lacks in ("missing-finish", "missing-done"):
        return [{"kind": lacks}]
    if take.broken is None and not lacks and (heard.failure is None or not take.is_stream):
        return []
    kind = {"kind": take.broken or lacks} if heard.failure is None else {"kind": "error-event"}
    end = heard.at if lacks else take.broke if heard.failure is None else heard.failed_at
    last = heard.parts[-1] if heard.parts and not heard.is_over else None
    place: dict[str, Any] = {"at": {"event": heard.events + 1}}
    stalls: list[Fault] = []
    if last is not None and last.kind == "text":
        if len(heard.parts) == 1 and _counts_alike(take):
            place = {"at": {"token": 1 + sum(max(1, _count(text)) for _, text in last.said)}}
        last.said.append((end, _MORE))
    elif end - max(heard.at, take.begun) > _WORTH_A_WAIT:
        stalls = [{"kind": "stall", "for": _milliseconds(end - max(heard.at, take.begun)), **place}]
    return [*stalls, kind | place | (heard.failure or {})]


def _counts_alike(take: Take) -> bool:
    """Whether a replay counts tokens as we do: then a place in the text is the same for clients of every provider."""
    return take.call is not None and encoding_for(take.call.model).name == ENCODING


def _count(text: str) -> int:
    return encoding(ENCODING).count(text)


def _milliseconds(seconds: float) -> str:
    return f"{max(0.0, round(seconds * 1000, 2)):.12g}ms"
