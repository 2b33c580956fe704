"""Prompt caching: what of a prompt was sent before, in the steps that the OpenAI API counts (wire.md 15).

In: a call. Out: the beginnings of its prompt, each a digest of everything up to there, measured in bytes of what is written for
it; and how many tokens a beginning that was sent before is worth. Who remembers beginnings is not decided here.
"""

from __future__ import annotations

from typing import Any

import msgspec
from xxhash import xxh3_128

from understudy.dialects import Moment
from understudy.dialects._openai.prompt import render_tools
from understudy.model.call import Call, Prefix
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for

LEAST = 1024  # tokens of a prompt that is worth caching
_STEP = 128
_BLOCK = 256  # bytes; a token is at least one of them, so shorter steps would find no more
_SECONDS = 600.0  # unused prompts are forgotten after 5 to 10 minutes


def begins(call: Call, prompt: int) -> tuple[Prefix, ...]:
    """Return the beginnings of a chat prompt that are worth caching, shortest first.

    Args:
        call: the call.
        prompt: tokens of its prompt.
    """
    if prompt < LEAST:
        return ()
    text = _written(call)
    state, found = xxh3_128(call.model.encode("utf-8", "surrogatepass")), []
    for at in range(0, len(text), _BLOCK):
        state.update(text[at : at + _BLOCK])
        found.append(Prefix(state.digest(), min(at + _BLOCK, len(text)), _SECONDS))
    return tuple(found)


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
        prompt = min(prompt, encoding_for(call.model).count(text[:held].decode("utf-8", "ignore")))
    found = prompt // _STEP * _STEP
    return found if found >= LEAST else 0


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
