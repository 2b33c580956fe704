"""Which requests may take so long that others should not wait for them: to be read, or to be answered.

In: a call and its body. Out: yes or no; how they are done meanwhile is the runtime's.
"""

from __future__ import annotations

from typing import Final

from understudy.model.call import Call

EASY: Final = 4 * 1024
"""Bytes up to which a body is read at once, however long that takes."""

_SHORT = 1024  # bytes of a body whose texts take less than a millisecond
_FEW = 2  # vectors, which take half a millisecond each
_BY_TEXTS = ("embedding", "moderation")


def takes_long(call: Call, body: bytes) -> bool:
    """Say whether answering takes long: vectors, rankings and judgements are made of each text, pictures of each pixel."""
    operation = call.operation
    return operation == "image" or (operation in _BY_TEXTS and (len(body) > _SHORT or len(call.inputs) > _FEW))
