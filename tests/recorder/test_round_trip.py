"""Every provider recorded from a server of our own, replayed by another, and compared byte by byte."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec import Struct

from understudy import Understudy

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
CLAUDE, NOVA = "anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon.nova-pro-v1:0"


class Way(Struct):
    """One way of asking: where, and how a question and a tool are put there."""

    path: str
    form: str
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    calls: bool = True
    thinks: bool = True


def body(way: Way, text: str) -> dict[str, Any]:
    """Ask a question; whoever can is offered a tool."""
    said = [{"role": "user", "content": text}]
    tool = {"name": "get_weather", "description": "d"}
    function = {"type": "function", "function": {**tool, "parameters": SCHEMA}}
    found: dict[str, dict[str, Any]] = {
        "openai": {"model": "gpt-4o-mini", "messages": said, "tools": [function]},
        "completion": {"model": "gpt-3.5-turbo-instruct", "prompt": text, "max_tokens": 99},
        "responses": {"model": "gpt-4o", "input": text, "tools": [{"type": "function", **tool, "parameters": SCHEMA}]},
        "anthropic": {
            "model": "claude-sonnet-4-5",
            "max_tokens": 2000,
            "messages": said,
            "tools": [{**tool, "input_schema": SCHEMA}],
            "thinking": {"type": "enabled", "budget_tokens": 1024},
        },
        "gemini": {
            "contents": [{"role": "user", "parts": [{"text": text}]}],
            "tools": [{"functionDeclarations": [{**tool, "parameters": SCHEMA}]}],
            "generationConfig": {"thinkingConfig": {"includeThoughts": True}},
        },
        "ollama": {"model": "llama3.2", "messages": said, "tools": [function], "think": True},
        "generate": {"model": "llama3.2", "prompt": text, "think": True},
        "cohere": {"model": "command-a-03-2025", "messages": said, "tools": [function]},
        "converse": {
            "messages": [{"role": "user", "content": [{"text": text}]}],
            "toolConfig": {"tools": [{"toolSpec": {**tool, "inputSchema": {"json": SCHEMA}}}]},
        },
        "claude": {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 99,
            "messages": said,
            "tools": [{**tool, "input_schema": SCHEMA}],
        },
        "titan": {"inputText": text},
        "prompt": {"prompt": text},
        "tgi": {"inputs": text, "parameters": {"details": True}},
    }
    return found[way.form] | way.more


WAYS = {
    "openai": Way("/v1/chat/completions", "openai", thinks=False),
    "openai-stream": Way("/v1/chat/completions", "openai", more={"stream": True}, thinks=False),
    "completion": Way("/v1/completions", "completion", calls=False, thinks=False),
    "completion-stream": Way("/v1/completions", "completion", more={"stream": True}, calls=False, thinks=False),
    "responses": Way("/v1/responses", "responses"),
    "responses-stream": Way("/v1/responses", "responses", more={"stream": True}),
    "anthropic": Way("/v1/messages", "anthropic", {"anthropic_version": "2023-06-01"}),
    "anthropic-stream": Way("/v1/messages", "anthropic", {"anthropic_version": "2023-06-01"}, {"stream": True}),
    "azure": Way(
        "/openai/deployments/d/chat/completions?api-version=2024-10-21", "openai", {"api_key": "k-4711-azure"}, thinks=False
    ),
    "azure-stream": Way(
        "/openai/deployments/d/chat/completions?api-version=2024-10-21",
        "openai",
        {"api_key": "k-4711-azure"},
        {"stream": True},
        thinks=False,
    ),
    "azure-responses": Way("/openai/v1/responses", "responses", {"api_key": "k-4711-azure"}),
    "azure-responses-stream": Way("/openai/v1/responses", "responses", {"api_key": "k-4711-azure"}, {"stream": True}),
    "gemini": Way("/v1beta/models/gemini-2.5-flash:generateContent?key=AIzaSyNotARealKey0123456789", "gemini"),
    "gemini-sse": Way("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", "gemini"),
    "gemini-array": Way("/v1beta/models/gemini-2.5-flash:streamGenerateContent", "gemini"),
    "vertex": Way("/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:generateContent", "gemini"),
    "vertex-sse": Way(
        "/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse", "gemini"
    ),
    "ollama": Way("/api/chat", "ollama", more={"stream": False}),
    "ollama-lines": Way("/api/chat", "ollama"),
    "generate": Way("/api/generate", "generate", more={"stream": False}, calls=False),
    "generate-lines": Way("/api/generate", "generate", calls=False),
    "cohere": Way("/v2/chat", "cohere", more={"stream": False}),
    "cohere-stream": Way("/v2/chat", "cohere", more={"stream": True}),
    "converse": Way(f"/model/{CLAUDE}/converse", "converse"),
    "converse-stream": Way(f"/model/{CLAUDE}/converse-stream", "converse"),
    "invoke-claude": Way(f"/model/{CLAUDE}/invoke", "claude"),
    "invoke-claude-stream": Way(f"/model/{CLAUDE}/invoke-with-response-stream", "claude"),
    "invoke-nova": Way(f"/model/{NOVA}/invoke", "converse"),
    "invoke-nova-stream": Way(f"/model/{NOVA}/invoke-with-response-stream", "converse"),
    "invoke-titan": Way("/model/amazon.titan-text-express-v1/invoke", "titan", calls=False, thinks=False),
    "invoke-titan-stream": Way(
        "/model/amazon.titan-text-express-v1/invoke-with-response-stream", "titan", calls=False, thinks=False
    ),
    "invoke-llama": Way("/model/meta.llama3-3-70b-instruct-v1:0/invoke", "prompt", calls=False, thinks=False),
    "invoke-llama-stream": Way(
        "/model/meta.llama3-3-70b-instruct-v1:0/invoke-with-response-stream", "prompt", calls=False, thinks=False
    ),
    "invoke-mistral": Way("/model/mistral.mistral-large-2402-v1:0/invoke", "prompt", calls=False, thinks=False),
    "tgi": Way("/generate", "tgi", calls=False, thinks=False),
    "tgi-stream": Way("/generate_stream", "tgi", calls=False, thinks=False),
    "vllm": Way("/vllm/v1/chat/completions", "openai", thinks=False),
    "vllm-stream": Way("/vllm/v1/chat/completions", "openai", more={"stream": True}, thinks=False),
    "vllm-completion": Way("/vllm/v1/completions", "completion", calls=False, thinks=False),
    "sglang": Way("/sglang/v1/chat/completions", "openai", thinks=False),
    "sglang-stream": Way("/sglang/v1/chat/completions", "openai", more={"stream": True}, thinks=False),
    "groq": Way("/openai/v1/chat/completions", "openai", thinks=False),
    "openrouter-stream": Way("/api/v1/chat/completions", "openai", more={"stream": True}),
}
SCRIPT = """
rules:
  - {when: {user: sky}, reply: "The sky is blue, I think."}
  - {when: {user: weather}, reply: {tool_calls: [{name: get_weather, arguments: {city: Rome}}]}}
  - {when: {user: think}, reply: {reasoning: "Hm, mild?", text: "Mild.", tool_calls: [{name: get_weather, arguments: {a: 1}}]}}
  - {when: {user: long}, reply: {text: "Too long", finish: length, usage: {prompt_tokens: 40, completion_tokens: 17}}}
