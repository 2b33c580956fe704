"""A conversation as numbers: the `context` of /api/generate, which a client sends back to go on with it.

The numbers are the o200k tokens of what was said, with a mark before each turn. In: messages. Out: numbers, and back. Numbers
that are not of this server are a text of the user's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from understudy.dialects._kin.tokens import numbered, prompt_of, text_of
from understudy.model.call import Message

_TURN = re.compile(r"<\|(system|user|assistant|tool)\|>\n")


def numbers_of(messages: Sequence[Message], answer: str) -> list[int]:
    """Spell a conversation and the answer to it as numbers."""
    return [number for number, _ in numbered(prompt_of([*messages, Message("assistant", answer)]))]


def conversation_of(numbers: list[Any]) -> list[Message]:
    """Read what was said so far."""
    known = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
    before, *turns = _TURN.split(text_of(known))
    first = [Message("user", before)] if before else []
    return first + [Message(role, said.removesuffix("\n")) for role, said in zip(turns[::2], turns[1::2], strict=True)]
