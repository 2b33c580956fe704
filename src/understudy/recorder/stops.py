"""Stop sequences: what an answer said stands before the one that ended it, and a replay must end by it again.

In: a request, and what was heard of its answer. Out: a text that goes on with the sequence, which the same request cuts there.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.recorder.documents import object_of
from understudy.recorder.utterance import Utterance

_NAMES: Final = ("stop", "stop_sequences", "stopSequences")


def stops_in(body: bytes) -> list[str]:
    """The stop sequences of a request, which stand in its body or in an object of it."""
    asked = object_of(body) or {}
    said: list[Any] = []
    for holder in (asked, *(value for value in asked.values() if isinstance(value, dict))):
        for name in _NAMES:
            value = holder.get(name)
            said += value if isinstance(value, list) else [value]
    return [stop for stop in said if isinstance(stop, str) and stop]


def goes_on(heard: Utterance, body: bytes) -> bool:
    """Let the text of an answer that a stop sequence ended go on with it; False where a replay would end otherwise."""
    last = heard.parts[-1] if heard.parts else None
    stops = stops_in(body)
    for stop in [heard.stop] if heard.stop else stops:
        if last is None or last.kind != "text" or heard.odds or stop not in stops:
            continue
        text = last.text + stop
        ends = [(text.find(other) + len(other), text.find(other)) for other in stops if other in text]
        if min(ends) == (len(text), len(last.text)):
            last.said.append((last.said[-1][0], stop))
            return True
    return False
