"""A small agent: it answers questions with tools, asks OpenAI first and Anthropic when that fails, and knows when to stop.

Nothing in it knows of tests: the official clients find their server by the environment.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import anthropic
import openai

ROUNDS = 5
PATIENCE = 2.0
PAUSES = (0.5, 1.0)

Tools = Mapping[str, Callable[..., str]]


class AgentError(Exception):
    """No model answered, or none came to an end."""


class Agent:
    """Asks models until one has said its last word.

    Args:
        tools: functions by name; each takes a city.
        sleep: how it waits between two tries.
    """

    def __init__(self, tools: Tools, sleep: Callable[[float], object] = time.sleep) -> None:
        self.tools = tools
        self.log: list[str] = []
        self._sleep = sleep

    def answer(self, question: str) -> str:
        """Answer a question."""
        try:
            return self._openai(question)
        except (openai.APIStatusError, openai.APIConnectionError) as error:
            self.log.append(f"openai: {type(error).__name__}")
        try:
            return self._anthropic(question)
        except (anthropic.APIStatusError, anthropic.APIConnectionError) as error:
            raise AgentError(f"anthropic: {type(error).__name__}") from error

    def stream(self, question: str) -> str:
        """Answer a question piece by piece; an answer that breaks off is asked for again, whole."""
        with openai.OpenAI(timeout=PATIENCE) as client:
            messages: Any = [{"role": "user", "content": question}]
            pieces, finish = [], None
            try:
                for chunk in client.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True):
                    for choice in chunk.choices:
                        pieces.append(choice.delta.content or "")
                        finish = choice.finish_reason or finish
            except (openai.APIError, ValueError, OSError) as error:
                self.log.append(f"stream: {type(error).__name__}")
            if finish is None:
                return self._openai(question)
            return "".join(pieces)

    def _openai(self, question: str) -> str:
        messages: list[Any] = [{"role": "user", "content": question}]
        tools: Any = [{"type": "function", "function": described(name)} for name in self.tools]
        with openai.OpenAI(max_retries=0, timeout=PATIENCE) as client:
            for _ in range(ROUNDS):
                message = self._tried(client, messages, tools).choices[0].message
                if not message.tool_calls:
                    return message.content or ""
                messages.append(message.model_dump(exclude_none=True))
                for call in message.tool_calls:
                    said = self._use(call.function.name, json.loads(call.function.arguments))
                    messages.append({"role": "tool", "tool_call_id": call.id, "content": said})
        raise AgentError(f"no answer in {ROUNDS} rounds of tools")

    def _tried(self, client: openai.OpenAI, messages: list[Any], tools: Any) -> Any:
        """Ask up to three times, and wait as long as the server says, or longer each time."""
        for pause in (*PAUSES, None):
            try:
                return client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=tools)
            except (openai.RateLimitError, openai.InternalServerError, openai.APIConnectionError) as error:
                if pause is None or getattr(error, "code", None) == "insufficient_quota":
                    raise
                response = getattr(error, "response", None)
                self._sleep(float(response.headers.get("retry-after", pause)) if response is not None else pause)
        raise AssertionError("the last try returns or raises")

    def _anthropic(self, question: str) -> str:
        messages: list[Any] = [{"role": "user", "content": question}]
        tools: Any = [{"name": name, "description": name, "input_schema": described(name)["parameters"]} for name in self.tools]
        with anthropic.Anthropic(max_retries=0, timeout=PATIENCE) as client:
            for _ in range(ROUNDS):
                message = client.messages.create(model="claude-haiku-4-5", max_tokens=500, messages=messages, tools=tools)
                calls = [block for block in message.content if block.type == "tool_use"]
                if not calls:
                    return "".join(block.text for block in message.content if block.type == "text")
                messages.append(
                    {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in message.content]}
                )
                results = [
                    {"type": "tool_result", "tool_use_id": call.id, "content": self._use(call.name, call.input)}
                    for call in calls
                ]
                messages.append({"role": "user", "content": results})
        raise AgentError(f"no answer in {ROUNDS} rounds of tools")

    def _use(self, name: str, arguments: Any) -> str:
        self.log.append(f"{name}({arguments['city']})")
        return self.tools[name](**arguments)


def described(name: str) -> dict[str, Any]:
    """Describe a tool that takes a city."""
    city = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    return {"name": name, "description": name, "parameters": city}
