"""What pydantic finds wrong in the prompt of a text completion: it tries each form that a prompt may have.

In: a prompt. Out: errors as pydantic has them, of its forms in the order of the server's protocol
(`vllm/entrypoints/openai/completion/protocol.py`, 2026). Of each form so many are told as fit a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, Final, TypeGuard

from understudy.dialects import _prompts as prompts

Error = dict[str, Any]
Place = tuple[str | int, ...]
_Look = Callable[[Any, Place], Iterator[Error]]
_TOLD: Final = 100  # errors of a form
_MOST: Final = 1024  # `VLLM_MAX_COMPLETION_PROMPTS` of `vllm/envs.py`

TOO_MANY: Final = (
    f"prompt list length {{}} exceeds the maximum allowed count of {_MOST}. To increase this limit, set the "
    "VLLM_MAX_COMPLETION_PROMPTS environment variable."
)
"""What is said of so many prompts."""


def are_too_many(prompt: Any) -> TypeGuard[list[Any]]:
    """Say whether a list holds more prompts than a server takes; by its first item it is told from the tokens of one."""
    return isinstance(prompt, list) and len(prompt) > _MOST and not isinstance(prompt[0], int)


def errors(prompt: Any) -> list[Error]:
    """Find what is wrong in a prompt; nothing if it is a text, a list of tokens, or several of either."""
    given = prompts.read(prompt)
    if prompts.fit(prompt) and all(number >= 0 for item in given if not isinstance(item, str) for number in item):
        return []
    forms: tuple[tuple[str, _Look], ...] = (
        ("list[constrained-int]", _tokens),
        ("list[list[constrained-int]]", _each(_tokens)),
        ("str", _text),
        ("list[str]", _each(_text)),
    )
    return list(chain.from_iterable(islice(look(prompt, ("body", "prompt", name)), _TOLD) for name, look in forms))


def _error(kind: str, place: Place, message: str, value: Any) -> Error:
    return {"type": kind, "loc": place, "msg": f"Input should be {message}", "input": value}


def _each(look: _Look) -> _Look:
    """Make what looks at each item of a list."""

    def found(value: Any, place: Place) -> Iterator[Error]:
        if not isinstance(value, list):
            yield _error("list_type", place, "a valid list", value)
            return
        for index, item in enumerate(value):
            yield from look(item, (*place, index))

    return found


def _text(value: Any, place: Place) -> Iterator[Error]:
    if not isinstance(value, str):
        yield _error("string_type", place, "a valid string", value)


def _number(value: Any, place: Place) -> Iterator[Error]:
    if isinstance(value, str):
        yield _error("int_parsing", place, "a valid integer, unable to parse string as an integer", value)
    elif isinstance(value, float):
        yield _error("int_from_float", place, "a valid integer, got a number with a fractional part", value)
    elif not isinstance(value, int) or isinstance(value, bool):
        yield _error("int_type", place, "a valid integer", value)
    elif value < 0:
        yield _error("greater_than_equal", place, "greater than or equal to 0", value) | {"ctx": {"ge": 0}}


_tokens = _each(_number)
