"""One choice worked out: what is said within the limits, what it costs, and its document."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects.openai.cut import said
from understudy.dialects.openai.families import Family
from understudy.model.call import Call
from understudy.model.reply import Reasoning, Refused, Reply, ToolCall
from understudy.text.tokens import encoding_for

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CALL_OVERHEAD = 7  # tokens of a tool call beside its name and arguments (wire.md 15)


class Answer(Struct):
    """One choice: `tokens` is all it costs, `reasoning` the part that was only thought."""

    text: str
    tokens: int
    reasoning: int
    finish: str
    calls: tuple[ToolCall, ...]
    refusal: str | None

    @property
    def is_plain(self) -> bool:
        """Say whether it is text and nothing else."""
        return not self.calls and self.refusal is None


def work_out(call: Call, reply: Reply) -> Answer:
    """Apply the limits of the call to a reply and count it."""
    encoding = encoding_for(call.model)
    thought = sum(encoding.count(block.text) for block in reply.blocks if isinstance(block, Reasoning))
    if reply.usage is not None and reply.usage.reasoning_tokens is not None:
        thought = reply.usage.reasoning_tokens
    limit = None if call.max_tokens is None else max(0, call.max_tokens - thought)
    text, tokens, finish = said(reply, encoding, limit, call.extra.stop)
    calls = tuple(block for block in reply.blocks if isinstance(block, ToolCall))
    refusals = [block.text for block in reply.blocks if isinstance(block, Refused)]
    refusal = "".join(refusals) if refusals else None
    tokens += encoding.count(refusal or "")
    tokens += sum(_CALL_OVERHEAD + encoding.count(c.name) + encoding.count(c.arguments) for c in calls)
    if calls:
        finish = reply.finish or "tool_calls"
    return Answer(text, tokens + thought, thought, finish, calls, refusal)


def told_usage(reply: Reply, prompt: int, completion: int = 0) -> tuple[int, int]:
    """Replace counts by what the reply says they are."""
    told = reply.usage
    if told is None:
        return prompt, completion
    return (
        prompt if told.prompt_tokens is None else told.prompt_tokens,
        completion if told.completion_tokens is None else told.completion_tokens,
    )


def choice(index: int, answer: Answer, traits: Family, moment: Moment) -> dict[str, Any]:
    """Build the choice of a whole answer, members in the order sent."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text}
    if answer.refusal is not None or (answer.calls and not answer.text):
        message["content"] = None
    if answer.calls:
        message["tool_calls"] = wire_calls(answer, index, moment)
    message["refusal"] = answer.refusal
    message["annotations"] = []
    made: dict[str, Any] = {"index": index, "message": message, "logprobs": None, "finish_reason": answer.finish}
    if not traits.logprobs:
        del made["logprobs"]
    return made


def wire_calls(answer: Answer, index: int, moment: Moment) -> list[dict[str, Any]]:
    """Build the tool calls of a choice; identifiers that the script leaves open are the answer's own."""
    return [
        {"id": call.id or _call_id(moment, index * 1000 + position), "type": call.kind, call.kind: _called(call)}
        for position, call in enumerate(answer.calls)
    ]


def _called(call: ToolCall) -> dict[str, str]:
    return {"name": call.name, "input" if call.kind == "custom" else "arguments": call.arguments}


def _call_id(moment: Moment, position: int) -> str:
    """Make `call_` and 24 base62 characters: the answer's 22 and two drawn for the position."""
    drawn = moment.random.integer(f"call-{position}", 0, 62 * 62 - 1)
    return f"call_{moment.key.decode()}{_BASE62[drawn // 62]}{_BASE62[drawn % 62]}"
