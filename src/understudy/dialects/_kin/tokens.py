"""Texts as numbers and back, for providers that show their tokenizer: o200k_base, whatever the model is.

In: texts and messages. Out: (number, bytes) for each token.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from understudy.model.call import Message
from understudy.text.logprobs import spelled
from understudy.text.tokens import encoding
from understudy.text.vocabulary import load

NAME: Final = "o200k_base"
_NONE = "\N{REPLACEMENT CHARACTER}".encode()


def numbered(text: str) -> list[tuple[int, bytes]]:
    """The tokens of a text."""
    rank = load(NAME).rank
    return [(rank(token), token) for token in encoding("o200k_base").split(text)]


def named(numbers: Sequence[int]) -> list[tuple[int, bytes]]:
    """The tokens of such numbers; one that is no token's is U+FFFD."""
    vocabulary = load(NAME)
    return [(number, vocabulary.token(number) if 0 <= number < len(vocabulary) else _NONE) for number in numbers]


def placed(text: str) -> list[dict[str, Any]]:
    """The tokens of a text and where each stands in it, in characters; one that ends within a character counts up to it."""
    found, at = [], 0
    for number, token in numbered(text):
        end = at + len(token.decode("utf-8", "ignore"))
        found.append({"id": number, "text": spelled(token), "start": at, "stop": end})
        at = end
    return found


def text_of(numbers: Sequence[Any]) -> str:
    """The text of such numbers; what is none is passed over."""
    return encoding(NAME).decode([number for number in numbers if isinstance(number, int)])


def prompt_of(messages: Sequence[Message]) -> str:
    """A conversation as the text a model is given: roles, texts and calls."""
    return "".join([f"<|{message.role}|>\n{message.text}{_called(message)}\n" for message in messages])


def _called(message: Message) -> str:
    return "".join([msgspec.json.encode(call["function"]).decode() for call in message.tool_calls or ()])
