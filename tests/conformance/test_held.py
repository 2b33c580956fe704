"""Streams that are spread in time hold their texts otherwise than those that are not, and say the same."""

from __future__ import annotations

import re

import pytest

TIMED = "timing: {ttft: 1ms, itl: 1ms}\n"
SCRIPT = """
settings: {validation: lenient}
rules:
- {when: {user: {contains: told}}, reply: {template: "{{ user }} \\u00e9\\U0001F600 and the dog sat \\"low\\" and more"}}
- {when: {user: {contains: both}}, reply: {reasoning: "Hm, let me see.", template: "{{ user }} it is"}}
- {reply: {generate: {tokens: 40}}}
"""
ASKED = ({"role": "user", "content": "TEXT"},)
CHAT = {"stream": True, "messages": ASKED, "model": "m", "max_tokens": 500}
PLACES = {
    "openai": ("/v1/chat/completions", CHAT),
    "openai choices": ("/v1/chat/completions", {**CHAT, "n": 2}),
    "openai logprobs": ("/v1/chat/completions", {**CHAT, "logprobs": True}),
    "openai completion": ("/v1/completions", {"stream": True, "prompt": "TEXT", "model": "m", "max_tokens": 500}),
    "responses": ("/v1/responses", {"stream": True, "input": "TEXT", "model": "gpt-4o"}),
    "responses reasoning": ("/v1/responses", {"stream": True, "input": "TEXT", "model": "o3"}),
    "anthropic": ("/v1/messages", {**CHAT, "model": "claude-sonnet-4-5"}),
    "gemini": (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        {"contents": [{"role": "user", "parts": [{"text": "TEXT"}]}]},
    ),
    "gemini candidates": (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        {"contents": [{"role": "user", "parts": [{"text": "TEXT"}]}], "generationConfig": {"candidateCount": 2}},
    ),
    "vllm": ("/vllm/v1/chat/completions", CHAT),
    "vllm choices": ("/vllm/v1/chat/completions", {**CHAT, "n": 2}),
    "vllm completion": ("/vllm/v1/completions", {"stream": True, "prompt": "TEXT", "model": "m", "max_tokens": 500}),
    "tgi": ("/tgi/generate_stream", {"inputs": "TEXT", "parameters": {"max_new_tokens": 500}}),
    "deepseek": ("/deepseek/chat/completions", CHAT),
    "mistral": ("/mistral/v1/chat/completions", CHAT),
    "cohere": ("/v2/chat", CHAT),
    "ollama": ("/api/chat", {"messages": ASKED, "model": "m"}),
    "bedrock": ("/model/amazon.nova-pro-v1:0/converse-stream", {"messages": [{"role": "user", "content": [{"text": "TEXT"}]}]}),
}
MOMENTS = re.compile(rb'(_duration|created_at|latencyMs)"?: ?("[^"]*"|\d+)')  # what tells of time itself


def filled(value, text):
    if isinstance(value, str):
        return value.replace("TEXT", text)
    if isinstance(value, dict):
        return {name: filled(each, text) for name, each in value.items()}
    return [filled(each, text) for each in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("text", ["told", "both", "made"])
@pytest.mark.parametrize("place", PLACES)
def test_a_stream_in_time_says_what_the_same_without_time_says(engine, ask, place, text):
    path, body = PLACES[place]
    headers = {"anthropic-version": "2023-06-01", "x-api-key": "k", "authorization": "Bearer k"}
    paced, at_once = (
        ask(filled(body, f"{text} {place}"), path, to=engine(timed + SCRIPT), headers=headers) for timed in (TIMED, "")
    )
    assert paced.status == 200
    assert MOMENTS.sub(b"", paced.body) == MOMENTS.sub(b"", at_once.body)
