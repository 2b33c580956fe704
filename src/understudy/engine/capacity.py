"""The script and the calls as the capacity room needs them: whose engine is whose, and which prompts begin alike.

In: a script; a call and what it is answered. Out: shares in the order they are tried; the names of the blocks of prompts and
answers. Plays nothing and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

import msgspec

from understudy.capacity import CapacitySpec, Order, Share, chain
from understudy.capacity.prefix import TEXT_BYTES
from understudy.config.script import Script
from understudy.dialects import Options, is_adapter
from understudy.engine.overruled import complaint, left
from understudy.errors import UsageError
from understudy.matching import is_glob, model_like
from understudy.model.call import Call, Message
from understudy.model.ports import Store
from understudy.model.reply import Reasoning, Refused, Reply, Text, ToolCall
from understudy.text.tokens import encoding_for
from understudy.untrusted import NOT_JSON

EVERY: Final = "*"
"""The id of the share that is everybody's who has none."""

_MARK = "\x1e%s\x1f"  # stands between messages, with the role; neither character is likely in a text
_ANSWERS = "assistant"

_plain = msgspec.json.Encoder(enc_hook=repr, order="sorted").encode


def shares(script: Script) -> tuple[Share, ...]:
    """List the capacities of a script: those of models named so, then those of globs in order, then the one of all others.

    Raises:
        UsageError: for timing that cannot have an effect, since an engine makes what it is said of; scripts whose own files
            have some are refused before.
    """
    own = [(model.id, model.capacity) for model in script.models if model.capacity is not None]
    found = [
        *(Share(name, model_like(name), spec) for name, spec in own if not is_glob(name)),
        *(Share(name, model_like(name), spec) for name, spec in own if is_glob(name)),
    ]
    if script.capacity is not None:
        found.append(Share(EVERY, _any, script.capacity))
    mistakes = [f"{place}: {complaint(names)}" for place, names in left(script, found) if names]
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return tuple(found)


def base_of(shares: Sequence[Share], model: str, store: Store, options: Options) -> str | None:
    """Give the model in whose batch an adapter (LoRA) runs that was loaded: the first in the catalogue, as it is listed there.

    None for what is no adapter, and for one that a script gives an engine by its own name.
    """
    if not is_adapter(store, model) or any(share.fits(model) and not is_glob(share.id) for share in shares):
        return None
    return options.listed[0].id if options.listed else options.default_model


def window_of(shares: Sequence[Share], model: str) -> int | None:
    """Give the tokens that prompt and answer of a model may have together, None where no engine makes its answers."""
    return next((share.spec.window for share in shares if share.fits(model)), None)


def _any(_model: str) -> bool:
    return True


class Prompt(NamedTuple):
    """A prompt as an engine sees it: how many tokens it has, and the names of its blocks.

    `rest` is the text behind these, which the answer goes on with, `salt` that of the names. No `rest` = no more is named.
    """

    tokens: int
    names: Sequence[int]
    rest: bytes | None = None
    salt: bytes = b""

    def order(self, call: Call, reply: Reply, output: int, spec: CapacitySpec, adapter: str = "") -> Order:
        """Want an answer of so many tokens, to be found by who asks with it the next time."""
        further: Sequence[int] = ()
        if self.rest is not None:
            more = self.rest + _answer(call, reply).encode("utf-8", "replace")
            further = chain(more, self.tokens + output, spec.block_size, self.salt, self.names)
        return Order(self.tokens, self.names, output, further, adapter)


def prompts_of(call: Call, tokens: int, spec: CapacitySpec) -> list[Prompt]:
    """Tell the prompts of a call apart: a chat has one, a completion may have several.

    Blocks of another model or with other tools have other names.

    Args:
        call: whose prompts.
        tokens: how many tokens they were counted to have together.
        spec: the engine's; without a prefix cache there is nothing to name.
    """
    salt = call.model.encode("utf-8", "replace") + (_plain(call.tools) if call.tools else b"")
    given = _given(call)
    counts = [tokens] if len(given) == 1 else [_count(prompt, call.model) for prompt in given]
    if not spec.prefix_cache:
        return [Prompt(count, ()) for count in counts]
    return [_named(prompt, count, spec.block_size, salt) for prompt, count in zip(given, counts, strict=True)]


