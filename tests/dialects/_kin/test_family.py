"""The family of the OpenAI API: what its dialects have in common, and that none takes OpenAI's own paths."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from understudy import dialects
from understudy.dialects._kin import KinDialect
from understudy.engine.decision import Decision
from understudy.faults import NAMED
from understudy.model.reply import Reply, Text

KIN = [dialect for dialect in dialects.load() if isinstance(dialect, KinDialect)]
NAMES = [dialect.name for dialect in KIN]
TALKING = [dialect for dialect in KIN if any(endpoint.operation == "chat" for endpoint in dialect.endpoints)]


def chat_path(dialect: KinDialect) -> str:
    path = next(endpoint.path for endpoint in dialect.endpoints if endpoint.path.endswith("/chat/completions"))
    return f"/{dialect.name}{dialect.prefixes[0]}{path}"


def test_the_family_is_whole():
    assert {"deepseek", "groq", "mistral", "openrouter", "tei", "tgi", "together", "vllm", "xai"} <= set(NAMES)


@pytest.mark.parametrize("dialect", TALKING, ids=lambda dialect: dialect.name)
class TestEach:
    def test_several_answers_are_numbered(self, dialect, ask, chat):
        if dialect.name == "groq":
            pytest.skip("gives one answer only")
        found = ask(chat(n=2), chat_path(dialect)).json["choices"]
        assert [choice["index"] for choice in found] == [0, 1]

    def test_a_stream_of_several_answers_ends_each(self, dialect, ask, chat):
        if dialect.name == "groq":
            pytest.skip("gives one answer only")
        chunks = ask(chat(n=2, stream=True), chat_path(dialect)).body.decode()
        events = [json.loads(line[6:]) for line in chunks.split("\n") if line.startswith("data: {")]
        ended = {choice["index"] for event in events for choice in event["choices"] if choice.get("finish_reason")}
        assert ended == {0, 1}

    def test_the_model_and_messages_are_needed(self, dialect, ask):
        path = chat_path(dialect)
        for body in ({}, {"model": "m"}, {"model": "m", "messages": "hi"}, b"{", b""):
            assert ask(body, path).status in (400, 422)

    def test_no_refusal_names_openai(self, dialect, engine, ask, chat):
        for name in (*NAMED, "context_length", "timeout", 402, 405, 418, 502, 529):
            answer = ask(chat(), chat_path(dialect), to=engine(f"rules: [{{reply: {{error: {name}}}}}]"))
            assert b"openai" not in answer.body.lower(), name

    def test_unknown_fields_are_accepted(self, dialect, ask, chat):
        if dialect.name in ("groq", "mistral"):
            pytest.skip("takes what it knows only")
        assert ask(chat(top_k=3, transforms=["middle-out"], safe_prompt=True), chat_path(dialect)).status == 200

    def test_lenient_reading_takes_anything(self, dialect, engine, ask):
        for body in (b"", b"[]", {"messages": [1, {"role": 2, "tool_calls": [3]}]}, {"tools": 1, "stop": 2, "n": "x"}):
            assert ask(body, chat_path(dialect), to=engine(validation="lenient")).status == 200

    def test_rules_see_the_name_of_the_dialect(self, dialect, engine, ask, chat):
        script = f"rules: [{{when: {{dialect: {dialect.name}}}, reply: 'that one'}}]"
        answer = ask(chat(), chat_path(dialect), to=engine(script)).json
        assert answer["choices"][0]["message"]["content"] == "that one"

    def test_probabilities_are_told_when_asked_for(self, dialect, ask, chat):
        if dialect.name in ("groq", "mistral"):
            pytest.skip("tells none")
        odds = ask(chat(logprobs=True, top_logprobs=2, max_tokens=1), chat_path(dialect)).json["choices"][0]["logprobs"]
        told = odds if dialect.name == "together" else odds["content"][0]
        assert len(told["top_logprobs"]) == 2

    def test_a_limit_ends_an_answer(self, dialect, engine, ask, chat):
        answer = ask(chat(max_tokens=1), chat_path(dialect), to=engine("rules: [{reply: 'one two'}]")).json
        assert answer["choices"][0]["finish_reason"] == "length"


def test_paths_without_a_name_are_openais(ask, chat):
    assert ask(chat()).headers["openai-version"] == "2020-10-01"


def test_alone_a_dialect_has_the_paths_without_a_name(engine, ask, chat):
    answer = ask(chat(), "/v1/chat/completions", to=engine(only="deepseek")).json
    assert "prompt_cache_hit_tokens" in answer["usage"]


def test_vectors_are_told_as_base64_when_asked_for(ask):
    body = {"model": "m", "input": ["a", "b"], "encoding_format": "base64"}
    assert all(isinstance(entry["embedding"], str) for entry in ask(body, "/vllm/v1/embeddings").json["data"])


def test_shapes_of_the_family_are_refused():
    for dialect in KIN:
        with pytest.raises(dialects.ShapeError, match="expected none"):
            dialect.style({"chat": {}})


def test_usage_on_every_chunk_when_vllm_is_asked(ask, chat):
    body = chat(stream=True, stream_options={"include_usage": True, "continuous_usage_stats": True})
    chunks = ask(body, "/vllm/v1/chat/completions").chunks
    assert all(chunk["usage"]["total_tokens"] for chunk in chunks)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_answer_that_tells_of_a_hit_is_nobody_else_s(make_request, chat, stream):
    vllm = next(dialect for dialect in KIN if dialect.name == "vllm")
    endpoint = next(endpoint for endpoint in vllm.endpoints if endpoint.path == "/v1/chat/completions")
    call, reply = endpoint.decode(make_request(chat(stream=stream)), {}, dialects.Options()), Reply((Text("a"),), fixed=True)
    moment = dialects.Moment(Decision(b"0123456789abcdef"), b"0123456789abcdefghijkl", b"", 0, dialects.Options(), 40)
    answers = [endpoint.encode(call, (reply,), structs.replace(moment, cached_tokens=held)) for held in (None, 0, 16)]
    assert [answer.reusable for answer in answers] == [True, True, False]


def test_tokens_go_there_and_back(ask):
    found = ask({"model": "m", "prompt": "hello, wörld"}, "/tokenize").json
    assert found["count"] == len(found["tokens"])
    assert ask({"model": "m", "tokens": found["tokens"]}, "/detokenize").json == {"prompt": "hello, wörld"}
    asked = ask({"model": "m", "messages": [{"role": "user", "content": "hello"}]}, "/vllm/tokenize").json
    assert asked["count"] > 1
