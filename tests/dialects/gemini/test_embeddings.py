"""Vectors."""

from __future__ import annotations

from math import isclose, sqrt

import pytest


def content(text):
    return {"parts": [{"text": text}]}


@pytest.mark.parametrize(("model", "size"), [("gemini-embedding-001", 3072), ("text-embedding-004", 768)])
def test_a_vector_has_the_size_of_its_model_and_unit_length(say, model, size):
    values = say({"content": content("sky")}, model, "embedContent").json["embedding"]["values"]
    assert len(values) == size
    assert isclose(sqrt(sum(value * value for value in values)), 1, abs_tol=1e-3)


def test_the_same_text_has_the_same_vector_in_a_batch(say):
    one = say({"content": content("sky"), "outputDimensionality": 8}, "m", "embedContent").json["embedding"]
    item = {"model": "models/m", "content": content("sky"), "outputDimensionality": 8}
    assert say({"requests": [item, item]}, "m", "batchEmbedContents").json["embeddings"] == [one, one]


@pytest.mark.parametrize("validation", ["strict", "lenient"])
@pytest.mark.parametrize("base", ["/v1beta/models", "/v1/projects/p/locations/l/publishers/google/models"])
@pytest.mark.parametrize("model", ["imagen-4.0-generate-001", "IMAGEN-3.0-generate-002", "imagetext"])
def test_a_model_that_predicts_no_vectors_is_refused_for_what_it_is(engine, ask, base, validation, model):
    body = {"instances": [{"prompt": "cat"}], "parameters": {"sampleCount": 1}}
    answer = ask(body, f"{base}/{model}:predict", to=engine(validation=validation))
    wanted = f"{model} is not played here: predict makes vectors of texts."
    assert (answer.status, answer.json["error"]["message"]) == (404, wanted)


@pytest.mark.parametrize(
    ("body", "method"),
    [
        ({}, "embedContent"),
        ({"content": content("x"), "outputDimensionality": 0}, "embedContent"),
        ({"content": content("x"), "outputDimensionality": 5000}, "embedContent"),
        ({"requests": []}, "batchEmbedContents"),
        ({"requests": [{"content": content("x")}] * 101}, "batchEmbedContents"),
        ({"instances": []}, "predict"),
    ],
)
def test_what_is_refused(refusal, body, method):
    assert refusal(body, "m", method)
