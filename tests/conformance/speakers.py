"""How a neutral question is put in each dialect: where it goes, what its body says, which reader reads the answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from understudy_conformance import facts, readers, readers_claude, readers_openai

Body = dict[str, Any]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer"}}}}
NAME = "get_weather"


class Wish(NamedTuple):
    """What is asked: `text` by the user, and what bears on the answer."""

    text: str
    stream: bool = False
    tools: bool = False
    think: bool = False
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()


class Speaker(NamedTuple):
    """One way to chat. Paths hold what stands behind `/<dialect>`; `streamed` is where streams are asked for, if elsewhere."""

    dialect: str
    path: str
    body: Callable[[Wish], Body]
    whole: Callable[[Body], facts.Facts]
    stream: Callable[[bytes], facts.Facts]
    streamed: str | None = None
    headers: Mapping[str, str] = {}

    @property
    def is_array(self) -> bool:
        """Whether a stream, and an error in place of it, is one JSON array."""
        return self.stream is readers.gemini_array

    def where(self, wish: Wish) -> str:
        return self.streamed if wish.stream and self.streamed else self.path


def given(**members: Any) -> Body:
    """The members that have a value."""
    return {name: value for name, value in members.items() if value not in (None, (), [], {}, False)}


def _says(wish: Wish) -> list[Body]:
    return [{"role": "user", "content": wish.text}]


def _functions(wish: Wish) -> list[Body]:
    return [{"type": "function", "function": {"name": NAME, "parameters": SCHEMA}}] if wish.tools else []


def chat(wish: Wish, *, model: str = "m") -> Body:
    counts = {"include_usage": True} if wish.stream else None
    limits = given(max_tokens=wish.max_tokens, stop=list(wish.stop), stream=wish.stream, stream_options=counts)
    return {"model": model, "messages": _says(wish), **given(tools=_functions(wish)), **limits}


def completion(wish: Wish) -> Body:
    body = {**chat(wish), "prompt": wish.text}
    return {name: value for name, value in body.items() if name not in ("messages", "tools")}


def response(wish: Wish) -> Body:
    tools = [{"type": "function", "name": NAME, "parameters": SCHEMA, "strict": False}] if wish.tools else []
    return {"model": "m", "input": wish.text, **given(tools=tools, max_output_tokens=wish.max_tokens, stream=wish.stream)}


def message(wish: Wish, **more: Any) -> Body:
    thinks = {"type": "enabled", "budget_tokens": 1024} if wish.think else None
    tools = [{"name": NAME, "input_schema": SCHEMA}] if wish.tools else []
    limits = {"max_tokens": wish.max_tokens or 2048, **given(stop_sequences=list(wish.stop), stream=wish.stream)}
    return {"messages": _says(wish), **limits, **given(tools=tools, thinking=thinks), **more}


def invocation(wish: Wish) -> Body:
    return message(wish._replace(stream=False), anthropic_version="bedrock-2023-05-31")


def converse(wish: Wish) -> Body:
    tools = [{"toolSpec": {"name": NAME, "inputSchema": {"json": SCHEMA}}}] if wish.tools else []
    limits = given(maxTokens=wish.max_tokens, stopSequences=list(wish.stop))
    said = [{"role": "user", "content": [{"text": wish.text}]}]
    return {"messages": said, **given(toolConfig=given(tools=tools), inferenceConfig=limits)}


def contents(wish: Wish) -> Body:
    thinks = {"includeThoughts": True} if wish.think else None
    limits = given(maxOutputTokens=wish.max_tokens, stopSequences=list(wish.stop), thinkingConfig=thinks)
    tools = [{"functionDeclarations": [{"name": NAME, "parameters": SCHEMA}]}] if wish.tools else []
    said = [{"role": "user", "parts": [{"text": wish.text}]}]
    return {"contents": said, **given(tools=tools, generationConfig=limits)}


def _options(wish: Wish) -> Body:
    return given(num_predict=wish.max_tokens, stop=list(wish.stop))


def local(wish: Wish) -> Body:
    tools = _functions(wish)
    wants = given(tools=tools, think=wish.think, options=_options(wish))
    return {"model": "m", "messages": _says(wish), "stream": wish.stream, **wants}


def generated(wish: Wish) -> Body:
    return {"model": "m", "prompt": wish.text, "stream": wish.stream, **given(think=wish.think, options=_options(wish))}


def commanded(wish: Wish) -> Body:
    limits = given(max_tokens=wish.max_tokens, stop_sequences=list(wish.stop), stream=wish.stream)
    return {"model": "command-a-03-2025", "messages": _says(wish), **given(tools=_functions(wish)), **limits}


def inputs(wish: Wish) -> Body:
    wants = {"details": True, **given(max_new_tokens=wish.max_tokens, stop=list(wish.stop))}
    return {"inputs": wish.text, "parameters": wants}


def _kin(dialect: str, path: str, *, end: str | None = "[DONE]") -> Speaker:
    stream = functools.partial(readers_openai.chat_stream, end=end)
    return Speaker(dialect, path, chat, readers_openai.chat_whole, stream)


_gemini = functools.partial(
    Speaker, "gemini", "/v1beta/models/gemini-2.0-flash:generateContent", contents, readers.gemini_whole
)
_STREAMED = "/v1beta/models/gemini-2.0-flash:streamGenerateContent"
_VERSION = {"anthropic-version": "2023-06-01"}
_CLAUDE = "/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0"

SPEAKERS: dict[str, Speaker] = {
    "openai": _kin("openai", "/v1/chat/completions"),
    "openai-completions": Speaker(
        "openai", "/v1/completions", completion, readers_openai.completion_whole, readers_openai.completion_stream
    ),
    "openai_responses": Speaker(
        "openai_responses", "/v1/responses", response, readers_openai.responses_whole, readers_openai.responses_stream
    ),
    "anthropic": Speaker(
        "anthropic",
        "/v1/messages",
        functools.partial(message, model="claude-sonnet-4-5"),
        readers_claude.messages_whole,
        readers_claude.messages_stream,
        headers=_VERSION,
    ),
    "gemini": _gemini(readers.gemini_stream, f"{_STREAMED}?alt=sse"),
    "gemini-array": _gemini(readers.gemini_array, _STREAMED),
    "ollama": Speaker("ollama", "/api/chat", local, readers.ollama_whole, readers.ollama_stream),
    "ollama-generate": Speaker("ollama", "/api/generate", generated, readers.ollama_whole, readers.ollama_stream),
    "cohere": Speaker("cohere", "/v2/chat", commanded, readers.cohere_whole, readers.cohere_stream),
    "bedrock": Speaker(
        "bedrock",
        f"{_CLAUDE}/converse",
        converse,
        readers_claude.converse_whole,
        readers_claude.converse_stream,
        f"{_CLAUDE}/converse-stream",
    ),
    "bedrock-invoke": Speaker(
        "bedrock",
        f"{_CLAUDE}/invoke",
        invocation,
        readers_claude.messages_whole,
        readers_claude.invoke_stream,
        f"{_CLAUDE}/invoke-with-response-stream",
    ),
    "azure": _kin("azure", "/openai/deployments/m/chat/completions?api-version=2024-10-21"),
    "mistral": _kin("mistral", "/v1/chat/completions"),
    "deepseek": _kin("deepseek", "/chat/completions"),
    "groq": _kin("groq", "/openai/v1/chat/completions"),
    "openrouter": _kin("openrouter", "/api/v1/chat/completions"),
    "xai": _kin("xai", "/v1/chat/completions"),
    "together": _kin("together", "/v1/chat/completions"),
    "fireworks": _kin("fireworks", "/inference/v1/chat/completions"),
    "cerebras": _kin("cerebras", "/v1/chat/completions"),
    "perplexity": _kin("perplexity", "/chat/completions", end=None),
    "sglang": _kin("sglang", "/v1/chat/completions"),
    "vllm": _kin("vllm", "/v1/chat/completions"),
    "tgi": _kin("tgi", "/v1/chat/completions"),
    "tgi-generate": Speaker("tgi", "/generate", inputs, readers.generated_whole, readers.generated_stream, "/generate_stream"),
}
