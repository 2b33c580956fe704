"""Models, page by page; token counts; the paths that models stand under."""

from __future__ import annotations

import pytest


def test_pages_follow_each_other(ask):
    names, token = [], ""
    for _ in range(10):
        page = ask(b"", f"/v1beta/models?pageSize=3&pageToken={token}", method="GET").json
        names += [model["name"] for model in page["models"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert len(names) == len(set(names)) > 3
    assert all(name.startswith("models/") for name in names)


@pytest.mark.parametrize("query", ["pageSize=x", "pageToken=x", "pageToken=999"])
def test_a_page_that_is_not_there(ask, query):
    assert ask(b"", f"/v1beta/models?{query}", method="GET").json["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/models/gemini-2.5-flash",
        "/v1alpha/models/gemini-2.5-flash",
        "/v1beta/tunedModels/gemini-2.5-flash",
        "/v1beta1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash",
        "/v1/publishers/google/models/gemini-2.5-flash",
        "/gemini/v1beta/models/gemini-2.5-flash",
    ],
)
@pytest.mark.parametrize("method", ["generateContent", "streamGenerateContent", "countTokens"])
def test_every_place_of_a_model(ask, contents, path, method):
    answer = ask(contents("hi"), f"{path}:{method}")
    assert answer.status == 200
    if method == "generateContent":
        assert answer.json["modelVersion"] == "gemini-2.5-flash"


def test_openai_keeps_its_own_list_of_models(ask):
    assert ask(b"", "/v1/models", method="GET").json["object"] == "list"
    assert "models" in ask(b"", "/v1/models", method="GET", headers={"x-goog-api-key": "any"}).json
