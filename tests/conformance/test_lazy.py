"""Events are rendered when they are due, in every dialect: a stream that has begun holds next to nothing of what is to come.

An event takes more than a hundred bytes. What a stream may hold of one before it is due is a reference to its text, which the
reply has anyway, the number of its tokens, and what says where it stands.
"""

from __future__ import annotations

import gc
import json
import tracemalloc
from functools import partial

import pytest

from understudy.dialects.ollama import lines
from understudy.model.plan import spelled_out

TOKENS = 5_000
PER_EVENT = 64  # bytes
DRAWN = 16  # bytes more where an event tells probabilities: what they are worked out from
SCRIPT = f"timing: {{itl: 20ms}}\nrules: [{{reply: {{generate: {{tokens: {TOKENS}}}}}}}]\n"
LIMITED = ("openai-completions", "anthropic", "bedrock-invoke")  # say less unless they are asked for more


def invocation(model, **body):
    return f"/bedrock/model/{model}/invoke-with-response-stream", body


def kin(path, **body):
    return path, {"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": True, **body}


# Streams that no speaker stands for.
OTHERS = {
    "anthropic-complete": (
        "/anthropic/v1/complete",
        {"model": "claude-2.1", "prompt": "\n\nHuman: hi\n\nAssistant:", "max_tokens_to_sample": TOKENS, "stream": True},
    ),
    "azure-completions": (
        "/azure/openai/deployments/m/completions?api-version=2024-10-21",
        {"prompt": "hi", "stream": True, "max_tokens": TOKENS},
    ),
    "bedrock-cohere": invocation("cohere.command-r-v1", message="hi"),
    "bedrock-llama": invocation("meta.llama3-8b-instruct-v1", prompt="hi"),
    "bedrock-nova": invocation("amazon.nova-lite-v1", messages=[{"role": "user", "content": [{"text": "hi"}]}]),
    "bedrock-openai": invocation("openai.gpt-oss-20b-1", messages=[{"role": "user", "content": "hi"}]),
    "bedrock-titan": invocation("amazon.titan-text-lite-v1", inputText="hi"),
    "gemini-compatible": kin("/gemini/v1beta/openai/chat/completions"),
    "openai-likely": kin("/openai/v1/chat/completions", logprobs=True, top_logprobs=3),
    "openai-likely-completions": (
        "/openai/v1/completions",
        {"model": "davinci-002", "prompt": "hi", "stream": True, "max_tokens": TOKENS, "logprobs": 3},
    ),
    "openai-several": kin("/openai/v1/chat/completions", n=2),
    "openai-several-likely": kin("/openai/v1/chat/completions", n=2, logprobs=True),
    "vllm-likely": kin("/vllm/v1/chat/completions", logprobs=True),
    "vllm-completions": ("/vllm/v1/completions", {"model": "m", "prompt": "hi", "stream": True, "max_tokens": TOKENS}),
    "vllm-several": kin("/vllm/v1/chat/completions", n=2),
}


@pytest.fixture
def hold(make_request):
    """Begin a stream: the bytes that it holds with its first event, those that it takes when it is rendered, all events."""

    def play(engine, request):
        steps = iter(spelled_out(engine.respond(request).steps))
        next(step for step in steps if step and not isinstance(step, bytes))  # a wait, after which comes an event
        return next(step for step in steps if isinstance(step, bytes)), steps

    def held(engine, body, path, headers=None):
        make = partial(make_request, body, path, headers=headers)
        list(play(engine, make())[1])  # what is loaded and kept for all streams is no stream's own
        request = make()
        gc.collect()
        tracemalloc.start()
        try:
            first, steps = play(engine, request)
            gc.collect()
            begun = tracemalloc.get_traced_memory()[0]
            rest = list(steps)
            return begun, tracemalloc.get_traced_memory()[0], [first, *(step for step in rest if isinstance(step, bytes))]
        finally:
            tracemalloc.stop()

    return held


def check(begun, rendered, events, of=TOKENS, each=PER_EVENT):
    assert len(events) > 0.9 * of
    assert rendered > each * of  # events that are held are seen
    assert begun < each * of


def test_a_stream_holds_no_events_that_are_not_due(name, speaker, engine, wish, hold):
    asked = wish("hi", stream=True, max_tokens=TOKENS if name in LIMITED else None)
    check(*hold(engine(SCRIPT), speaker.body(asked), f"/{speaker.dialect}{speaker.where(asked)}", speaker.headers))


@pytest.mark.parametrize("other", OTHERS)
def test_neither_do_others(other, engine, hold):
    path, body = OTHERS[other]
    headers = {"anthropic-version": "2023-06-01"} if other == "anthropic-complete" else None
    each = PER_EVENT + DRAWN if "logprobs" in body else PER_EVENT
    check(*hold(engine(SCRIPT), body, path, headers), of=TOKENS * body.get("n", 1), each=each)


def test_nor_one_that_the_filter_follows(engine, hold):
    path, body = kin("/azure/openai/deployments/m/chat/completions?api-version=2024-10-21")
    check(*hold(engine(SCRIPT + "shapes: {azure: {filter: asynchronous}}\n"), body, path))


def test_the_numbers_of_a_conversation_are_made_with_the_line_that_tells_them(engine, make_request, monkeypatch):
    made = []
    monkeypatch.setattr(lines, "numbers_of", lambda messages, said: made.append(len(said)) or [1, 2, 3])
    plan = engine(SCRIPT).respond(make_request({"model": "m", "prompt": "hi"}, "/ollama/api/generate"))
    known = [len(made) for step in spelled_out(plan.steps) if isinstance(step, bytes)]
    assert len(known) > TOKENS
    assert known == [0] * (len(known) - 1) + [1]


LONG = " ".join(["fox"] * TOKENS)
SAID = {
    "refusals": {"refusal": LONG},
    "arguments": {"tool_calls": [{"name": "look", "arguments": {"for": LONG}}]},
}


@pytest.mark.parametrize("said", SAID)
def test_nor_what_is_said_beside_text(said, engine, hold):
    parameters = {"type": "object", "properties": {"for": {"type": "string"}}}
    tools = [{"type": "function", "function": {"name": "look", "parameters": parameters}}]
    path, body = kin("/openai/v1/chat/completions", n=2, tools=tools)
    check(*hold(engine(json.dumps({"timing": {"itl": "20ms"}, "rules": [{"reply": SAID[said]}]})), body, path), of=2 * TOKENS)
