"""Conversations that come with what was read before: texts, calls of functions and their results.

In: the contents of a body, as they were sent. Out: messages in no provider's words, the same that `decode` makes of them with
all the rest; None of those that have to be looked at with it, because they are wrong or say more than texts.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from understudy.dialects.gemini import check_content, wishes
from understudy.dialects.gemini.check import read
from understudy.dialects.gemini.shapes import CONTENTS
from understudy.errors import RequestError
from understudy.model.call import Message
from understudy.untrusted import NOT_JSON


class _Text(Struct, gc=False, forbid_unknown_fields=True):
    text: str


class Said(Struct, gc=False, forbid_unknown_fields=True):
    """A content that is one text."""

    parts: Annotated[list[_Text], Meta(min_length=1, max_length=1)]
    role: Literal["user", "model"] = "user"

    @property
    def text(self) -> str:
        """What is said."""
        return self.parts[0].text


_texts = msgspec.json.Decoder(Annotated[list[Said], Meta(min_length=1)]).decode
_SPOKEN_BY = {"user": "user", "model": "assistant"}


def told(data: bytes, model: str) -> list[Message] | None:
    """Read contents; what the family of the model takes is taken."""
    try:
        return spoken(_texts(data))
    except NOT_JSON:
        return _turns(data, model)


def spoken(contents: list[Said]) -> list[Message]:
    """Make messages of texts."""
    return [Message(_SPOKEN_BY[said.role], said.text) for said in contents]


def _turns(data: bytes, model: str) -> list[Message] | None:
    try:
        value = read({"contents": msgspec.json.decode(data)}, CONTENTS, strict=True)
        check_content.request(value, model)
    except (*NOT_JSON, RequestError):
        return None
    messages = wishes.messages(value)
    shown = any(isinstance(message.content, list) for message in messages)
    return None if shown or len(messages) != len(value["contents"]) else messages
