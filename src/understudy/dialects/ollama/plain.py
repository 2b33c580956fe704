"""Plain chats: texts, and what is asked in `options`, in values that fit the request.

In: a body. Out: what it holds, sooner than `check` finds that all of it fits; or nothing, then that has to look at it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from understudy.dialects.ollama.names import is_name
from understudy.model.call import Message
from understudy.untrusted import NOT_JSON


class _Said(Message, gc=False, forbid_unknown_fields=True):
    role: Literal["system", "user", "assistant"]
    content: str
    name: None = None
    tool_calls: None = None
    tool_call_id: None = None


class Plain(Struct, gc=False, forbid_unknown_fields=True):
    """A plain chat."""

    model: str
    messages: Annotated[list[_Said], Meta(min_length=1)]
    stream: bool | None = None
    options: dict[str, Any] | None = None
    think: bool | None = None
    keep_alive: Any = None


_plain = msgspec.json.Decoder(Plain).decode


def read(data: bytes) -> Plain | None:
    """Read a plain chat; None of what is none."""
    try:
        body = _plain(data)
    except NOT_JSON:
        return None
    return body if is_name(body.model) else None
