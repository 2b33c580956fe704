"""One choice worked out: what is said within the limits, what it costs, and its document."""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct, structs

from understudy.dialects import Moment
from understudy.dialects._openai.cut import said
from understudy.dialects._openai.families import family
from understudy.dialects._openai.moderation import moderated as verdicts
from understudy.dialects._openai.odds import entries, score, tokens_of
from understudy.dialects._openai.usage import Costs, predicted, thought
from understudy.dialects.openai import spoken
from understudy.dialects.openai.citations import citations
from understudy.dialects.openai.wishes import Extra, searches
from understudy.model.call import Call
from understudy.model.reply import Reasoning, Refused, Reply, ToolCall
from understudy.text.tokens import Encoding, encoding_for

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CALL_OVERHEAD = 7  # tokens of a tool call beside its name and arguments (wire.md 15)


class Answer(Struct):
    """One choice: `tokens` is all it costs, `costs` says which of them were not its text."""

    text: str
    tokens: int
    costs: Costs
    finish: str
    calls: tuple[ToolCall, ...]
    refusal: str | None
    speaks: bool = False

    @property
    def is_plain(self) -> bool:
        """Say whether it is text and nothing else."""
        return not self.calls and self.refusal is None and not self.speaks


def work_out(call: Call, reply: Reply) -> Answer:
    """Apply the limits of the call to a reply and count it."""
    encoding, extra = encoding_for(call.model), call.extra
    costs = Costs(reasoning=sum(encoding.count(block.text) for block in reply.blocks if isinstance(block, Reasoning)))
    told = reply.usage is not None and reply.usage.reasoning_tokens is not None
    if told and reply.usage is not None:
        costs.reasoning = reply.usage.reasoning_tokens or 0
    limit = None if call.max_tokens is None else max(0, call.max_tokens - costs.reasoning)
    text, tokens, finish = said(reply, encoding, limit, extra.stop)
    refusals = [block.text for block in reply.blocks if isinstance(block, Refused)]
    refusal = None
    if refusals:
        refusal, spent, finish = _within("".join(refusals), encoding, limit, tokens, finish)
        tokens += spent
    calls = tuple(block for block in reply.blocks if isinstance(block, ToolCall))
    if calls:
        calls, spent, finish = _called_within(calls, call, encoding, None if limit is None else limit - tokens)
        tokens += spent
        finish = finish or reply.finish or "tool_calls"
    speaks = extra.audio is not None and not calls and refusal is None
    if extra.own:
        _count_wishes(costs, extra, text, reply, encoding, speaks=speaks)
    traits = family(call.model)
    if traits.reasons and not (told or costs.reasoning):
        costs.reasoning = thought(extra.effort or traits.effort, None if limit is None else limit - tokens)
    return Answer(text, tokens + costs.reasoning + costs.rejected + costs.spoken, costs, finish, calls, refusal, speaks)


def _within(text: str, encoding: Encoding, limit: int | None, spent: int, finish: str) -> tuple[str, int, str]:
    """Cut what is said behind so many tokens."""
    count = encoding.count(text)
    if limit is None or count <= limit - spent:
        return text, count, finish
    return *encoding.cut(text, limit - spent), "length"


def _called_within(
    wanted: tuple[ToolCall, ...], call: Call, encoding: Encoding, left: int | None
) -> tuple[tuple[ToolCall, ...], int, str]:
    """Make calls while there are tokens left; the last may have the beginning of its arguments only. What is a custom tool of
    the request's is called as one.
    """
    customs = {tool.name for tool in call.tools if tool.kind == "custom"}
    calls: list[ToolCall] = []
    total, finish = 0, ""
    for block in wanted:
        if left is not None and total >= left:
            finish = "length"
        if finish:
            break
        made = structs.replace(block, kind="custom") if block.name in customs else block
        total += _CALL_OVERHEAD + encoding.count(made.name)
        arguments, spent, finish = _within(made.arguments, encoding, left, total, finish)
        if finish:
            made = structs.replace(made, arguments=arguments)
        calls.append(made)
        total += spent
    return tuple(calls), total if left is None else min(total, left), finish


def _count_wishes(costs: Costs, extra: Extra, text: str, reply: Reply, encoding: Encoding, *, speaks: bool) -> None:
    """Count what only some requests ask for: a prediction tried, a voice."""
    if extra.prediction is not None:
        found = predicted(tokens_of(text, reply, encoding), encoding.split(extra.prediction))
        costs.accepted, costs.rejected = found
    if speaks:
        costs.spoken = spoken.tokens(text)


