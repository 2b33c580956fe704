"""Texts as numbers and back, for providers that show their tokenizer: o200k_base, whatever the model is.

In: texts and messages. Out: (number, bytes) for each token.
"""

from __future__ import annotations

from collections.abc import Sequence

from understudy.model.call import Message
from understudy.text.tokens import encoding
from understudy.text.vocabulary import load

NAME = "o200k_base"


def numbered(text: str) -> list[tuple[int, bytes]]:
    """The tokens of a text."""
    rank = load(NAME).rank
    return [(rank(token), token) for token in encoding("o200k_base").split(text)]


def text_of(numbers: Sequence[int]) -> str:
    """The text of such numbers."""
    return encoding("o200k_base").decode(numbers)


def prompt_of(messages: Sequence[Message]) -> str:
    """A conversation as the text a model is given: roles and texts."""
    return "".join([f"<|{message.role}|>\n{message.text}\n" for message in messages])
