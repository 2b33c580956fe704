"""Vectors in the forms of Titan, Cohere and Nova."""

from __future__ import annotations

import pytest


@pytest.fixture
def made(ask):
    return lambda model, value, **to: ask(value, f"/model/{model}/invoke", **to).json


@pytest.mark.parametrize(
    ("model", "value", "members", "size"),
    [
        ("amazon.titan-embed-text-v1", {"inputText": "a"}, ["embedding", "inputTextTokenCount"], 1536),
        (
            "amazon.titan-embed-text-v2:0",
            {"inputText": "a", "dimensions": 256},
            ["embedding", "embeddingsByType", "inputTextTokenCount"],
            256,
        ),
        (
            "amazon.titan-embed-image-v1",
            {"inputText": "a", "inputImage": "AAAA", "embeddingConfig": {"outputEmbeddingLength": 384}},
            ["embedding", "inputTextTokenCount", "message"],
            384,
        ),
    ],
)
def test_titans_vectors_have_their_members_and_length(made, model, value, members, size):
    found = made(model, value)
    assert list(found) == members
    assert len(found["embedding"]) == size


def test_a_picture_is_looked_at(made):
    one, other = ({"inputText": "a", "inputImage": data} for data in ("AAAA", "BBBB"))
    assert made("amazon.titan-embed-image-v1", one)["embedding"] != made("amazon.titan-embed-image-v1", other)["embedding"]


def test_numbers_come_in_the_kinds_asked_for(made):
    found = made("amazon.titan-embed-text-v2:0", {"inputText": "a", "dimensions": 256, "embeddingTypes": ["binary"]})
    assert list(found) == ["embeddingsByType", "inputTextTokenCount"]
    assert len(found["embeddingsByType"]["binary"]) == 32
    asked = {"texts": ["a", "b"], "input_type": "search_query", "embedding_types": ["float", "int8", "uint8", "ubinary"]}
    found = made("cohere.embed-english-v3", asked)
    assert found["response_type"] == "embeddings_by_type"
    sizes = {kind: [len(vector) for vector in vectors] for kind, vectors in found["embeddings"].items()}
    assert sizes == {"float": [1024] * 2, "int8": [1024] * 2, "uint8": [1024] * 2, "ubinary": [128] * 2}
    bounds = {kind: (min(map(min, vectors)), max(map(max, vectors))) for kind, vectors in found["embeddings"].items()}
    assert -128 <= bounds["int8"][0] < 0 < bounds["int8"][1] <= 127
    assert 0 <= bounds["uint8"][0] < 127 < bounds["uint8"][1] <= 255


def test_cohere_answers_several_texts(made):
    found = made("cohere.embed-english-v3", {"texts": ["a", "b"], "input_type": "search_query"})
    assert (found["response_type"], found["texts"]) == ("embeddings_floats", ["a", "b"])
    assert [len(vector) for vector in found["embeddings"]] == [1024] * 2
    parts = [{"content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "data:b"}}]}]
    found = made("cohere.embed-v4:0", {"inputs": parts, "input_type": "search_query", "output_dimension": 512})
    assert (found["texts"], len(found["embeddings"][0])) == (["adata:b"], 512)


def test_nova_says_what_it_looked_at(made):
    model, asked = "amazon.nova-2-multimodal-embeddings-v1:0", {"taskType": "SINGLE_EMBEDDING"}
    text = {"text": {"truncationMode": "END", "value": "a"}, "embeddingDimension": 256}
    (found,) = made(model, {**asked, "singleEmbeddingParams": text})["embeddings"]
    assert (found["embeddingType"], len(found["embedding"])) == ("TEXT", 256)
    (found,) = made(model, {**asked, "singleEmbeddingParams": {"image": {"format": "png"}}})["embeddings"]
    assert (found["embeddingType"], len(found["embedding"])) == ("IMAGE", 3072)


def test_a_rule_says_what_a_vector_is(made, engine):
    to = engine("rules: [{when: {user: a}, reply: {embedding: [0.5, -1]}}]")
    assert made("amazon.titan-embed-text-v2:0", {"inputText": "a"}, to=to)["embedding"] == [0.5, -1]
