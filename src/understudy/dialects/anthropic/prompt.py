"""What a prompt costs in tokens: an estimate, for the tokenizer is not public.

Fitted on recorded usage (tokens.md 7): the o200k_base tokens of all texts times the family's factor, plus 7 or 8 for system and
first message, plus 4 for each further one; wrong by up to 10 % on short texts. Tools add what the API says they do. Images cost
width times height over 750, at most 1,600; pages of a PDF 2,000 each, other documents their text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from understudy.dialects._media import decoded, pages_of, size_of
from understudy.dialects.anthropic.families import LONG_WINDOW, family
from understudy.model.call import Call, Message
from understudy.text.tokens import Encoding, encoding

_TOOLS, _TOOLS_FORCED = 346, 313  # the system prompt that makes a model use tools: when it may, when it must
_A_MESSAGE = 4
_A_PAGE = 2000
_LARGEST_IMAGE, _LONGEST_EDGE, _PIXELS_A_TOKEN = 1600, 1568, 750
_HEADER = 1 << 16  # base64 characters an image's size is looked for in
_LARGEST = 8 << 20  # base64 characters of a document that are looked at


@cache
def _counter() -> Encoding:
    return encoding("o200k_base")


def prompt_tokens(call: Call) -> int:
    """Count the prompt of a call."""
    traits, text, exact, spoken = family(call.model), 0, 0, 0
    count, remembered = _counter().count, _counter().remembered
    for message in call.messages:
        content = message.content
        if message.role != "system":
            spoken += 1
        if isinstance(content, str):
            known = remembered(content)
            text += count(content) if known is None else known
        else:
            exact += _rest(message, traits.factor)
        if message.tool_calls:
            exact += round(sum(map(_called, message.tool_calls)) * traits.factor)
    if call.extra.tools:
        exact += round(_count(call.extra.tools) * traits.factor) + tools_overhead(call.tool_choice)
    return round(text * traits.factor) + exact + traits.base + _A_MESSAGE * max(0, spoken - 1)


def window_of(call: Call) -> int:
    """The longest prompt and answer together that the model of a call takes."""
    own = LONG_WINDOW if call.extra.long else family(call.model).window
    return own if call.extra.window is None else min(own, call.extra.window)


def _count(text: str) -> int:
    return _counter().count(text)


def tools_overhead(choice: Any) -> int:
    """The tokens that offering tools costs beside their description."""
    return _TOOLS if choice in (None, "auto", "none") else _TOOLS_FORCED


def block_tokens(block: Any, factor: float) -> int:
    """Count what one block of a message costs."""
    if not isinstance(block, dict):
        return 0
    kind, source = block.get("type"), block.get("source")
    if kind == "image":
        return _image(source)
    if kind == "document":
        return _document(block, source, factor)
    texts = [block[name] for name in ("text", "thinking", "title") if isinstance(block.get(name), str)]
    content = block.get("content")
    if isinstance(content, str):
        texts.append(content)
    own = round(sum(map(_count, texts)) * factor)
    if kind in ("tool_use", "server_tool_use"):
        own += round(_count(msgspec.json.encode([block.get("name"), block.get("input")]).decode()) * factor)
    return own + (sum(block_tokens(part, factor) for part in content) if isinstance(content, list) else 0)


def _rest(message: Message, factor: float) -> int:
    content = message.content
    return sum(block_tokens(block, factor) for block in content) if isinstance(content, list) else 0


def _called(call: Any) -> int:
    body = call["function"]
    return _count(body["name"]) + _count(body["arguments"])


def _image(source: Any) -> int:
    data = source.get("data") if isinstance(source, dict) else None
    size = size_of(decoded(data[:_HEADER])) if isinstance(data, str) else None
    if size is None:
        return _LARGEST_IMAGE  # nobody fetches what lies behind an address
    width, height = size
    shrink = min(1.0, _LONGEST_EDGE / max(width, height, 1))
    return max(1, min(_LARGEST_IMAGE, round(width * height * shrink * shrink / _PIXELS_A_TOKEN)))


def _document(block: dict[str, Any], source: Any, factor: float) -> int:
    source = source if isinstance(source, dict) else {}
    texts = [block[name] for name in ("title", "context") if isinstance(block.get(name), str)]
    data, content = source.get("data"), source.get("content")
    if source.get("type") == "text" and isinstance(data, str):
        texts.append(data)
    if isinstance(content, str):
        texts.append(content)
    own = round(sum(map(_count, texts)) * factor)
    if source.get("type") == "content":
        return own + _parts(content, factor)
    if source.get("type") == "base64" and isinstance(data, str):
        return own + _A_PAGE * pages_of(decoded(data[:_LARGEST]))
    return own if source.get("type") == "text" else own + _A_PAGE


def _parts(content: Any, factor: float) -> int:
    return sum(block_tokens(part, factor) for part in content) if isinstance(content, Sequence) and content else 0
