"""What only Google reads of a chat below `/openai`: `extra_body.google`, and what answers bring for it.

Thoughts that are asked for stand in the text, between `<thought>` and `</thought>`; pieces of them in a stream say that they
are some (an editor's adapter for this path, olimorris/codecompanion.nvim; the guide to thinking there). Calls bring the
signature that Gemini 3 wants back. That effort and budget exclude each other is said in the words of a proxy's tests (2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Answered, Kin
from understudy.dialects._kin.decode import chat as chat_of
from understudy.dialects._kin.kin import Document
from understudy.dialects.gemini import caches, wishes
from understudy.dialects.gemini.answers import signature
from understudy.dialects.gemini.check import refuse
from understudy.dialects.gemini.families import family
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.ports import Store

_BEGIN, _END = "<thought>", "</thought>"
_MEMBER = "thought"  # where the family puts thoughts until they are put into the text
_MARK = {"google": {"thought": True}}
_decode = chat_of("gemini")


def chat(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /openai/chat/completions."""
    call = _decode(request, params, options)
    if options.strict and call.extra.body.get("reasoning_effort") and _thinking(call):
        refuse("Expected one of either `reasoning_effort` or custom `thinking_config`; found both.")
    return call


def recall(call: Call, store: Store, now: float) -> Call:
    """Put the cache that a call names before its own messages."""
    name = _google(call).get("cached_content")
    if not isinstance(name, str):
        return call
    cache = caches.find(store, name.rpartition("/")[2], now)
    if cache is None:
        raise caches.missing()
    messages = [*wishes.messages(cache.value), *call.messages]
    return structs.replace(call, messages=messages, tools=call.tools or wishes.tools(cache.value))


def shows(call: Call) -> bool:
    """Say whether thoughts are asked for."""
    return _thinking(call).get("include_thoughts") is True


def showing(kin: Kin) -> Kin:
    """The family as it shows thoughts."""

    def chunk(document: Document, answered: Answered) -> Document:
        for choice in document["choices"]:
            _say(choice["delta"], is_thinking=answered.before == "reasoning")
        return kin.chunk(document, answered)

    def whole(document: Document, answered: Answered) -> Document:
        for choice in document["choices"]:
            message = choice["message"]
            if (thought := message.pop(_MEMBER, None)) is not None:
                message |= {"content": f"{_BEGIN}{thought}{_END}{message['content'] or ''}", "extra_content": _MARK}
        return kin.whole(document, answered)

    return structs.replace(kin, thought=(_MEMBER,), chunk=chunk, whole=whole, shares=lambda _call: False)


def _say(delta: dict[str, Any], *, is_thinking: bool) -> None:
    """Put a piece of a thought into the text, and what follows the last of them behind its end."""
    thought = delta.pop(_MEMBER, None)
    if thought is not None:
        delta |= {"content": thought if is_thinking else _BEGIN + thought, "extra_content": _MARK}
    elif is_thinking:
        delta["content"] = _END + (delta.get("content") or "")


def signed(document: Document, answered: Answered) -> Document:
    """Sign the first tool call of each choice, as models that think do."""
    if not family(answered.call.model).thinks:
        return document
    for choice in document["choices"]:
        calls = (choice.get("message") or choice.get("delta") or {}).get("tool_calls") or ()
        for position, call in enumerate(calls):
            if call.get("index", position) == 0:
                call["extra_content"] = {"google": {"thought_signature": signature(call["function"]["arguments"])}}
    return document


def _google(call: Call) -> Mapping[str, Any]:
    return asked.mapping(asked.mapping(call.extra.body.get("extra_body")).get("google"))


def _thinking(call: Call) -> Mapping[str, Any]:
    return asked.mapping(_google(call).get("thinking_config"))
