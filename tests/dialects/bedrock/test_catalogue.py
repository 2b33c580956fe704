"""Bedrock's own models and their inference profiles."""

from __future__ import annotations

import pytest

CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"
ARN = f"arn:aws:bedrock:us-east-1::foundation-model/{CLAUDE}"


@pytest.fixture
def get(ask):
    return lambda path, **to: ask(b"", path, method="GET", **to)


def test_models_are_listed(get):
    models = {model["modelId"]: model for model in get("/foundation-models").json["modelSummaries"]}
    assert models[CLAUDE]["modelArn"] == ARN
    assert (models[CLAUDE]["providerName"], models[CLAUDE]["inputModalities"]) == ("Anthropic", ["TEXT", "IMAGE"])
    outputs = {model: found["outputModalities"] for model, found in models.items()}
    assert outputs["amazon.titan-embed-text-v2:0"] == ["EMBEDDING"]
    assert outputs["amazon.nova-canvas-v1:0"] == ["IMAGE"]
    assert not models["amazon.nova-canvas-v1:0"]["responseStreamingSupported"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("byProvider=anthropic", [CLAUDE]),
        ("byOutputModality=EMBEDDING", ["amazon.titan-embed-text-v2:0"]),
        ("byProvider=Amazon&byOutputModality=IMAGE", ["amazon.nova-canvas-v1:0"]),
        ("byInferenceType=PROVISIONED", []),
        ("byCustomizationType=FINE_TUNING", []),
    ],
)
def test_a_list_is_filtered(get, query, names):
    assert [model["modelId"] for model in get(f"/foundation-models?{query}").json["modelSummaries"]] == names


@pytest.mark.parametrize("name", [CLAUDE, ARN.replace("/", "%2F")])
def test_a_model_is_found_by_name_and_arn(get, name):
    assert get(f"/foundation-models/{name}").json["modelDetails"]["modelId"] == CLAUDE


def test_what_is_not_listed_is_not_found(get, engine):
    for path in ("/foundation-models/x.y", "/inference-profiles/us.x.y", f"/inference-profiles/{CLAUDE}"):
        answer = get(path)
        assert (answer.status, answer.headers["x-amzn-errortype"].partition(":")[0]) == (404, "ResourceNotFoundException")
        assert get(path, to=engine(validation="lenient")).status == 200


def test_profiles_name_models(get):
    found = get("/inference-profiles").json["inferenceProfileSummaries"]
    assert found[0]["inferenceProfileId"] == f"us.{CLAUDE}"
    assert all("embed" not in profile["inferenceProfileId"] for profile in found)
    assert get("/inference-profiles?type=APPLICATION").json["inferenceProfileSummaries"] == []
    one = get(f"/inference-profiles/eu.{CLAUDE}").json
    assert (one["models"], one["type"]) == ([{"modelArn": ARN}], "SYSTEM_DEFINED")


def test_a_profile_of_an_application_names_the_first_model(get):
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile%2Fabc"
    one = get(f"/inference-profiles/{arn}").json
    assert (one["models"], one["type"], one["inferenceProfileId"]) == ([{"modelArn": ARN}], "APPLICATION", "abc")


def test_a_closed_list_takes_its_models_by_every_name_they_have(ask, engine):
    closed, body = engine(only_listed_models=True), {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}
    own = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile%2Fabc"
    for name in (CLAUDE, f"us.{CLAUDE}", f"global.{CLAUDE}", ARN.replace("/", "%2F"), own):
        assert ask(body, f"/model/{name}/converse", to=closed).status == 200, name
    assert ask(body, "/model/us.anthropic.other/converse", to=closed).status == 400