def _named(prompt: bytes | Sequence[int], tokens: int, block_size: int, salt: bytes) -> Prompt:
    names = chain(prompt, tokens, block_size, salt)
    rest = prompt[len(names) * block_size * TEXT_BYTES :] if isinstance(prompt, bytes) else None
    return Prompt(tokens, names, rest, salt)


def _given(call: Call) -> list[bytes | Sequence[int]]:
    """The prompts, as UTF-8 or as tokens."""
    if _is_talk(call):
        return ["".join(_said(call)).encode("utf-8", "replace")]
    prompts: Sequence[Any] = _prompts(call) or (call.user,)
    return [prompt if _are_tokens(prompt) else _text(prompt).encode("utf-8", "replace") for prompt in prompts]


def _prompts(call: Call) -> Sequence[Any]:
    """The prompts of a completion; a dialect that reads tokens has them, as they came, in the `prompts` of its extra."""
    return (getattr(call.extra, "prompts", ()) or call.inputs) if call.operation == "completion" else ()


def _is_talk(call: Call) -> bool:
    """Say whether a prompt is a conversation, whose next turn has an answer as a message; a text goes on with it."""
    return bool(call.messages) and not _prompts(call)


def _are_tokens(prompt: Any) -> bool:
    return isinstance(prompt, list | tuple) and all(isinstance(token, int) and 0 <= token < 1 << 64 for token in prompt)


def _count(prompt: bytes | Sequence[int], model: str) -> int:
    return encoding_for(model).count(prompt.decode()) if isinstance(prompt, bytes) else len(prompt)


def _said(call: Call) -> Iterator[str]:
    """Say a conversation; messages of the assistant that follow each other are one answer, as some APIs cut it."""
    before = ""
    for message in call.messages:
        if not message.role == before == _ANSWERS:
            yield _MARK % message.role
        before = message.role
        yield from _content(message)


def _answer(call: Call, reply: Reply) -> str:
    """Say an answer as the next turn does; what was thought comes first, as it was made."""
    thoughts = [block.text for block in reply.blocks if isinstance(block, Reasoning)]
    texts = [block.text for block in reply.blocks if isinstance(block, Text | Refused)]
    if call.stream and reply.stream_text is not None:
        texts = [reply.stream_text]
    calls = [_called(block.name, block.arguments) for block in reply.blocks if isinstance(block, ToolCall)]
    begins = _is_talk(call) and call.messages[-1].role != _ANSWERS
    return "".join([_MARK % _ANSWERS if begins else "", *thoughts, *texts, *calls])


def _content(message: Message) -> Iterator[str]:
    if isinstance(message.content, str):
        yield message.content
    elif message.content:
        yield from map(_text, message.content)
    yield from map(_call, message.tool_calls or ())


def _call(value: Any) -> str:
    """Say a call that was made: what is called and with what, in one way of writing, without its identifier."""
    body = value.get(str(value.get("type") or "function")) if isinstance(value, dict) else None
    if not isinstance(body, dict):
        return _text(value)
    return _called(body.get("name"), body.get("arguments", body.get("input")))


def _called(name: Any, arguments: Any) -> str:
    if isinstance(arguments, str):
        with suppress(*NOT_JSON):
            arguments = _plain(msgspec.json.decode(arguments or "{}")).decode()
    return f"{_MARK % 'call'}{name}{_text(arguments)}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        for name in ("text", "thinking"):
            if isinstance(value.get(name), str):
                return str(value[name])
    return _plain(value).decode()
