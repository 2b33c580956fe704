"""What an answer cost, as `usageMetadata`: members in the order sent, zeros left out (wire.md 12)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects.gemini.answers import Answer
from understudy.dialects.gemini.prompt import modalities
from understudy.model.call import Call
from understudy.model.reply import Reply


class Costs(Struct, frozen=True):
    """Token counts; `prompt` and its modalities may be marks that are filled in later."""

    prompt: int
    tokens: int
    thought: int
    cached: int = 0
    by_modality: tuple[tuple[str, int], ...] = ()

    @property
    def completion(self) -> int:
        """Everything the model made."""
        return self.tokens + self.thought


def work_out(call: Call, reply: Reply, answers: list[Answer], moment: Moment) -> Costs:
    """Sum what the candidates cost; what the reply says of the prompt replaces what was counted."""
    told, prompt, cached = reply.usage, moment.prompt_tokens, moment.cached_tokens or moment.warm_tokens or call.extra.cached
    shares = tuple(modalities(call).items()) if call.extra.media else (("TEXT", prompt),)
    if told is not None:
        cached = cached if told.cached_tokens is None else told.cached_tokens
        if told.prompt_tokens is not None:
            prompt = told.prompt_tokens
            shares = (("TEXT", prompt),)
    tokens, thought = sum(answer.tokens for answer in answers), sum(answer.thought for answer in answers)
    return Costs(prompt, tokens, thought, min(cached, prompt), shares)


def document(costs: Costs) -> dict[str, Any]:
    """Write the whole usage."""
    return running(costs, costs.tokens, costs.thought)


def running(costs: Costs, tokens: int, thought: int) -> dict[str, Any]:
    """Write the usage of a stream that has said and thought so much."""
    found: dict[str, Any] = {
        "promptTokenCount": costs.prompt,
        "candidatesTokenCount": tokens,
        "totalTokenCount": costs.prompt + tokens + thought,
        "cachedContentTokenCount": costs.cached,
        "promptTokensDetails": [{"modality": name, "tokenCount": count} for name, count in costs.by_modality if count],
        "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": costs.cached}] if costs.cached else 0,
        "thoughtsTokenCount": thought,
    }
    return {name: value for name, value in found.items() if value}