"""
QUESTIONS = ("sky", "weather", "think", "long")


def lasting(data: bytes) -> bytes:
    """Leave out dates, and durations that are measured."""
    data = re.sub(rb'"(?:created|created_at|completed_at)": ?\d+', b'"created":0', data)
    return re.sub(rb'"created_at":"[^"]*"', b'"created_at":""', data)


@pytest.mark.parametrize("name", WAYS)
def test_what_is_replayed_is_what_was_recorded(script, recording, replay, send, name):
    way = WAYS[name]
    asked = [body(way, text) for text in QUESTIONS if way.calls or text in ("sky", "long")]
    with Understudy(script(SCRIPT), clock="auto") as up, recording(up.port) as record:
        was = [send(record.port, way.path, one, **way.headers) for one in asked]
        assert [got.status for got in was] == [200] * len(was), was[0].body
        replies = [rule["reply"] for rule in record.rules]
    assert not [reply for reply in replies if "raw" in reply]
    assert replies[0]["text"] == "The sky is blue, I think."
    assert (replies[-1]["text"], replies[-1]["finish"]) == ("Too long", "length")
    if way.calls:
        assert [replies[1]["tool_calls"][0][key] for key in ("name", "arguments")] == ["get_weather", {"city": "Rome"}]
    if way.thinks and way.calls:
        assert replies[2].get("reasoning") == "Hm, mild?"
    with replay(clock="auto") as server:
        now = [send(server.port, way.path, one, **way.headers) for one in asked]
    assert [lasting(got.body) for got in now] == [lasting(got.body) for got in was]
    assert [got.fields["content-type"] for got in now] == [got.fields["content-type"] for got in was]


CHANCES = {"logprobs": True, "top_logprobs": 2}
SCORED = {
    "openai": ("/v1/chat/completions", "openai", CHANCES),
    "openai-stream": ("/v1/chat/completions", "openai", {**CHANCES, "stream": True}),
    "azure": ("/openai/deployments/d/chat/completions?api-version=2024-10-21", "openai", CHANCES),
    "vllm": ("/vllm/v1/chat/completions", "openai", CHANCES),
    "vllm-stream": ("/vllm/v1/chat/completions", "openai", {**CHANCES, "stream": True}),
    "completion": ("/v1/completions", "completion", {"logprobs": 2}),
    "completion-stream": ("/v1/completions", "completion", {"logprobs": 2, "stream": True}),
    "vllm-completion": ("/vllm/v1/completions", "completion", {"logprobs": 2}),
    "together": ("/together/v1/chat/completions", "openai", {"logprobs": 1}),
    "together-stream": ("/together/v1/chat/completions", "openai", {"logprobs": 3, "stream": True}),
    "together-completion-stream": ("/together/v1/completions", "completion", {"logprobs": 3, "stream": True}),
    "responses": ("/v1/responses", "responses", {"include": ["message.output_text.logprobs"], "top_logprobs": 2}),
    "responses-stream": (
        "/v1/responses",
        "responses",
        {"include": ["message.output_text.logprobs"], "top_logprobs": 2, "stream": True},
    ),
}


@pytest.mark.parametrize("name", SCORED)
def test_probabilities_are_replayed(script, recording, replay, send, name):
    path, form, more = SCORED[name]
    asked = {key: value for key, value in body(Way(path, form, more=more), "sky").items() if key != "tools"}
    headers = {"api_key": "k-4711-azure"} if name == "azure" else {}
    chances = [-0.25, -1.5, -0.125, -3, -0.75]
    others = "[{token: ' odd', logprob: -2.5}, {token: ' x', logprob: -4}]"
    odds = [
        f"{{token: {token!r}, logprob: {chance}, top_logprobs: {others}}}"
        for token, chance in zip(("The", " sky", " is bl", "ue", "."), chances, strict=True)
    ]
    told = f"rules: [{{when: {{user: sky}}, reply: {{logprobs: [{', '.join(odds)}]}}}}]"
    with Understudy(script(told), clock="auto") as up, recording(up.port) as record:
        was = send(record.port, path, asked, **headers)
        reply = record.rules[0]["reply"]
    assert [each["logprob"] for each in reply["logprobs"]] == chances
    assert "pieces" not in reply
    with replay(clock="auto") as server:
        assert lasting(send(server.port, path, asked, **headers).body) == lasting(was.body)


ECHOING = {
    "completion": {"echo": True},
    "completion-stream": {"echo": True},
    "tgi": {"parameters": {"return_full_text": True}},
}


@pytest.mark.parametrize("name", ECHOING)
def test_a_prompt_that_is_repeated_is_no_part_of_the_answer(script, recording, replay, send, name):
    way = WAYS[name]
    asked = body(way, "sky") | ECHOING[name]
    with Understudy(script(SCRIPT), clock="auto") as up, recording(up.port) as record:
        was = send(record.port, way.path, asked)
        assert b"sky" in was.body
        assert record.rules[0]["reply"]["text"] == "The sky is blue, I think."
    with replay(clock="auto") as server:
        assert lasting(send(server.port, way.path, asked).body) == lasting(was.body)


STOPPING = {
    "anthropic": {"stop_sequences": ["END", "x"]},
    "anthropic-stream": {"stop_sequences": ["END"]},
    "cohere": {"stop_sequences": ["END"]},
    "cohere-stream": {"stop_sequences": ["END"]},
    "converse": {"inferenceConfig": {"stopSequences": ["END"]}},
    "converse-stream": {"inferenceConfig": {"stopSequences": ["END"]}},
    "invoke-claude": {"stop_sequences": ["END"]},
    "invoke-claude-stream": {"stop_sequences": ["END"]},
    "invoke-titan": {"textGenerationConfig": {"stopSequences": ["END"]}},
    "vllm": {"stop": ["END"]},
    "vllm-stream": {"stop": ["x", "END"]},
    "vllm-completion": {"stop": "END"},
    "sglang": {"stop": ["END"]},
    "sglang-stream": {"stop": ["END"]},
    "tgi": {"parameters": {"details": True, "stop": ["END"]}},
    "tgi-stream": {"parameters": {"details": True, "stop": ["END"]}},
}


@pytest.mark.parametrize("name", STOPPING)
def test_what_a_stop_sequence_ended_is_ended_by_it_again(script, recording, replay, send, name):
    way = WAYS[name]
    asked = {key: value for key, value in body(way, "sky").items() if key not in ("tools", "toolConfig", "thinking")}
    told = "rules: [{when: {user: sky}, reply: {text: '1, 2, 3 END and more', usage: {completion_tokens: 7}}}]"
    with Understudy(script(told), clock="auto") as up, recording(up.port) as record:
        was = send(record.port, way.path, asked | STOPPING[name], **way.headers)
        assert record.rules[0]["reply"]["text"] == "1, 2, 3 END"
    with replay(clock="auto") as server:
        assert lasting(send(server.port, way.path, asked | STOPPING[name], **way.headers).body) == lasting(was.body)


FAILING = """
rules:
  - {when: {user: busy}, reply: {error: {status: 429, retry-after: 7s}}}
  - {when: {user: wrong}, reply: {error: {status: 400, message: "That will not do."}}}
  - {when: {user: broken}, reply: {error: 503}}
  - {when: {user: no}, reply: {refusal: "I would rather not."}}
  - {when: {user: late}, reply: {text: "So it was, as it is", fault: {kind: error-event, at: {event: 4}, message: "Too late."}}}
