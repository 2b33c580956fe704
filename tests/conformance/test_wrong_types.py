"""Members of the wrong type, or not there: strictly read they may be refused, leniently they count as absent."""

from __future__ import annotations

import json

import pytest

WRONG = (None, True, 5, 1.5, "", "x", [], [[]], {}, [None], [5])
BESIDE = (
    *("model", "system", "instructions", "temperature", "n", "seed", "user", "logprobs", "stop", "stream", "metadata", "text"),
    *("stream_options", "response_format", "tool_choice", "reasoning", "previous_response_id", "conversation", "include"),
    *("max_completion_tokens", "documents"),
)
OTHERS = {
    "openai/v1/embeddings": {"model": "text-embedding-3-small", "input": "hi", "encoding_format": "float", "dimensions": 8},
    "openai/v1/moderations": {"model": "omni-moderation-latest", "input": "hi"},
    "mistral/v1/embeddings": {"model": "mistral-embed", "input": "hi", "encoding_format": "float"},
    "together/v1/completions": {"model": "m", "prompt": "hi", "max_tokens": 5, "stop": ["x"]},
    "vllm/v1/completions": {"model": "m", "prompt": "hi", "max_tokens": 5, "stop": ["x"]},
    "vllm/rerank": {"model": "m", "query": "hi", "documents": ["a"], "top_n": 1},
    "vllm/tokenize": {"model": "m", "prompt": "hi", "messages": []},
    "cohere/v2/embed": {"model": "embed-v4.0", "texts": ["hi"], "input_type": "search_query", "embedding_types": ["float"]},
    "cohere/v2/rerank": {"model": "rerank-v3.5", "query": "hi", "documents": ["a"], "top_n": 1},
    "cohere/v1/rerank": {"model": "rerank-v3.5", "query": "hi", "documents": ["a"], "return_documents": True},
    "tei/embed": {"inputs": "hi", "normalize": True, "truncate": True},
    "tei/rerank": {"query": "hi", "texts": ["a"], "raw_scores": True},
    "ollama/api/embed": {"model": "m", "input": "hi", "options": {}, "truncate": True},
    "anthropic/v1/messages/count_tokens": {"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "hi"}]},
    "gemini/v1beta/models/gemini-embedding-001:embedContent": {"content": {"parts": [{"text": "hi"}]}, "taskType": "x"},
    "bedrock/model/cohere.embed-english-v3/invoke": {"texts": ["hi"], "input_type": "search_query", "truncate": "NONE"},
}
HEADERS = {"anthropic-version": "2023-06-01"}


def _wrong(plain, full, beside):
    """A plain body, twice, then everything that is wrong with it, or with all that may be said at once.

    What was asked before is read in other ways: it stood in a body that was sound.
    """
    yield from (plain, plain, full, full, {})
    for name in plain:
        yield {key: value for key, value in plain.items() if key != name}
        yield from ({**full, name: wrong} for wrong in WRONG)
        yield from ({name: wrong} for wrong in WRONG)
    for name in {**full, **dict.fromkeys(beside)}:
        yield from ({**plain, name: wrong} for wrong in WRONG)


@pytest.fixture
def server(engine):
    return {validation: engine("rules: [{reply: hi}]", validation=validation) for validation in ("strict", "lenient")}


@pytest.fixture
def hold(server, ask_engine):
    """Hold that all bodies are answered; what goes wrong inside the engine is raised here."""

    def held(path, bodies, headers):
        for validation, to in server.items():
            for body in bodies:
                answer = ask_engine(to, json.dumps(body).encode(), path, headers=headers)
                assert answer.status < 500, body
                assert validation == "strict" or answer.status == 200, body

    return held


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_chat_is_answered_or_refused(hold, speaker, wish, stream):
    plain, full = wish("hi", stream=stream), wish("hi", stream=stream, tools=True, think=True, max_tokens=5, stop=("x",))
    bodies = list(_wrong(speaker.body(plain), speaker.body(full), BESIDE))
    hold(f"/{speaker.dialect}{speaker.where(plain)}", bodies, dict(speaker.headers))


@pytest.mark.parametrize("path", OTHERS)
def test_others_are_answered_or_refused(hold, path):
    hold(f"/{path}", list(_wrong(OTHERS[path], OTHERS[path], ())), HEADERS)
