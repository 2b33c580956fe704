"""How the list that answers stand in is emptied, of events and of whole documents (`model.frame.Grammar`).

Nothing here is on the way of a sound answer. What stands around a document, as what frames an event, stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from understudy.dialects._spoken import decoded


def emptying(
    member: str, *, stays: bool = True, write: Callable[[Any], bytes] = msgspec.json.encode
) -> Callable[[bytes], bytes]:
    """Make the function that empties a list.

    Args:
        member: the name of the list.
        stays: an empty list is shown; else the member is left out, as those do that show no empty lists.
        write: how a document is written that stands on one line.
    """

    def emptied(data: bytes) -> bytes:
        start, end = data.find(b"{"), data.rfind(b"}") + 1
        document = decoded(data[start:end]) if start >= 0 else None
        if document is None or member not in document:
            return data
        if stays:
            document[member] = []
        else:
            del document[member]
        is_one_line = b"\n" not in data[start:end]
        written = write(document) if is_one_line else msgspec.json.format(msgspec.json.encode(document), indent=2)
        return data[:start] + written + data[end:]

    return emptied