"""


@pytest.mark.parametrize("name", WAYS)
def test_failures_are_replayed(script, recording, replay, send, name):
    way = WAYS[name]
    asked = [body(way, text) for text in ("busy", "wrong", "broken", "no", "late")]
    with Understudy(script(FAILING), clock="auto") as up, recording(up.port) as record:
        was = [send(record.port, way.path, one, **way.headers) for one in asked]
        replies = [rule["reply"] for rule in record.rules]
    assert not [reply for reply in replies if "raw" in reply and way.form != "completion"]  # which has no word for refusals
    assert [reply["error"]["status"] for reply in replies[:3]] == [429, 400, 503]
    assert replies[0]["error"]["retry-after"] == "7s"
    assert replies[1]["error"]["message"] == "That will not do."
    with replay(clock="auto") as server:
        now = [send(server.port, way.path, one, **way.headers) for one in asked]
    assert [got.status for got in now] == [got.status for got in was]
    assert [got.fields.get("retry-after") for got in now] == [got.fields.get("retry-after") for got in was]
    assert [unnamed(got.body) for got in now] == [unnamed(got.body) for got in was]


def unnamed(data: bytes) -> bytes:
    """Leave out the names of requests, too."""
    return re.sub(rb"req_[0-9a-zA-Z]+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}", b"", lasting(data))


VECTORS = {
    "openai": ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "x", "dimensions": 5}, {}),
    "openai-base64": (
        "/v1/embeddings",
        {"model": "text-embedding-3-small", "input": ["x"], "dimensions": 5, "encoding_format": "base64"},
        {},
    ),
    "gemini": (
        "/v1beta/models/gemini-embedding-001:embedContent",
        {"content": {"parts": [{"text": "x"}]}, "outputDimensionality": 5},
        {},
    ),
    "gemini-batch": (
        "/v1beta/models/gemini-embedding-001:batchEmbedContents",
        {
            "requests": [
                {
                    "model": "models/gemini-embedding-001",
                    "content": {"parts": [{"text": "x"}]},
                    "outputDimensionality": 5,
                }
            ]
        },
        {},
    ),
    "vertex": (
        "/v1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict",
        {"instances": [{"content": "x"}], "parameters": {"outputDimensionality": 5}},
        {},
    ),
    "ollama": ("/api/embed", {"model": "nomic-embed-text", "input": "x", "dimensions": 5}, {}),
    "ollama-old": ("/api/embeddings", {"model": "nomic-embed-text", "prompt": "x"}, {}),
    "cohere": (
        "/v2/embed",
        {
            "model": "embed-v4.0",
            "texts": ["x"],
            "input_type": "search_query",
            "embedding_types": ["float"],
            "output_dimension": 256,
        },
        {},
    ),
    "bedrock": ("/model/amazon.titan-embed-text-v2:0/invoke", {"inputText": "x", "dimensions": 256}, {}),
    "azure": (
        "/openai/deployments/d/embeddings?api-version=2024-10-21",
        {"model": "text-embedding-3-small", "input": "x", "dimensions": 5},
        {"api_key": "k-4711-azure"},
    ),
    "tei": ("/embed", {"inputs": "x"}, {}),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_are_replayed(recording, replay, send, name):
    path, asked, headers = VECTORS[name]
    with Understudy(clock="auto") as up, recording(up.port) as record:
        was = send(record.port, path, asked, **headers)
        assert was.status == 200, was.body
        assert len(record.rules[0]["reply"]["embedding"]) >= 5
    with replay(clock="auto") as server:
        assert send(server.port, path, asked, **headers).body == was.body


EACH = (
    "openai",
    "responses-stream",
    "anthropic",
    "gemini-sse",
    "gemini-array",
    "ollama-lines",
    "cohere-stream",
    "converse-stream",
    "invoke-claude-stream",
    "azure-stream",
)


@pytest.fixture(scope="module")
def said_by(tmp_path_factory):
    """What every way says of every question, without a recording: what a replay must say, too."""
    path = tmp_path_factory.mktemp("said") / "script.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    with Understudy(path, clock="auto") as server:
        yield server


@pytest.mark.parametrize("one", EACH)
def test_recorded_from_one_replayed_as_every_other(script, recording, replay, send, said_by, one):
    def ask(port, name):
        way = WAYS[name]
        # who is told to think does so before a call, in whatever words
        asked = [{key: value for key, value in body(way, text).items() if key != "thinking"} for text in ("sky", "weather")]
        return [words(send(port, way.path, one, **way.headers), name) for one in asked]

    with Understudy(script(SCRIPT), clock="auto") as up, recording(up.port) as record:
        ask(record.port, one)
        assert [rule["reply"].get("text") for rule in record.rules] == ["The sky is blue, I think.", None]
    with replay(clock="auto") as server:
        for other in EACH:
            assert ask(server.port, other) == ask(said_by.port, other)
        assert {call.rule for call in server.calls} == {"sky", "weather"}


def words(got, name) -> Any:
    """What an answer says, without identifiers, counts and sums."""
    from understudy.recorder.answers import reader_of
    from understudy.recorder.documents import documents, form_of
    from understudy.recorder.utterance import Utterance

    way = WAYS[name]
    dialects = {"openai": "openai", "responses": "openai_responses", "claude": "bedrock", "converse": "bedrock"}
    dialect = "azure" if name.startswith("azure") else dialects.get(way.form, way.form)
    heard, form = Utterance(), form_of(got.fields["content-type"], streamed=True, begins=got.body[:4])
    reader = reader_of(dialect, "chat")
    for _, document in documents(form, [(0.0, got.body)]):
        (reader.whole if form == "whole" else reader.event)(document, 0.0, heard)
    return [(part.kind, part.name, part.text) for part in heard.parts], heard.finish
