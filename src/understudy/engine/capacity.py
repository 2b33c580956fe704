"""The script and the calls as the capacity room needs them: whose engine is whose, and which prompts begin alike.

In: a script; a call. Out: shares in the order they are tried; the names of a prompt's blocks. Plays nothing and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from understudy.capacity import CapacitySpec, Share, chain
from understudy.config.script import Script
from understudy.matching import compile_glob, fold, is_glob
from understudy.model.call import Call, Message

EVERY: Final = "*"
"""The id of the share that is everybody's who has none."""

_MARK = "\x1e%s\x1f"  # stands between messages, with the role; neither character is likely in a text

_plain = msgspec.json.Encoder(enc_hook=repr, order="sorted").encode


def shares(script: Script) -> tuple[Share, ...]:
    """List the capacities of a script: those of models named so, then those of globs in order, then the one of all others."""
    own = [(model.id, model.capacity) for model in script.models if model.capacity is not None]
    found = [
        *(Share(name, _test(name), spec) for name, spec in own if not is_glob(name)),
        *(Share(name, _test(name), spec) for name, spec in own if is_glob(name)),
    ]
    if script.capacity is not None:
        found.append(Share(EVERY, _any, script.capacity))
    return tuple(found)


def _test(name: str) -> Callable[[str], bool]:
    if not is_glob(name):
        return name.__eq__
    search = compile_glob(fold(name)).search
    return lambda model: search(fold(model).encode("utf-8", "replace")) is not None


def _any(_model: str) -> bool:
    return True


def block_names(call: Call, prompt_tokens: int, spec: CapacitySpec) -> list[int]:
    """Name the blocks of a call's prompt; those of another model or with other tools have other names.

    Args:
        call: whose prompt.
        prompt_tokens: how many tokens it was counted to have.
        spec: the engine's; without a prefix cache there is nothing to name.
    """
    if not spec.prefix_cache or prompt_tokens < spec.block_size:
        return []
    salt = call.model.encode("utf-8", "replace") + (_plain(call.tools) if call.tools else b"")
    if call.messages:
        return chain("".join(_said(call)).encode("utf-8", "replace"), prompt_tokens, spec.block_size, salt)
    first = call.inputs[0] if call.inputs else call.user
    if isinstance(first, list | tuple) and all(isinstance(token, int) and 0 <= token < 1 << 64 for token in first):
        return chain(list(first), prompt_tokens, spec.block_size, salt)
    return chain(_text(first).encode("utf-8", "replace"), prompt_tokens, spec.block_size, salt)


def _said(call: Call) -> Iterator[str]:
    for message in call.messages:
        yield _MARK % message.role
        yield from _content(message)


def _content(message: Message) -> Iterator[str]:
    if isinstance(message.content, str):
        yield message.content
    elif message.content:
        yield from map(_text, message.content)
    if message.tool_calls:
        yield _text(message.tool_calls)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return str(value["text"])
    return _plain(value).decode()
