"""Answers of Converse: one document with its members in alphabetical order, or the events of a stream (wire.md 14.3)."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import partial
from hashlib import shake_128
from typing import Any, Literal

import msgspec
from msgspec import structs

from understudy.dialects import Moment
from understudy.dialects._cut import Pieces, parted, streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._stencil import fill, hole
from understudy.dialects._turn import Costs, Part, Turn, alike, costs, cut, lasting, letters, work_out
from understudy.dialects._turn import whole as kept
from understudy.dialects.bedrock import frames
from understudy.dialects.bedrock.abilities import abilities_of
from understudy.dialects.bedrock.conversation import Guard, spoken
from understudy.dialects.bedrock.frames import Shared, Span, Words, one
from understudy.dialects.bedrock.guardrails import trace
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Failure, Finish, Reply
from understudy.untrusted import NOT_JSON

Kind = Literal["text", "reasoning", "call"]
_REASONS: dict[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "content_filtered",
}
_GUARDED = "guardrail_intervened"
_BEGIN, _SAY = 200, 10  # milliseconds: before the first token, and for each
_NAMES = alike(b'{"metrics":{"latencyMs":')
_MARKED = re.compile(rb'"(?:cachePoint|cache_control)"\s*:')


def converse(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a conversation."""
    require_room(call, moment)
    reply = replies[0]
    if call.stream:
        return _stream(call, reply, moment)
    guard: Guard | None = call.extra.guard
    keeps = lasting(reply, moment) and (guard is None or not guard.traced)
    turn, row = kept(reply, _wishes(call), moment, partial(_document, call, reply, moment), shares=keeps)
    spent = spent_on(turn, reply, call, moment)
    data = fill(row, (b"%d" % (spent.prompt - spent.cached), b"%d" % (spent.prompt + spent.completion)))
    reusable = keeps and not _is_too_long(call, moment)
    return Body(data, spent.prompt, spent.completion, finish=turn.finish, reusable=reusable, names=_NAMES)


def _document(call: Call, reply: Reply, moment: Moment) -> tuple[Turn, bytes]:
    """Write a document but for the tokens of the prompt, and those of all of it."""
    turn = work_out(call, spoken(call, reply), call.extra.stops)
    spent = spent_on(turn, reply, call, moment)
    counts = usage(spent) | {"inputTokens": hole(0), "totalTokens": hole(1)}
    metrics = {"latencyMs": latency(spent)}
    document = {**whole(turn, moment, call.extra.guard), "metrics": metrics, "usage": counts, **_trace(call, turn)}
    return turn, msgspec.json.encode(document, order="sorted")


def _wishes(call: Call) -> tuple[Any, ...]:
    return "converse", call.model, call.max_tokens, call.extra.stops, call.extra.guard is None, call.extra.told


def require_room(call: Call, moment: Moment) -> None:
    """Refuse a prompt that the model has no room for, where its window is known and no beta lengthens it."""
    if _is_too_long(call, moment) and b"context-1m" not in call.body:
        window = abilities_of(call.model).window or 0
        raise RequestError(Failure(400, "context_length", counts=(window, moment.prompt_tokens)))


def _is_too_long(call: Call, moment: Moment) -> bool:
    """Say whether a prompt is longer than the window of the model, where it is known."""
    window = abilities_of(call.model).window if moment.options.strict else None
    return window is not None and moment.prompt_tokens > window


def _stream(call: Call, reply: Reply, moment: Moment) -> Stream:
    keeps = lasts(reply, moment)
    make = partial(_told, call, streamed(reply), moment, keeps=keeps)
    turn, told = rendered(reply, _wishes(call), moment, make, lambda made: len(made[1]), shares=keeps)
    spent = spent_on(turn, reply, call, moment)
    metadata = {"metrics": {"latencyMs": latency(spent)}, "usage": usage(spent), **_trace(call, turn)}
    return frames.stream(told, moment, spent, turn.finish, last=(frames.row("metadata", metadata),))


def _told(call: Call, reply: Reply, moment: Moment, *, keeps: bool) -> tuple[Turn, Shared | list[Span]]:
    """Tell the events of a stream: rendered, to be kept, or for once."""
    turn = work_out(call, spoken(call, reply), call.extra.stops)
    found = spans(turn, call, reply, moment)
    return turn, frames.shared(found, last=1) if keeps else found


