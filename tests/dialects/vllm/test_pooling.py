"""What vLLM serves of pooling models: scores, rankings, classes, vectors."""

from __future__ import annotations

import json
import struct
from base64 import b64decode

import pytest

QUESTION = "the capital of France"
TEXTS = ["bread and butter", "Paris is the capital of France", "Berlin"]
MISSING = "'msg': 'Field required'"


@pytest.mark.parametrize("path", ["/vllm/rerank", "/vllm/v1/rerank", "/vllm/v2/rerank"])
def test_the_nearest_document_is_first(ask, path):
    found = ask({"model": "m", "query": QUESTION, "documents": TEXTS}, path).json
    assert list(found) == ["id", "model", "usage", "results"]
    assert found["id"].startswith("rerank-")
    first = found["results"][0]
    assert (first["index"], first["document"]) == (1, {"text": TEXTS[1], "multi_modal": None})
    scores = [entry["relevance_score"] for entry in found["results"]]
    assert (len(scores), scores == sorted(scores, reverse=True)) == (3, True)


def test_only_so_many_documents_are_answered(ask):
    body = {"query": QUESTION, "documents": TEXTS, "top_n": 2}
    assert len(ask(body, "/vllm/rerank").json["results"]) == 2
    assert len(ask({**body, "top_n": 0}, "/vllm/rerank").json["results"]) == 3


def test_a_ranking_counts_the_question_for_each_document(ask):
    def prompt(count):
        return ask({"query": "one two", "documents": ["three"] * count}, "/vllm/rerank").json["usage"]["prompt_tokens"]

    assert (prompt(1), prompt(4)) == (3, 12)


def test_a_document_of_parts_is_shown_as_it_came(ask):
    parts = [{"type": "text", "text": "a"}]
    (entry,) = ask({"query": "a", "documents": {"content": parts}}, "/vllm/rerank").json["results"]
    assert entry == {"index": 0, "document": {"text": None, "multi_modal": parts}, "relevance_score": 1.0}


@pytest.mark.parametrize(
    "names", [("text_1", "text_2"), ("queries", "documents"), ("queries", "items"), ("data_1", "data_2")], ids="-".join
)
def test_pairs_are_scored(ask, names):
    found = ask({"model": "m", names[0]: QUESTION, names[1]: TEXTS}, "/vllm/score").json
    assert list(found) == ["id", "object", "created", "model", "data", "usage"]
    scores = [entry["score"] for entry in found["data"]]
    assert found["data"][0] == {"index": 0, "object": "score", "score": scores[0]}
    assert max(scores) == scores[1]


def test_each_is_scored_with_its_own(ask):
    data = ask({"text_1": ["a", "b"], "text_2": ["a", "c"]}, "/vllm/v1/score").json["data"]
    assert (data[0]["score"], data[1]["score"] < 1) == (1.0, True)


def test_a_rule_gives_the_scores(ask, engine):
    server = engine(f"rules: [{{when: {{user: {QUESTION}}}, reply: {{embedding: [0.9, 0.1, 0.5]}}}}]")
    data = ask({"text_1": QUESTION, "text_2": TEXTS}, "/vllm/score", to=server).json["data"]
    assert [entry["score"] for entry in data] == [0.9, 0.1, 0.5]
    results = ask({"query": QUESTION, "documents": TEXTS}, "/vllm/rerank", to=server).json["results"]
    assert [entry["index"] for entry in results] == [0, 2, 1]


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("score", {"text_1": ["a", "b"], "text_2": ["a", "b", "c"]}, "Input lengths must be either 1:1, 1:N or N:N"),
        ("score", {"text_1": [], "text_2": "a"}, "At least one text element must be given"),
        ("score", {"text_1": "a", "text_2": []}, "At least one text_pair element must be given"),
        ("score", {"text_1": "a"}, "Field required: text_2"),
        ("rerank", {"query": "a", "documents": []}, "At least one text_pair element must be given"),
        (
            "rerank",
            {"query": "a"},
            f"1 validation error:\n  {{'type': 'missing', 'loc': ('body', 'documents'), {MISSING}, 'input': {{'query': 'a'}}}}",
        ),
        ("classify", {}, "Field required: input"),
        ("pooling", {"input": "a", "dimensions": 2}, "dimensions is currently not supported"),
        (
            "pooling",
            {"input": "a", "encoding_format": "hex"},
            "Input should be 'float', 'base64', 'bytes' or 'bytes_only': encoding_format",
        ),
        (
            "pooling",
            {"input": "a", "embed_dtype": "fp8_e4m3"},
            "Input should be 'float32', 'float16' or 'bfloat16': embed_dtype",
        ),
    ],
)
def test_what_the_server_refuses_is_refused(ask, path, body, message):
    answer = ask(body, f"/vllm/{path}")
    assert (answer.status, answer.json["error"]["message"]) == (400, message)


