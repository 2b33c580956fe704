"""What a prompt costs in tokens: an estimate, for the tokenizer is not public.

Fitted on recorded usage (tokens.md 7): the o200k_base tokens of all texts; since Gemini 2.5 one more for each content and for
the system instruction. That was exact on 14 of 16 recorded prompts. Functions and their calls count as the text of their JSON.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from understudy.dialects.gemini.families import family
from understudy.dialects.gemini.media import part_tokens
from understudy.model.call import Call, Message
from understudy.text.tokens import Encoding, encoding


@cache
def counter() -> Encoding:
    """The encoding that stands for the API's own."""
    return encoding("o200k_base")


def prompt_tokens(call: Call) -> int:
    """Count the prompt of a call."""
    return sum(modalities(call).values()) if call.extra.media else _text_tokens(call)


def modalities(call: Call) -> dict[str, int]:
    """Count the prompt by modality, text first."""
    found = {"TEXT": _text_tokens(call)}
    for message in call.messages:
        for part in message.content if isinstance(message.content, list) else ():
            if "inlineData" in part or "fileData" in part:
                modality, tokens = part_tokens(part, call.model, call.extra.resolution, counter())
                found[modality] = found.get(modality, 0) + tokens
    return {modality: tokens for modality, tokens in found.items() if tokens}


def input_tokens(call: Call) -> int:
    """Count the texts that vectors are made of."""
    return sum(counter().count(text) for text in call.inputs)


def _text_tokens(call: Call) -> int:
    count, remembered = counter().count, counter().remembered
    total = (call.extra.contents or len(call.messages)) if family(call.model).framed else 0
    for message in call.messages:
        content = message.content
        if isinstance(content, str):
            known = remembered(content)
            total += count(content) if known is None else known
        elif content:
            total += sum(count(_said(part)) for part in content)
        if message.tool_calls:
            total += sum(_called(item) for item in message.tool_calls)
        if message.role == "tool":
            total += _named(message)
    return total + (count(call.extra.tools) if call.extra.tools else 0)


def _said(part: dict[str, Any]) -> str:
    """The text of a part; of code and its results their JSON."""
    if "inlineData" in part or "fileData" in part:
        return ""
    return part["text"] if "text" in part else msgspec.json.encode(part).decode()


def _called(item: dict[str, Any]) -> int:
    function = item["function"]
    return counter().count(function["name"]) + counter().count(function["arguments"])


def _named(message: Message) -> int:
    return counter().count(message.name or "")
