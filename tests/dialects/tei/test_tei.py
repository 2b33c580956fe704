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
    [
        ("/tei/embed", {"inputs": []}),
        ("/tei/rerank", {"query": "a", "texts": []}),
        ("/tei/similarity", {"inputs": {"source_sentence": "a"}}),
        ("/tei/vertex", {"instances": [{"inputs": []}]}),
    ],
)
def test_nothing_is_refused_as_empty(ask, path, body):
    answer = ask(body, path)
    assert (answer.status, answer.json["error_type"]) == (400, "Empty")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tei/embed", {"inputs": "a"}),
        ("/tei/predict", {"inputs": "a"}),
        ("/tei/rerank", {"query": "a", "texts": ["b"]}),
        ("/tei/similarity", {"inputs": {"source_sentence": "a", "sentences": ["b"]}}),
        ("/tei/tokenize", {"inputs": "a"}),
        ("/tei/v1/embeddings", {"input": "a"}),
    ],
)
def test_who_names_no_model_gets_the_one_there_is(ask, engine, path, body):
    closed = engine(only_listed_models=True)
    assert ask(body, path, to=closed).status == 200
    assert ask({**body, "model": "another"}, path, to=closed).status == 404


def test_tokens_go_there_and_back(ask):
    found = ask({"inputs": ["one two", "three"]}, "/tei/tokenize").json
    ids = [[token["id"] for token in tokens] for tokens in found]
    assert ask({"ids": ids}, "/tei/decode").json == ["one two", "three"]
    assert ask({"ids": ids[0]}, "/tei/decode").json == ["one two"]


def test_it_says_that_it_is_well(ask):
    assert ask(b"", "/tei/ping", method="GET").status == 200


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("/tei/embed", {"inputs": ["a"] * 33}, "Validation"),
        ("/tei/rerank", {"query": "a", "texts": ["b"] * 33}, "Validation"),
        ("/tei/similarity", {"inputs": {"source_sentence": "a", "sentences": ["b"] * 32}}, "Validation"),
    ],
)
def test_more_than_a_batch_is_refused(ask, path, body, name):
    answer = ask(body, path)
    assert (answer.status, answer.json) == (
        413,
        {"error": "batch size 33 > maximum allowed batch size 32", "error_type": name},
    )


def test_a_vector_has_the_length_asked_for(ask):
    assert [len(vector) for vector in ask({"inputs": ["a", "b"], "dimensions": 64}, "/tei/embed").json] == [64, 64]


def test_tokens_are_embedded_as_the_text_that_they_are(ask):
    (tokens,) = ask({"inputs": "one two"}, "/tei/tokenize").json
    numbers = [token["id"] for token in tokens]
    wanted = ask({"inputs": "one two"}, "/tei/embed").json
    assert ask({"inputs": numbers}, "/tei/embed").json == ask({"inputs": [numbers]}, "/tei/embed").json == wanted


def test_every_token_has_a_vector(ask):
    found = ask({"inputs": ["one two", "three"]}, "/tei/embed_all").json
    assert [[len(vector) for vector in text] for text in found] == [[128, 128], [128]]


def test_sparse_vectors_weigh_words_by_how_often_they_come(ask):
    once, twice = ask({"inputs": ["one", "one one"]}, "/tei/embed_sparse").json
    assert (len(once), set(once[0])) == (1, {"index", "value"})
    assert max(entry["value"] for entry in twice) >= once[0]["value"] > 0


def test_labels_of_one_text_are_the_whole_answer(ask, engine):
    server = engine("rules: [{when: {user: good}, reply: {embedding: [0.2, 0.7, 0.1]}}]")
    wanted = [{"score": 0.7, "label": "LABEL_1"}, {"score": 0.2, "label": "LABEL_0"}, {"score": 0.1, "label": "LABEL_2"}]
    assert ask({"inputs": "good"}, "/tei/predict", to=server).json == wanted
    assert ask({"inputs": [["good"], ["a", "b"]]}, "/tei/predict", to=server).json[0] == wanted
    assert len(ask({"inputs": ["a", "b"]}, "/tei/predict").json) == 2  # a pair: two labels of one text


