"""Conversations that come with what was read before: texts, calls of tools and their results.

In: the messages of a body, as they were sent. Out: messages in no provider's words, the same that `decode` makes of them with
all the rest; None of those that have to be looked at with it, because they are wrong or say more than texts.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from understudy.dialects.anthropic import check_messages, wishes
from understudy.errors import RequestError
from understudy.model.call import Message
from understudy.untrusted import NOT_JSON

MARKED = b'"cache_control"'
_SHOWN = ("text", "thinking", "redacted_thinking")


class PlainMessage(Message, gc=False, forbid_unknown_fields=True):
    """A message that is a text."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Meta(min_length=1)]
    name: None = None
    tool_calls: None = None
    tool_call_id: None = None


class _Text(Struct, gc=False, forbid_unknown_fields=True):
    type: Literal["text"]
    text: Annotated[str, Meta(min_length=1)]


class _Said(Struct, gc=False, forbid_unknown_fields=True):
    role: Literal["user", "assistant"]
    content: Annotated[str, Meta(min_length=1)] | Annotated[list[_Text], Meta(min_length=1)]


_texts = msgspec.json.Decoder(Annotated[list[_Said], Meta(min_length=1)]).decode


def told(data: bytes, version: str, *, thinks: bool) -> list[Message] | None:
    """Read messages.

    Args:
        data: what was sent.
        version: of the API.
        thinks: whether the model may be told to think, so that what it thought before has to come back.
    """
    try:
        said = _texts(data)
    except NOT_JSON:
        return None if MARKED in data else _turns(data, version, thinks=thinks)
    return [Message(item.role, _content(item.content)) for item in said] if said[-1].role == "user" else None


def _content(given: str | list[_Text]) -> str | list[Any]:
    return given if isinstance(given, str) else [{"type": "text", "text": part.text} for part in given]


def _turns(data: bytes, version: str, *, thinks: bool) -> list[Message] | None:
    try:
        value = msgspec.json.decode(data)
        check_messages.messages(value, version)
        check_messages.conversation(value, prefills=False)  # some models may
        if thinks:
            check_messages.thoughts(value)
    except (*NOT_JSON, RequestError):
        return None
    messages = wishes.messages({"messages": value})
    return messages if all(map(is_text, messages)) else None


def is_text(message: Message) -> bool:
    """Say whether a message says nothing but texts, and what was thought."""
    return not isinstance(message.content, list) or all(
        isinstance(block, dict) and block.get("type") in _SHOWN for block in message.content
    )
