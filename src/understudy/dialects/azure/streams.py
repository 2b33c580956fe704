"""OpenAI's streams as Azure sends them (wire.md 10): the verdict on the prompt first, then chunks that carry their own.

With the asynchronous filter chunks come without, and chunks of the filter's tell of stretches of the text already sent.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects._kept import Kept
from understudy.dialects._stencil import Row as Stencil
from understudy.dialects._stencil import cut_out, fill, hole
from understudy.dialects.azure.documents import BLOCKED, PROMPT, SAFE, judged, verdict
from understudy.model.frame import Frames, Sheet, Stream
from understudy.model.lazy import Made

Document = dict[str, Any]
Stretch = tuple[int, int, int, str | None]
"""Which choice, from which character to which, and why it ended there, if it was for what it says."""

_STRETCH = 200  # characters the asynchronous filter judges at a time
_NOBODY: Document = {"created": 0, "id": "", "model": "", "object": ""}  # what chunks of the filter say of themselves
_encode = msgspec.json.encode


def _event(document: Document) -> bytes:
    return b"data: " + _encode(document, order="sorted") + b"\n\n"


_FIRST = _event({**_NOBODY, "choices": [], "prompt_filter_results": PROMPT})


class Told(Struct):
    """What is kept of a stream: its events with holes for identifier and creation time, and the tokens of all."""

    like: Sheet
    rows: list[Stencil]
    sheet: Sheet


Amended = Kept[tuple[int, bool], Told]


def chat(stream: Stream, kept: Amended | None, *, asynchronous: bool) -> Stream:
    """Amend the stream of a chat or a completion.

    Args:
        stream: what OpenAI sends.
        kept: what was made of sheets that serve again; None for a stream that serves once, whose events are made when due.
        asynchronous: whether the filter follows what was sent.
    """
    if kept is None:
        events, tokens, timed = _events(stream, asynchronous=asynchronous)
        made = Sheet(Frames(events, first=(_FIRST,)), tokens, lead=stream.sheet.lead + 1, timed=timed)
    else:
        told = _kept(stream, kept, asynchronous=asynchronous)
        values = _values(stream)
        made = told.sheet.showing(Frames(told.rows, lambda row, _: fill(row, values), (_FIRST,)))
    return replace(stream, sheet=made, joint=b"", last=tuple(map(_amended, stream.last)))


def _kept(stream: Stream, kept: Amended, *, asynchronous: bool) -> Told:
    # keyed by identity: the value holds the sheet, so an identity in use is never another sheet's
    key = (id(stream.sheet), asynchronous)
    told = kept.get(key)
    if told is None:
        events, tokens, timed = _events(stream, asynchronous=asynchronous, holes=True)
        told = Told(stream.sheet, list(map(cut_out, events)), Sheet([], tokens, lead=stream.sheet.lead + 1, timed=timed))
        kept.keep(key, told, len(told.rows))
    return told


def _events(stream: Stream, *, asynchronous: bool, holes: bool = False) -> tuple[Made[bytes], list[int], list[int] | None]:
    """Tell the events behind the first, made when they are looked at, the tokens of all, and of those with their own time."""
    sheet, joint, own = stream.sheet, stream.joint, stream.sheet.timed  # None where all have

    def amended(place: int) -> bytes:
        return _amended(joint.join(sheet.frames[place]), judges=not asynchronous, holes=holes)

    if not asynchronous:
        return Made(len(sheet.frames), amended), [0, *sheet.tokens], None if own is None else [0, *own]
    places, stretches = array("i"), []  # events by their places, stretches by negative numbers
    for each in _watched(map(joint.join, sheet.frames)):
        if isinstance(each, int):
            places.append(each)
        else:
            stretches.append(each)
            places.append(-len(stretches))

    def watched(at: int) -> bytes:
        place = places[at]
        return amended(place) if place >= 0 else _stretch(*stretches[-1 - place])

    events, tokens = Made(len(places), watched), [0, *(sheet.tokens[place] if place >= 0 else 0 for place in places)]
    if own is None:
        return events, tokens, None
    timed = [own[place] if 0 <= place < len(own) else 0 for place in places]
    end = max((at for at, each in enumerate(tokens) if each), default=len(timed))
    return events, tokens, [0, *timed[:end]]


def _values(stream: Stream) -> tuple[bytes, ...]:
    """The identifier of a stream and its creation time."""
    event = next((stream.joint.join(frame) for frame in stream.sheet.frames), b"")
    document = _read(event) or _NOBODY
    return _encode(document["id"]), _encode(document["created"])


def _read(event: bytes) -> Document | None:
    """The document of a chunk, None for the end mark."""
    return msgspec.json.decode(event[6:]) if event.startswith(b"data: {") else None


def _said(choice: Document) -> str:
    return choice.get("text") or choice.get("delta", {}).get("content") or ""


def _amended(event: bytes, *, judges: bool = True, holes: bool = False) -> bytes:
    document = _read(event)
    if document is None:
        return event
    if holes:
        document |= {"id": hole(0), "created": hole(1)}
    document.pop("service_tier", None)
    for choice in document["choices"] if judges else ():
        choice["content_filter_results"] = verdict(_said(choice), choice["finish_reason"])
    return _event(document)


def _watched(events: Iterable[bytes]) -> Iterator[int | Stretch]:
    """Let events go by their places, and the filter follow: after each stretch of a choice, and after its end."""
    lengths: dict[int, int] = {}
    starts: dict[int, int] = {}
    for place, event in enumerate(events):
        yield place
        for choice in (_read(event) or {"choices": ()})["choices"]:
            index = choice["index"]
            end = lengths[index] = lengths.get(index, 0) + len(_said(choice))
            start, finish = starts.setdefault(index, 0), choice["finish_reason"]
            if (finish and end) or end - start >= _STRETCH:
                starts[index] = end
                yield index, start, end, finish if finish == "content_filter" else None


def _stretch(index: int, start: int, end: int, finish: str | None) -> bytes:
    choice = {
        "content_filter_offsets": {"check_offset": end, "end_offset": end, "start_offset": start},
        "content_filter_results": BLOCKED if finish else SAFE,
        "finish_reason": finish,
        "index": index,
    }
    return _event({**_NOBODY, "choices": [choice]})


def responses(stream: Stream, prompt: int) -> Stream:
    """Amend the events of a response that hold the whole of it."""
    joint, sheet = stream.joint, stream.sheet
    made = sheet.showing(Frames(sheet.frames, lambda frame, _: _judged(joint.join(frame), prompt)))
    return replace(stream, sheet=made, joint=b"", last=tuple(_judged(event, prompt) for event in stream.last))


def _judged(event: bytes, prompt: int) -> bytes:
    head, found, data = event.partition(b"data: ")
    if not found or b'"response":{' not in data:
        return event
    document: Document = msgspec.json.decode(data)
    document["response"] = judged(document["response"], prompt)
    return head + found + _encode(document) + b"\n\n"
