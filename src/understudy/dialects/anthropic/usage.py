"""What an answer cost, as the Messages API says it: the parts of the prompt by how they met the cache, and the output."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects.anthropic.answers import Answer
from understudy.model.call import Call
from understudy.model.reply import Reply

_HOUR = 3600.0


class Costs(Struct, frozen=True):
    """Token counts: the prompt in three parts (`five` and `hour` are what was written to the cache), and the output."""

    fresh: int
    five: int
    hour: int
    read: int
    output: int
    thought: int = 0
    searches: int = 0
    fetches: int = 0

    @property
    def prompt(self) -> int:
        """The whole prompt."""
        return self.fresh + self.five + self.hour + self.read

    @property
    def values(self) -> tuple[int, ...]:
        """Everything in the order of the holes of a layout."""
        return self.fresh, self.five + self.hour, self.read, self.five, self.hour, self.output, self.thought


def work_out(call: Call, reply: Reply, answer: Answer, moment: Moment) -> Costs:
    """Share the prompt out, and replace counts by what the reply says they are."""
    prompt, output, thought, told = moment.prompt_tokens, answer.tokens, answer.thought, reply.usage
    read = min(moment.warm_tokens, prompt)
    if told is not None:
        prompt = prompt if told.prompt_tokens is None else told.prompt_tokens
        output = output if told.completion_tokens is None else told.completion_tokens
        thought = thought if told.reasoning_tokens is None else told.reasoning_tokens
        read = min(read if told.cached_tokens is None else told.cached_tokens, prompt)
    five, hour, at = 0, 0, read
    for prefix in call.prefixes:
        if prefix.seconds and min(prefix.tokens, prompt) > at:
            written, at = min(prefix.tokens, prompt) - at, min(prefix.tokens, prompt)
            five, hour = (five, hour + written) if prefix.seconds >= _HOUR else (five + written, hour)
    return Costs(prompt - at, five, hour, read, output, thought, answer.searches, answer.fetches)


def opening(costs: Costs) -> dict[str, Any]:
    """Write the usage of the event that begins a stream: one token is said."""
    return {
        "input_tokens": costs.fresh,
        "cache_creation_input_tokens": costs.five + costs.hour,
        "cache_read_input_tokens": costs.read,
        "cache_creation": {"ephemeral_5m_input_tokens": costs.five, "ephemeral_1h_input_tokens": costs.hour},
        "output_tokens": min(1, costs.output),
        "service_tier": "standard",
        "inference_geo": "global",
    }


def closing(costs: Costs) -> dict[str, Any]:
    """Write the usage of the event that ends a stream."""
    found: dict[str, Any] = {
        "input_tokens": costs.fresh,
        "cache_creation_input_tokens": costs.five + costs.hour,
        "cache_read_input_tokens": costs.read,
        "output_tokens": costs.output,
        "output_tokens_details": {"thinking_tokens": costs.thought},
    }
    return {**found, "server_tool_use": used(costs)} if costs.searches or costs.fetches else found


def used(costs: Answer | Costs) -> dict[str, int]:
    """Write how often the API's own tools were used."""
    return {"web_search_requests": costs.searches, "web_fetch_requests": costs.fetches}
