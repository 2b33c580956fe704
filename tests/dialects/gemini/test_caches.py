"""Caches: made, listed, changed, deleted, and used instead of the beginning of a prompt."""

from __future__ import annotations

import pytest

KEY = {"x-goog-api-key": "any"}
LONG = "a word " * 700
MODEL = "gemini-2.5-flash"
VERTEX = "/v1beta1/projects/p/locations/l/"


@pytest.fixture
def server(engine):
    return engine("rules: [{when: {system: {contains: a word}, user: which}, reply: That one.}]")


@pytest.fixture
def call(ask, server):
    def called(path, value=b"", method="POST"):
        return ask(value, path if path.startswith("/") else f"/v1beta/{path}", method=method, to=server, headers=KEY)

    return called


@pytest.fixture
def made(call):
    """Make a cache."""

    def make(**value):
        held = {"model": f"models/{MODEL}", "systemInstruction": {"parts": [{"text": LONG}]}, **value}
        return call("cachedContents", held)

    return make


def test_a_cache_tells_what_it_holds_and_how_long(made, call):
    cache = made(displayName="Words", ttl="60s").json
    assert (cache["model"], cache["displayName"]) == (f"models/{MODEL}", "Words")
    assert cache["usageMetadata"] == {"totalTokenCount": 1402}
    assert (cache["createTime"], cache["expireTime"]) == ("2023-11-14T22:13:20.000000Z", "2023-11-14T22:14:20.000000Z")
    assert call(cache["name"], method="GET").json == cache
    assert call("cachedContents", method="GET").json == {"cachedContents": [cache]}


def test_when_it_ends_may_be_changed(made, call):
    name = made().json["name"]
    assert call(name, method="GET").json["expireTime"] == "2023-11-14T23:13:20.000000Z"
    assert call(name, {"expireTime": "2023-11-15T00:00:00Z"}, "PATCH").json["expireTime"] == "2023-11-15T00:00:00.000000Z"
    assert call(name, {"ttl": "1.5s"}, "PATCH").json["expireTime"] == "2023-11-14T22:13:21.500000Z"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"systemInstruction": {"parts": [{"text": "short"}]}},
            "Cached content is too small. total_token_count=2, min_total_token_count=1024",
        ),
        ({"model": ""}, "* CreateCachedContentRequest.cached_content.model: model is not specified\n"),
        ({"ttl": "soon"}, "Invalid value at 'cached_content.ttl' (type.googleapis.com/google.protobuf.Duration), \"soon\""),
        (
            {"expireTime": "soon"},
            "Invalid value at 'cached_content.expire_time' (type.googleapis.com/google.protobuf.Timestamp), \"soon\"",
        ),
        ({"words": 1}, 'Invalid JSON payload received. Unknown name "words": Cannot find field.'),
    ],
)
def test_a_cache_that_is_refused(made, value, message):
    answer = made(**value)
    assert (answer.status, answer.json["error"]["message"]) == (400, message)


def test_a_cache_that_is_deleted_or_over_is_not_there(made, call):
    told = (403, "CachedContent not found (or permission denied)")
    gone, over = made().json["name"], made(ttl="0s").json["name"]
    assert gone != over
    assert call(gone, method="DELETE").json == {}
    for name in (gone, over, "cachedContents/never"):
        answer = call(name, method="GET")
        assert (answer.status, answer.json["error"]["message"]) == told
        asked = {"contents": [{"parts": [{"text": "hi"}]}], "cachedContent": name}
        assert call(f"models/{MODEL}:generateContent", asked).status == 403
    assert call("cachedContents", method="GET").json == {}


def test_on_vertex_a_cache_has_the_name_of_its_project(call):
    model = "projects/p/locations/l/publishers/google/models/gemini-2.5-flash"
    held = {"model": model, "contents": [{"role": "user", "parts": [{"text": LONG}]}]}
    cache = call(f"{VERTEX}cachedContents", held).json
    assert cache["name"].startswith("projects/p/locations/l/cachedContents/")
    path = f"/v1beta1/{cache['name']}"
    assert call(path, method="GET").json == cache
    asked = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}], "cachedContent": cache["name"]}
    usage = call(f"/v1beta1/{model}:generateContent", asked).json["usageMetadata"]
    assert usage["cachedContentTokenCount"] == cache["usageMetadata"]["totalTokenCount"]
    assert call(path, method="DELETE").json == {}
    assert call(f"{VERTEX}publishers/google/models/m", method="GET").status == 404


def test_whole_numbers_of_any_size_are_held(made, call):
    schema = {"type": "integer", "maximum": 10**30}
    cache = made(tools=[{"functionDeclarations": [{"name": "f", "parametersJsonSchema": schema}]}]).json
    assert call(cache["name"], method="GET").json == cache
    asked = {"contents": [{"parts": [{"text": "which"}]}], "cachedContent": cache["name"]}
    assert call(f"models/{MODEL}:generateContent", asked).status == 200
