"""The messages of a chat alone, of which nothing depends on what stands beside them.

In: the JSON of `messages`. Out: messages that are texts, calls and their results; of others, and of what may be refused, none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from understudy.dialects.openai import check_turns, wishes
from understudy.errors import RequestError
from understudy.model.call import Message
from understudy.untrusted import NOT_JSON


class PlainMessage(Message, gc=False, forbid_unknown_fields=True):
    """A message that is a text."""

    role: Literal["system", "user", "assistant", "developer"]
    content: str
    name: None = None
    tool_calls: None = None
    tool_call_id: None = None


_plain = msgspec.json.Decoder(Annotated[list[PlainMessage], Meta(min_length=1)]).decode


def texts(told: bytes) -> list[Message] | None:
    """Read messages that are nothing but texts."""
    try:
        found: list[Any] = _plain(told)
    except NOT_JSON:
        return None
    return found


def checked(told: bytes) -> list[Message] | None:
    """Read messages as the API does."""
    found = texts(told)
    if found is not None:
        return found
    try:
        value = msgspec.json.decode(told)
        check_turns.conversation(value)
    except (*NOT_JSON, RequestError):
        return None
    found = [wishes.message(item) for item in value]
    return found if are_texts(found) else None


def are_texts(messages: Iterable[Message]) -> bool:
    """Say whether messages show nothing but texts."""
    return all(map(_is_text, messages))


def _is_text(message: Message) -> bool:
    content = message.content
    return not isinstance(content, list) or all(map(_is_said, content))


def _is_said(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str)
