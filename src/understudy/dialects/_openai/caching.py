"""Prompt caching: what of a prompt was sent before, in the steps that the OpenAI API counts (wire.md 15).

In: a call. Out: its prompt as one text, and how many tokens a beginning of it that was sent before is worth. Who remembers
texts is not decided here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._openai.prompt import render_tools
from understudy.model.call import Call
from understudy.model.reply import Reply
from understudy.text.tokens import Encoding, encoding_for

LEAST = 1024  # tokens of a prompt that is worth caching
_STEP = 128
_REMEMBERED = 1 << 16  # bytes of a beginning whose tokens are remembered


def begins(call: Call, prompt: int) -> bytes:
    """Return a chat prompt that is worth caching as one text; nothing of one that is not.

    Args:
        call: the call.
        prompt: tokens of its prompt.
    """
    return _written(call) if prompt >= LEAST else b""


def cached(call: Call, reply: Reply, moment: Moment) -> int:
    """Count the cached tokens of a prompt: as the reply says, else as a simulated engine holds them, else as sent before."""
    if reply.usage is not None and reply.usage.cached_tokens is not None:
        return reply.usage.cached_tokens
    if moment.cached_tokens is not None:
        return moment.cached_tokens
    return cached_tokens(call, moment.prompt_tokens, moment.warm_tokens)


def cached_tokens(call: Call, prompt: int, held: int) -> int:
    """Count the cached tokens of a prompt.

    Args:
        call: the call.
        prompt: tokens of its prompt.
        held: the length of the longest of its beginnings that was sent before, 0 for none.
    """
    if prompt < LEAST or not held:
        return 0
    text = _written(call)
    if held < len(text):
        count = _count if held <= _REMEMBERED else _count.__wrapped__
        prompt = min(prompt, count(encoding_for(call.model), text[:held]))
    found = prompt // _STEP * _STEP
    return found if found >= LEAST else 0


@lru_cache(64)
def _count(encoding: Encoding, text: bytes) -> int:
    """Count tokens; many prompts begin alike."""
    return encoding.count(text.decode("utf-8", "ignore"))


def _written(call: Call) -> bytes:
    """The prompt as one text: tools first, for they come first in what the model is shown."""
    parts: list[str] = [render_tools(call.tools)] if call.tools else []
    for message in call.messages:
        parts += (message.role, message.name or "", _said(message.content))
        if message.tool_calls:
            parts.append(_said(message.tool_calls))
    return "\n".join(parts).encode("utf-8", "surrogatepass")


def _said(content: Any) -> str:
    return content if isinstance(content, str) else msgspec.json.encode(content).decode() if content else ""
