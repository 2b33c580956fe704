"""How a stream of JSON events is changed from outside, whatever the events look like (`model.frame.Grammar`).

In: how an event is read and written, where its text is, what a part looks like. Out: a grammar. Nothing here is on the way of a
sound answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from understudy.model.frame import Grammar, Part
from understudy.untrusted import NOT_JSON

Document = dict[str, Any]
Place = tuple[Document, str]

_MARK = "\0text\0"  # stands for the text while the document is written; no reply holds a NUL between these
_WRITTEN = msgspec.json.encode(_MARK)[1:-1]


def decoded(data: bytes) -> Document | None:
    """Read the JSON object of an event; None for what is none, as an end mark."""
    try:
        found = msgspec.json.decode(data)
    except NOT_JSON:
        return None
    return found if isinstance(found, dict) else None


def grammar(
    read: Callable[[bytes], Document | None],
    write: Callable[[Document], bytes],
    spoken: Callable[[Document], Place | None],
    without: Callable[[Document | None, Part], Document | bool | None],
    emptied: Callable[[bytes], bytes] | None = None,
) -> Grammar:
    """Build a grammar.

    Args:
        read: an event's document.
        write: the event of a document.
        spoken: the object and member that hold an event's text.
        without: the document without a part; True leaves the event as it is, None leaves it out. The document is None for an
            event that is no JSON.
        emptied: an event or a whole document without the answers in their list.
    """

    def say(event: bytes, raw: bytes) -> bytes | None:
        document = read(event)
        place = None if document is None else spoken(document)
        if document is None or place is None:
            return None
        holder, member = place
        holder[member] = _MARK
        return write(document).replace(_WRITTEN, raw, 1)

    def left(event: bytes, part: Part) -> bytes | None:
        found = without(read(event), part)
        if found is True:
            return event
        return write(found) if isinstance(found, dict) else None

    return Grammar(left, say, emptied)