@pytest.mark.parametrize("path", ["score", "rerank", "classify", "pooling"])
def test_leniently_nothing_is_refused(ask, engine, path):
    server = engine(validation="lenient")
    for body in ({}, {"text_1": ["a", "b"], "text_2": ["c"]}, {"query": 1, "documents": 2, "input": 3}):
        assert ask(body, f"/vllm/{path}", to=server).status == 200


@pytest.mark.parametrize("validation", ["strict", "lenient"])
@pytest.mark.parametrize("path", ["classify", "pooling"])
def test_what_is_no_token_is_passed_over(ask, engine, path, validation):
    body = {"model": "m", "input": [[13225, "a", 1.5], [13225]]}
    one, other = ask(body, f"/vllm/{path}", to=engine(validation=validation)).json["data"]
    assert one | {"index": 1} == other


def test_texts_are_classified(ask, engine):
    found = ask({"model": "m", "input": ["good", "bad"]}, "/vllm/classify").json
    assert [entry["index"] for entry in found["data"]] == [0, 1]
    assert set(found["data"][0]) == {"index", "label", "probs", "num_classes"}
    server = engine("rules: [{when: {user: good}, reply: {embedding: [0.1, 0.2, 0.7]}}]")
    (entry,) = ask({"input": "good"}, "/vllm/classify", to=server).json["data"]
    assert entry == {"index": 0, "label": "LABEL_2", "probs": [0.1, 0.2, 0.7], "num_classes": 3}


def test_a_pooler_gives_a_vector_of_each_token(ask):
    (entry,) = ask({"model": "m", "input": "one two three"}, "/vllm/pooling").json["data"]
    assert (entry["object"], [len(row) for row in entry["data"]]) == ("pooling", [128, 128, 128])


@pytest.mark.parametrize(("task", "size"), [("embed", 1024), ("classify", 2)])
def test_a_pooler_gives_one_vector_of_a_text(ask, task, size):
    (entry,) = ask({"input": "one two three", "task": task}, "/vllm/pooling").json["data"]
    assert len(entry["data"]) == size
    (packed,) = ask({"input": "one two three", "task": task, "encoding_format": "base64"}, "/vllm/pooling").json["data"]
    assert len(b64decode(packed["data"])) == 4 * size


def test_tokens_and_conversations_are_read_as_texts(ask):
    tokens = ask({"prompt": "one two"}, "/tokenize").json["tokens"]
    for given in (tokens, [tokens]):
        (same,) = ask({"input": given}, "/vllm/classify").json["data"]
        assert same == ask({"input": "one two"}, "/vllm/classify").json["data"][0]
    assert ask({"messages": [{"role": "user", "content": "one"}]}, "/vllm/pooling").status == 200


NUMBERS = [0.5, -1.25, 3.140625]
"""They are the same in all types."""


@pytest.fixture
def pooled(ask, engine):
    server = engine(f"rules: [{{reply: {{embedding: {NUMBERS}}}}}]")
    return lambda path="pooling", **body: ask({"model": "m", "input": ["a", "b"], **body}, f"/vllm/{path}", to=server)


@pytest.mark.parametrize(("order", "sign"), [("little", "<"), ("big", ">"), ("native", "<")])
@pytest.mark.parametrize(("dtype", "code"), [("float32", "f"), ("float16", "e")])
@pytest.mark.parametrize(("path", "member"), [("pooling", "data"), ("v1/embeddings", "embedding")])
def test_numbers_are_packed_as_asked(pooled, order, sign, dtype, code, path, member):
    found = pooled(path, encoding_format="base64", embed_dtype=dtype, endianness=order).json["data"][1][member]
    assert list(struct.unpack(f"{sign}3{code}", b64decode(found))) == NUMBERS


def test_a_short_float_is_the_upper_half_of_a_long_one(pooled):
    found = b64decode(pooled(encoding_format="base64", embed_dtype="bfloat16").json["data"][0]["data"])
    halves = struct.unpack("<3H", found)
    assert [struct.unpack("<f", struct.pack("<I", half << 16))[0] for half in halves] == [0.5, -1.25, 3.140625]


@pytest.mark.parametrize("path", ["pooling", "v1/embeddings"])
def test_bytes_come_with_a_header_that_tells_of_them(pooled, path):
    answer = pooled(path, encoding_format="bytes")
    assert answer.headers["content-type"] == "application/octet-stream"
    told = json.loads(answer.headers["metadata"])
    assert [(item["index"], item["start"], item["end"], item["shape"]) for item in told["data"]] == [
        (0, 0, 12, [3]),
        (1, 12, 24, [3]),
    ]
    assert told["usage"]["prompt_tokens"] == 2
    for item in told["data"]:
        assert list(struct.unpack("<3f", answer.body[item["start"] : item["end"]])) == NUMBERS
    bare = pooled(path, encoding_format="bytes_only")
    assert (bare.body, "metadata" in bare.headers) == (answer.body, False)


def test_vectors_of_tokens_keep_their_shape(ask):
    answer = ask({"input": "one two", "encoding_format": "bytes"}, "/vllm/pooling")
    assert json.loads(answer.headers["metadata"])["data"][0]["shape"] == [2, 128]
    assert len(answer.body) == 2 * 128 * 4
