"""OpenAI's streams as Azure sends them (wire.md 10): the verdict on the prompt first, then chunks that carry their own.

With the asynchronous filter chunks come without, and chunks of the filter's tell of stretches of the text already sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects.azure.documents import BLOCKED, PROMPT, SAFE, judged, verdict
from understudy.model.frame import Sheet, Stream

Document = dict[str, Any]
Row = tuple[bytes, int]

_STRETCH = 200  # characters the asynchronous filter judges at a time
_NOBODY: Document = {"created": 0, "id": "", "model": "", "object": ""}  # what chunks of the filter say of themselves
_encode = msgspec.json.encode


def _event(document: Document) -> bytes:
    return b"data: " + _encode(document, order="sorted") + b"\n\n"


_FIRST = _event({**_NOBODY, "choices": [], "prompt_filter_results": PROMPT})


def chat(stream: Stream, *, asynchronous: bool) -> Stream:
    """Amend the stream of a chat or a completion."""
    sheet = stream.sheet
    events = (head + stream.joint + tail for head, tail in sheet.frames)
    pairs = zip(events, sheet.tokens, strict=True)
    rows = list(_watched(pairs) if asynchronous else ((_amended(event), tokens) for event, tokens in pairs))
    frames = [(_FIRST, b""), *((event, b"") for event, _ in rows)]
    made = Sheet(frames, [0, *(tokens for _, tokens in rows)], lead=sheet.lead + 1)
    return replace(stream, sheet=made, joint=b"", last=tuple(map(_amended, stream.last)))


def _read(event: bytes) -> Document | None:
    """The document of a chunk, None for the end mark."""
    return msgspec.json.decode(event[6:]) if event.startswith(b"data: {") else None


def _said(choice: Document) -> str:
    return choice.get("text") or choice.get("delta", {}).get("content") or ""


def _amended(event: bytes, *, judges: bool = True) -> bytes:
    document = _read(event)
    if document is None:
        return event
    document.pop("service_tier", None)
    for choice in document["choices"] if judges else ():
        choice["content_filter_results"] = verdict(_said(choice), choice["finish_reason"])
    return _event(document)


def _watched(rows: Iterator[Row]) -> Iterator[Row]:
    """Let chunks go unjudged, and the filter follow: after each stretch of a choice, and after its end."""
    lengths: dict[int, int] = {}
    starts: dict[int, int] = {}
    for event, tokens in rows:
        yield _amended(event, judges=False), tokens
        for choice in (_read(event) or {"choices": ()})["choices"]:
            index = choice["index"]
            end = lengths[index] = lengths.get(index, 0) + len(_said(choice))
            start, finish = starts.setdefault(index, 0), choice["finish_reason"]
            if (finish and end) or end - start >= _STRETCH:
                starts[index] = end
                yield _stretch(index, start, end, finish if finish == "content_filter" else None), 0


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
    frames = [(_judged(head + joint + tail, prompt), b"") for head, tail in sheet.frames]
    made = Sheet(frames, sheet.tokens, lead=sheet.lead)
    return replace(stream, sheet=made, joint=b"", last=tuple(_judged(event, prompt) for event in stream.last))


def _judged(event: bytes, prompt: int) -> bytes:
    head, found, data = event.partition(b"data: ")
    if not found or b'"response":{' not in data:
        return event
    document: Document = msgspec.json.decode(data)
    document["response"] = judged(document["response"], prompt)
    return head + found + _encode(document) + b"\n\n"