def all_costs(call: Call, answers: list[Answer], cached: int) -> Costs:
    """Sum what the choices cost in detail, and what the prompt did."""
    return Costs(
        reasoning=sum(answer.costs.reasoning for answer in answers),
        cached=cached,
        accepted=sum(answer.costs.accepted for answer in answers),
        rejected=sum(answer.costs.rejected for answer in answers),
        heard=call.extra.heard,
        spoken=sum(answer.costs.spoken for answer in answers),
    )


def moderated(call: Call, answers: list[Answer]) -> dict[str, Any]:
    """Judge what was asked and answered; {} where nobody asked for that."""
    model = call.extra.moderation
    if model is None:
        return {}
    images = (part for message in call.messages if isinstance(message.content, list) for part in message.content)
    seen = any(isinstance(part, dict) and part.get("type") == "image_url" for part in images)
    asked = "\n".join(message.text for message in call.messages if message.role == "user")
    return verdicts(model, asked, [answer.refusal or answer.text for answer in answers], image=seen)


def choice(index: int, answer: Answer, reply: Reply, call: Call, moment: Moment) -> dict[str, Any]:
    """Build the choice of a whole answer, members in the order sent."""
    extra: Extra = call.extra
    message: dict[str, Any] = {"role": "assistant", "content": answer.text}
    if answer.speaks or (not answer.text and (answer.calls or answer.refusal is not None)):
        message["content"] = None
    finish = answer.finish
    if answer.calls and extra.legacy:
        message["function_call"] = _called(answer.calls[0])
        finish = legacy_finish(finish)
    elif answer.calls:
        message["tool_calls"] = wire_calls(answer, index, moment)
    message["refusal"] = answer.refusal
    if answer.speaks and extra.audio is not None:
        message["audio"] = spoken.document(answer.text, extra.audio[1], index, moment)
    message["annotations"] = citations(answer.text) if searches(call.model) else []
    made: dict[str, Any] = {"index": index, "message": message, "logprobs": None, "finish_reason": finish}
    if extra.logprobs is not None:
        made["logprobs"] = _logprobs(answer, reply, call, index, moment)
    elif not family(call.model).logprobs:
        del made["logprobs"]
    return made


def legacy_finish(finish: str) -> str:
    """The finish reason in the spelling of 2023."""
    return "function_call" if finish == "tool_calls" else finish


def _logprobs(answer: Answer, reply: Reply, call: Call, index: int, moment: Moment) -> dict[str, Any]:
    encoding, top = encoding_for(call.model), call.extra.logprobs
    refused = None
    if answer.refusal is not None:
        refused = entries(score(encoding.split(answer.refusal), encoding, top, index, moment, call.sampling))
    if not answer.text:
        return {"content": None, "refusal": refused}
    found = score(tokens_of(answer.text, reply, encoding), encoding, top, index, moment, call.sampling, reply.odds)
    return {"content": entries(found), "refusal": refused}


def wire_calls(answer: Answer, index: int, moment: Moment) -> list[dict[str, Any]]:
    """Build the tool calls of a choice; identifiers that the script leaves open are the answer's own."""
    calls = answer.calls if len(answer.calls) == 1 else tuple(map(_spaced, answer.calls))
    return [
        {"id": call.id or _call_id(moment, index * 1000 + position), "type": call.kind, call.kind: _called(call)}
        for position, call in enumerate(calls)
    ]


def _called(call: ToolCall) -> dict[str, str]:
    return {"name": call.name, "input" if call.kind == "custom" else "arguments": call.arguments}


def _call_id(moment: Moment, position: int) -> str:
    """Make `call_` and 24 base62 characters: the answer's 22 and two drawn for the position."""
    drawn = moment.random.integer(f"call-{position}", 0, 62 * 62 - 1)
    return f"call_{moment.key.decode()}{_BASE62[drawn // 62]}{_BASE62[drawn % 62]}"


def _spaced(call: ToolCall) -> ToolCall:
    """Space the arguments, as models do that call several tools at once; what is no compact JSON stays as it is."""
    try:
        value = json.loads(call.arguments)
    except (ValueError, RecursionError):
        return call
    if call.kind == "custom" or json.dumps(value, ensure_ascii=False, separators=(",", ":")) != call.arguments:
        return call
    return structs.replace(call, arguments=json.dumps(value, ensure_ascii=False))