def _trace(call: Call, turn: Turn) -> dict[str, Any]:
    """What the guardrail saw, if that is asked for."""
    guard: Guard | None = call.extra.guard
    if guard is None or not guard.traced:
        return {}
    return {"trace": trace(guard, call.user, turn.said("text"), is_blocked=reason(turn, guard) == _GUARDED)}


def spent_on(turn: Turn, reply: Reply, call: Call, moment: Moment) -> Costs:
    """Count a turn; what a simulated engine holds is told of prompts with a mark alone, for the API caches no others."""
    if moment.cached_tokens and _MARKED.search(call.body) is None:
        moment = structs.replace(moment, cached_tokens=0)
    return costs(turn, reply, moment)


def latency(spent: Costs) -> int:
    """Say how long an answer takes, in milliseconds: so much for each token; no measurement."""
    return _BEGIN + _SAY * spent.completion


def whole(turn: Turn, moment: Moment, guard: Guard | None = None) -> dict[str, Any]:
    """Write the message and why it ended."""
    content, position = [], 0
    for part in turn.parts:
        content.append(_block(part, position, moment))
        position += part.kind == "call"
    return {"output": {"message": {"content": content, "role": "assistant"}}, "stopReason": reason(turn, guard)}


def reason(turn: Turn, guard: Guard | None = None) -> str:
    """Say why an answer ended; a model that refuses is shown as filtered, by the guardrail if there is one."""
    if turn.sequence is not None:
        return "stop_sequence"
    found = "content_filtered" if turn.declines and turn.finish == "stop" else _REASONS[turn.finish]
    return _GUARDED if guard is not None and found == "content_filtered" else found


def usage(spent: Costs) -> dict[str, Any]:
    """Write what an answer cost."""
    found: dict[str, Any] = {"inputTokens": spent.prompt - spent.cached, "outputTokens": spent.completion}
    if spent.cached:
        found |= {"cacheReadInputTokens": spent.cached, "cacheWriteInputTokens": 0}
    return {**found, "serverToolUsage": {}, "totalTokens": spent.prompt + spent.completion}


def signature(text: str) -> str:
    """Sign a thought: a function of it, as long as the API's."""
    return b64encode(b"\x12\xb5\x01" + shake_128(text.encode("utf-8", "replace")).digest(180)).decode()


def tool_input(text: str) -> Any:
    """The arguments of a tool call as an object; other text stands in one."""
    try:
        value = msgspec.json.decode(text)
    except NOT_JSON:
        value = None
    return value if isinstance(value, dict) else {"INVALID_JSON": text}


def _block(part: Part, position: int, moment: Moment) -> dict[str, Any]:
    if part.kind == "call":
        return {"toolUse": {"input": tool_input(part.text), **_called(part, position, moment)}}
    if part.kind == "reasoning":
        return {"reasoningContent": {"reasoningText": {"signature": signature(part.text), "text": part.text}}}
    return {"text": part.text}


def _called(part: Part, position: int, moment: Moment) -> dict[str, str]:
    return {"name": part.name, "toolUseId": part.id or f"tooluse_{letters(moment, position, 22)}"}


def spans(turn: Turn, call: Call, reply: Reply, moment: Moment) -> list[Span]:
    """Tell the events of a stream up to its end, without what it cost."""
    found = [one("messageStart", {"role": "assistant"})]
    position = 0
    for index, part in enumerate(turn.parts):
        place = {"contentBlockIndex": index}
        if part.kind == "call":
            start = {"toolUse": _called(part, position, moment)}
            found.append(one("contentBlockStart", {**place, "start": start}))
            position += 1
        found.append(_deltas(index, part.kind, cut(part, reply, call, moment)))
        if part.kind == "reasoning":
            signed = {"reasoningContent": {"signature": signature(part.text)}}
            found.append(one("contentBlockDelta", {**place, "delta": signed}))
        found.append(one("contentBlockStop", place))
    return [*found, one("messageStop", {"stopReason": reason(turn, call.extra.guard)})]


def _deltas(place: int, kind: Kind, pieces: Pieces) -> Span:
    return Span("contentBlockDelta", Words(_delta, (place, kind)), *parted(pieces))


def _delta(place: int, kind: Kind, text: str) -> dict[str, Any]:
    said = {"text": text}
    delta = {"toolUse": {"input": text}} if kind == "call" else {"reasoningContent": said} if kind == "reasoning" else said
    return {"contentBlockIndex": place, "delta": delta}


def tokens(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Say how many tokens a prompt costs."""
    return Body(msgspec.json.encode({"inputTokens": moment.prompt_tokens}), moment.prompt_tokens)