def test_a_rule_gives_the_scores_of_a_ranking(ask, engine):
    server = engine("rules: [{when: {user: q}, reply: {embedding: [0.1, 0.9]}}]")
    body = {"query": "q", "texts": ["a", "b"], "return_text": True}
    wanted = [{"index": 1, "text": "b", "score": 0.9}, {"index": 0, "text": "a", "score": 0.1}]
    for path in ("/tei/rerank", "/tei/invocations", "/tei"):
        assert ask(body, path, to=server).json == wanted


def test_the_root_compares_sentences(ask):
    body = {"inputs": {"source_sentence": "the blue sky", "sentences": ["the blue sky", "a cat"]}}
    assert ask(body, "/tei").json == ask(body, "/tei/invocations").json == ask(body, "/tei/similarity").json


def test_the_root_embeds_what_asks_nothing(ask):
    assert [len(vector) for vector in ask({"inputs": "a"}, "/tei").json] == [768]


def test_errors_of_openais_embeddings_have_a_form_of_their_own(ask, engine):
    server = engine("rules: [{reply: {error: rate_limit}}]")
    answer = ask({"input": "a", "model": "m"}, "/tei/v1/embeddings", to=server)
    assert answer.json == {"message": "Model is overloaded", "code": 429, "type": "Overloaded"}
    assert set(ask({"inputs": "a"}, "/tei/embed", to=server).json) == {"error", "error_type"}


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("embed", b"x", 400, "Failed to parse the request body as JSON: expected value at line 1 column 1"),
        ("embed", b"{}", 422, "missing field `inputs` at line 1 column 2"),
        ("rerank", b'{"query": "a"}', 422, "missing field `texts` at line 1 column 14"),
        ("v1/embeddings", b"{}", 422, "missing field `input` at line 1 column 2"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_plain_text(ask, path, body, status, words):
    answer = ask(body, f"/tei/{path}")
    assert (answer.status, answer.body.decode().endswith(words)) == (status, True)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_instances_are_embedded_or_ranked_one_by_one(ask, engine):
    server = engine("rules: [{when: {user: q}, reply: {embedding: [0.1, 0.9]}}, {when: {user: b}, reply: {embedding: [0.5]}}]")
    instances = [{"inputs": ["a", "b"], "dimensions": 4}, {"query": "q", "texts": ["a", "b"]}, {"inputs": "b"}]
    embedded, ranking, single = ask({"instances": instances}, "/tei/vertex", to=server).json["predictions"]
    assert (len(embedded[0]), embedded[1], single) == (768, [0.5], [[0.5]])
    assert ranking == [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]


def test_a_model_is_not_needed_for_openais_embeddings(ask):
    assert len(ask({"input": "a"}, "/tei/v1/embeddings").json["data"]) == 1
    answer = ask({"input": ["a"] * 33}, "/tei/v1/embeddings")
    assert (answer.status, answer.json["type"], answer.json["code"]) == (413, "Validation", 413)


def test_nothing_is_said_of_a_path_that_is_not_there(ask):
    for path, status in (("/tei/nowhere", 404), ("/tei/embed", 405)):
        answer = ask(b"", path, method="GET")
        assert (answer.status, answer.body) == (status, b"")


@pytest.mark.parametrize(("status", "kind"), [(529, "Overloaded"), (500, "Backend"), (422, "Validation")])
def test_an_error_has_the_kind_that_the_server_has_for_it(ask, engine, status, kind):
    answer = ask({"inputs": "hi"}, "/tei/embed", to=engine(f"rules: [{{reply: {{error: {status}}}}}]"))
    assert (answer.status, answer.json["error_type"]) == (status, kind)
