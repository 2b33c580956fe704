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
_CHOICES = 100  # replies, which take a quarter of a millisecond each where they are streamed
_MANY = 8192  # tokens that are made up for who fixes their number, which take 40 ms


def takes_long(call: Call, body: bytes) -> bool:
    """Say whether answering takes long: vectors, rankings and judgements are made of each text, pictures of each pixel.

    So do answers that are to have many tokens, whatever the server says of itself, and many answers.
    """
    operation, asked = call.operation, call.sampling
    replies = call.choices * max(len(call.inputs), 1)
    if replies > _CHOICES:
        return True
    if asked is not None and (asked.ignore_eos or asked.min_tokens):
        longest = max(call.max_tokens or 0, asked.min_tokens or 0)
        return longest * replies > _MANY
    return operation == "image" or (operation in _BY_TEXTS and (len(body) > _SHORT or len(call.inputs) > _FEW))
