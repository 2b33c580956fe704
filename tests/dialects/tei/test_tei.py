"""What of Text Embeddings Inference is not in the golden cases."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("path", ["/tei/v1/embeddings", "/tei/embeddings"])
def test_openais_embeddings_have_no_identifier(ask, path):
    document = ask({"input": ["a", "b"], "model": "m"}, path).json
    assert list(document) == ["object", "data", "model", "usage"]
    assert set(document["usage"]) == {"prompt_tokens", "total_tokens"}
    assert [len(entry["embedding"]) for entry in document["data"]] == [768, 768]


def test_sentences_are_compared_with_one(ask):
    inputs = {"source_sentence": "the blue sky", "sentences": ["the blue sky", "a cat"]}
    same, other = ask({"inputs": inputs}, "/tei/similarity").json
    assert (round(same, 3), same > other) == (1.0, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [("/tei/embed", {"inputs": []}), ("/tei/embed", {}), ("/tei/similarity", {"inputs": {"source_sentence": "a"}})],
)
def test_nothing_is_refused_as_empty(ask, path, body):
    answer = ask(body, path)
    assert (answer.status, answer.json["error_type"]) == (400, "Empty")


def test_tokens_go_there_and_back(ask):
    found = ask({"inputs": ["one two", "three"]}, "/tei/tokenize").json
    ids = [[token["id"] for token in tokens] for tokens in found]
    assert ask({"ids": ids}, "/tei/decode").json == ["one two", "three"]
    assert ask({"ids": ids[0]}, "/tei/decode").json == ["one two"]


def test_it_says_that_it_is_well(ask):
    assert ask(b"", "/tei/ping", method="GET").status == 200
