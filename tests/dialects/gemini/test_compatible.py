"""Gemini as OpenAI's clients ask it."""

from __future__ import annotations

import json
import struct
from base64 import b64decode

import pytest

BASE = "/v1beta/openai"
CHAT = f"{BASE}/chat/completions"
MODEL = "gemini-2.5-flash"


@pytest.fixture
def server(engine):
    return engine(
        """
rules:
  - {when: {dialect: gemini, user: tool}, reply: {tool_calls: [{name: f, arguments: {a: 1}}]}}
  - {when: {dialect: gemini, user: hi}, reply: {reasoning: "Hm.", text: "one two"}}
  - {when: {user: blocked}, reply: {error: content_filter}}
  - {when: {user: limit}, reply: {error: rate_limit}}
"""
    )


@pytest.mark.parametrize("path", [CHAT, f"/gemini{CHAT}", "/v1/projects/p/locations/l/endpoints/openapi/chat/completions"])
def test_a_chat_has_what_google_says_of_it(ask, server, chat, path):
    found = ask(chat("hi", MODEL), path, to=server).json
    assert list(found) == ["choices", "created", "id", "model", "object", "usage"]
    assert found["choices"] == [{"index": 0, "message": {"role": "assistant", "content": "one two"}, "finish_reason": "stop"}]


def test_every_chunk_names_the_role_and_the_last_the_reason(ask, server, chat):
    chunks = ask(chat("hi", MODEL, stream=True, stream_options={"include_usage": True}), CHAT, to=server).chunks
    *said, counts = chunks
    assert [chunk["choices"][0]["delta"]["role"] for chunk in said] == ["assistant"] * len(said)
    assert [chunk["choices"][0].get("finish_reason") for chunk in said] == [*[None] * (len(said) - 1), "stop"]
    assert "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in said) == "one two"
    assert (counts["choices"], counts["usage"]["completion_tokens"] > 0) == ([], True)


@pytest.mark.parametrize("stream", [False, True])
def test_a_call_comes_whole(ask, server, chat, stream):
    answer = ask(chat("tool", MODEL, stream=stream), CHAT, to=server)
    said = [chunk["choices"][0]["delta"] for chunk in answer.chunks] if stream else [answer.json["choices"][0]["message"]]
    (call,) = [call for message in said for call in message.get("tool_calls", ())]
    assert (call["type"], call["function"]) == ("function", {"name": "f", "arguments": '{"a":1}'})
    assert call["id"].startswith("function-call-")


@pytest.mark.parametrize(
    ("text", "status", "name"), [("limit", 429, "RESOURCE_EXHAUSTED"), ("blocked", 400, "INVALID_ARGUMENT")]
)
def test_errors_are_googles_in_an_array(ask, server, chat, text, status, name):
    answer = ask(chat(text, MODEL), CHAT, to=server)
    (document,) = answer.json
    assert (answer.status, document["error"]["code"], document["error"]["status"]) == (status, status, name)


@pytest.mark.parametrize(("model", "size"), [("gemini-embedding-001", 3072), ("text-embedding-004", 768)])
def test_vectors_have_the_length_of_their_model(ask, model, size):
    found = ask({"model": model, "input": ["a", "b"]}, f"{BASE}/embeddings").json
    assert ([len(entry["embedding"]) for entry in found["data"]], found["model"]) == ([size, size], model)


def test_models_are_the_apis_own(ask):
    listed = ask(b"", f"{BASE}/models", method="GET").json["data"]
    entry = {"id": f"models/{MODEL}", "object": "model", "owned_by": "google", "display_name": "Gemini 2.5 Flash"}
    assert entry in listed
    for name in (MODEL, f"models/{MODEL}"):
        assert ask(b"", f"{BASE}/models/{name}", method="GET").json == entry


def test_pictures_are_drawn(ask):
    body = {"model": "imagen-4.0-generate-001", "prompt": "a lamp", "n": 2}
    one, other = ask(body, f"{BASE}/images/generations").json["data"]
    assert one != other
    assert struct.unpack_from(">II", b64decode(one["b64_json"]), 16) == (1024, 1024)
    assert json.loads(ask({"model": "m"}, f"{BASE}/images/generations").body)[0]["error"]["code"] == 400
