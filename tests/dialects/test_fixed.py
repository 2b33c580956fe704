"""Streams of fixed replies, whoever the provider is: rendered once, held by no stream, and the same bytes as if made anew."""

from __future__ import annotations

import json

import pytest

from understudy.model.plan import Run
from understudy.text.tokens import Encoding

ASKED = "what colour is the sky"
CHAT = {"model": "m", "messages": [{"role": "user", "content": ASKED}], "stream": True}
CONVERSE = {"messages": [{"role": "user", "content": [{"text": ASKED}]}]}
CLAUDE = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 99, "messages": [{"role": "user", "content": ASKED}]}
PROMPT = {"model": "m", "prompt": ASKED, "max_tokens": 99, "stream": True}
TURNS = f"\n\nHuman: {ASKED}\n\nAssistant:"
GEMINI = {"contents": [{"role": "user", "parts": [{"text": ASKED}]}]}
MODELS = "/model/{}/invoke-with-response-stream"
AZURE = "/openai/deployments/m/chat/completions?api-version=2024-10-21"
STREAMS = {
    "openai": ("/v1/chat/completions", CHAT),
    "openai-limit": ("/v1/chat/completions", {**CHAT, "max_tokens": 3}),
    "completions": ("/v1/completions", PROMPT),
    "responses": ("/v1/responses", {"model": "gpt-4o-mini", "input": ASKED, "stream": True}),
    "responses-reasoning": ("/v1/responses", {"model": "gpt-5", "input": ASKED, "stream": True, "max_output_tokens": 900}),
    "azure": (AZURE, CHAT),
    "azure-responses": ("/azure/openai/v1/responses", {"model": "gpt-4o-mini", "input": ASKED, "stream": True}),
    "anthropic": ("/v1/messages", {**CHAT, "max_tokens": 99}),
    "complete": ("/v1/complete", {"model": "m", "prompt": TURNS, "max_tokens_to_sample": 99, "stream": True}),
    "gemini": ("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", GEMINI),
    "converse": ("/model/amazon.nova-lite-v1:0/converse-stream", CONVERSE),
    "claude": (MODELS.format("anthropic.claude-3"), CLAUDE),
    "nova": (MODELS.format("amazon.nova-lite-v1:0"), CONVERSE),
    "titan": (MODELS.format("amazon.titan-text-express-v1"), {"inputText": ASKED}),
    "llama": (MODELS.format("meta.llama3-8b-instruct-v1:0"), {"prompt": ASKED}),
    "command-r": (MODELS.format("cohere.command-r-v1:0"), {"message": ASKED}),
    "gpt-oss": (MODELS.format("openai.gpt-oss-20b-1:0"), {"messages": CHAT["messages"]}),
    "cohere": ("/v2/chat", CHAT),
    "ollama": ("/api/chat", CHAT),
    "ollama-generate": ("/api/generate", {"model": "m", "prompt": ASKED}),
    "tgi": ("/tgi/generate_stream", {"inputs": ASKED, "parameters": {"details": True}}),
    "vllm-usage": ("/vllm/v1/chat/completions", {**CHAT, "stream_options": {"include_usage": True}}),
    **{
        name: (f"/{name}{base}/chat/completions", CHAT)
        for name, base in {
            "mistral": "/v1",
            "deepseek": "",
            "groq": "/openai/v1",
            "openrouter": "/api/v1",
            "xai": "/v1",
            "together": "/v1",
            "vllm": "/v1",
        }.items()
    },
}
SCRIPT = "rules: [{reply: 'one two, three 100% \\u00e9t\\u00e9 \\0 \\\\u0000 done'}]\n"


VERSION = {"anthropic-version": "2023-06-01"}


@pytest.fixture(params=STREAMS)
def path(request):
    return STREAMS[request.param][0]


@pytest.fixture
def body(request, path):
    """Make the request of a stream, with more words before what it asks."""
    written = json.dumps(STREAMS[request.node.callspec.params["path"]][1])
    return lambda words: json.loads(written.replace(ASKED, f"{words} {ASKED}"))


def test_what_is_kept_says_the_same_bytes_as_what_is_made_anew(path, body, engine, ask):
    warm, cold = engine(SCRIPT), engine(SCRIPT)
    first = ask(body("tell me"), path, to=warm, headers=VERSION)
    second = ask(body("please tell me"), path, to=warm, headers=VERSION)
    assert (first.status, second.body) == (200, ask(body("please tell me"), path, to=cold, headers=VERSION).body)
    assert second.body != first.body


def test_a_second_stream_cuts_no_text_again(path, body, engine, ask, monkeypatch):
    cut, pieces = [], Encoding.pieces
    monkeypatch.setattr(Encoding, "pieces", lambda self, text: cut.append(text) or pieces(self, text))
    to = engine(SCRIPT)
    ask(body("tell me"), path, to=to, headers=VERSION)
    assert cut
    cut.clear()
    ask(body("tell it"), path, to=to, headers=VERSION)
    assert cut == []


def test_a_stream_in_time_holds_no_frames_of_its_own(path, body, engine, make_request):
    to = engine(SCRIPT, response_delay_ms=20)
    runs = []
    for word in ("tell", "show", "paint", "give"):
        steps = to.respond(make_request(body(f"{word} me"), path, headers=VERSION)).steps
        runs += [step for step in steps if isinstance(step, Run)]
    *_, third, fourth = runs  # from the third on it is ready
    assert third.frames is fourth.frames or not isinstance(third.frames, list | tuple)
