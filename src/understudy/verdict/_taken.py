"""What a talk that goes on took for the answer of the model, and whether that is all of it."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any

import msgspec
from msgspec import Struct

from understudy.model.reply import Reply, ToolCall
from understudy.untrusted import NOT_JSON
from understudy.verdict._attempts import Attempt
from understudy.verdict._conversation import Said, ToolUse
from understudy.verdict._results import plain

_GO_ON = re.compile(r"\b(continue|go on|carry on|keep going|where you left off|finish)\b", re.IGNORECASE)


class Taken(Struct, frozen=True):
    """The answer as the next request has it, in one message or several, and what that request says after it."""

    text: str
    calls: tuple[ToolUse, ...]
    rest: tuple[Said, ...]

    @property
    def is_to_go_on(self) -> bool:
        """Say whether the model is to go on with the answer: it is put in its mouth, or the model is asked to."""
        return not self.rest or any(_GO_ON.search(each.text) for each in self.rest)


def taken(one: Attempt, later: Attempt) -> Taken:
    """Read what a later try, whose talk is that of an earlier one and goes on, took for the answer to that."""
    after = later.said.messages[len(one.said.messages) :]
    answer = tuple(takewhile(lambda message: message.role == "assistant", after))
    calls = tuple(call for message in answer for call in message.calls)
    return Taken("".join(message.text for message in answer), calls, after[len(answer) :])


def calls_cut(answer: Taken, reply: Reply | None) -> str:
    """Say which part of the calls in a reply the tools were run on, "" when it was all of them, or others."""
    whole = [block for block in reply.blocks if isinstance(block, ToolCall)] if reply is not None else []
    if not any(message.results for message in answer.rest):
        return ""
    for use, call in zip(answer.calls, whole, strict=False):
        if use.name != call.name:
            return ""
        given, meant = _value(use.arguments), _value(call.arguments)
        if given != meant:
            is_part = _is_part(given, meant) or _bare(call.arguments).startswith(_bare(use.arguments))
            return "part of the arguments of a tool call" if is_part else ""
    return f"{len(answer.calls)} of {len(whole)} tool calls" if 0 < len(answer.calls) < len(whole) else ""


def _value(arguments: str) -> Any:
    """Read arguments; those that were cut off are no JSON and stay text."""
    try:
        return msgspec.json.decode(arguments)
    except NOT_JSON:
        return arguments


def _is_part(given: Any, whole: Any) -> bool:
    """Say whether a value may be what came of another one that broke off, mended into JSON or left as it was."""
    if isinstance(given, dict) and isinstance(whole, dict):
        return all(name in whole and _is_part(value, whole[name]) for name, value in given.items())
    if isinstance(given, list) and isinstance(whole, list):
        return len(given) <= len(whole) and all(map(_is_part, given, whole))
    return _bare(whole).startswith(_bare(given))


def _bare(value: Any) -> str:
    """Spell a value without white space."""
    return "".join(plain(value).split())
