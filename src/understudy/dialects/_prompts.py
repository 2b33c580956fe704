"""Prompts of text completions as OpenAI's API has them: a text or a list of tokens, one or several.

In: the member `prompt` of a body. Out: the prompts as they came, as texts, and how many tokens they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from understudy.text.tokens import encoding_for

Prompt = str | tuple[int, ...]
"""A text, or the numbers of its tokens."""


def are_tokens(value: Any) -> bool:
    """Say whether a value is a list of numbers of tokens."""
    return isinstance(value, list) and bool(value) and all(map(_is_token, value))


def _is_token(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def fit(value: Any) -> bool:
    """Say whether a value is a text, several texts, a list of tokens, or several lists of tokens."""
    if isinstance(value, str) or are_tokens(value):
        return True
    return (
        isinstance(value, list)
        and bool(value)
        and (all(isinstance(item, str) for item in value) or all(map(are_tokens, value)))
    )


def read(value: Any) -> tuple[Prompt, ...]:
    """Read prompts; what is none of them is left out."""
    several = value if isinstance(value, list) and not are_tokens(value) else [value]
    return tuple(
        item if isinstance(item, str) else tuple(item) for item in several if isinstance(item, str) or are_tokens(item)
    )


def texts(prompts: Iterable[Prompt], model: str) -> tuple[str, ...]:
    """Say what prompts are as texts; a number that is no token of the model's encoding is U+FFFD."""
    return tuple(prompt if isinstance(prompt, str) else encoding_for(model).decode(prompt) for prompt in prompts)


def count(prompts: Sequence[Prompt], model: str, suffix: str = "") -> int:
    """Count the tokens of prompts, and for each of them those of what is to follow its answer."""
    count_of = encoding_for(model).count
    behind = count_of(suffix) if suffix else 0
    return sum(behind + (count_of(prompt) if isinstance(prompt, str) else len(prompt)) for prompt in prompts)
