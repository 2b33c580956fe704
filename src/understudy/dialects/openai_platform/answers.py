"""How documents are written: two spaces, an end of line (wire.md 2.1); events of streams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from understudy.dialects.openai_platform.ask import Json
from understudy.model.frame import Body, Sheet, Stream

_POLL_AFTER = "100"  # milliseconds: files are indexed while the client waits


def body(document: Any, prompt: int = 0, completion: int = 0) -> Body:
    """Write a document."""
    return Body(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n", prompt, completion)


def polled(document: Json) -> Body:
    """Write a document that clients ask for until it is done; while it is not, they are told when to ask again."""
    answer = body(document)
    if document["status"] == "in_progress":
        answer.headers = (("openai-poll-after-ms", _POLL_AFTER),)
    return answer


def event(document: Json, *, named: bool = False) -> bytes:
    """Write an event of a stream; named ones say their type twice."""
    name = f"event: {document['type']}\n".encode() if named else b""
    return b"%bdata: %b\n\n" % (name, msgspec.json.encode(document))


def stream(events: Iterable[tuple[bytes, int]], prompt: int = 0, completion: int = 0) -> Stream:
    """Make a stream of events and the tokens each carries."""
    frames, tokens = [], []
    for data, count in events:
        frames.append((data, b""))
        tokens.append(count)
    return Stream(Sheet(frames, tokens), b"", (), prompt, completion)
