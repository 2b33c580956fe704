"""The catalogue in pages, in this API's shape only for who asks as its clients do; token counts."""

from __future__ import annotations

import pytest

from understudy.dialects.anthropic.families import display_name, family

NAMES = [f"claude-{letter}" for letter in "abcde"]


@pytest.fixture
def page(engine, say):
    server = engine(models=NAMES)

    def ids(query=""):
        found = say(path=f"/v1/models?{query}", method="GET", to=server).json
        names = [model["id"] for model in found["data"]]
        assert (found["first_id"], found["last_id"]) == ((names[0], names[-1]) if names else (None, None))
        return [name[-1] for name in names], found["has_more"]

    return ids


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (["a", "b", "c", "d", "e"], False)),
        ("limit=2", (["a", "b"], True)),
        ("limit=2&after_id=claude-b", (["c", "d"], True)),
        ("limit=2&after_id=claude-d", (["e"], False)),
        ("limit=2&before_id=claude-d", (["b", "c"], True)),
        ("limit=2&before_id=claude-b", (["a"], False)),
        ("after_id=claude-e", ([], False)),
    ],
)
def test_pages(page, query, expected):
    assert page(query) == expected


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "after_id=nobody", "after_id=a&before_id=b"])
def test_a_wrong_page_is_refused(refusal, query):
    assert refusal(b"", path=f"/v1/models?{query}", method="GET")


@pytest.mark.parametrize(
    ("headers", "shape"),
    [({}, "object"), ({"authorization": "Bearer x"}, "object"), ({"anthropic-version": "2026-10-21"}, "has_more")],
)
def test_headers_tell_whose_catalogue_is_asked_for(ask, headers, shape):
    assert shape in ask(path="/v1/models", method="GET", headers=headers).json


def test_every_dialect_lists_its_own_models(ask, say):
    ours = [model["id"] for model in say(path="/v1/models", method="GET").json["data"]]
    theirs = [model["id"] for model in ask(path="/v1/models", method="GET").json["data"]]
    assert all(name.startswith("claude") for name in ours)
    assert not any(name.startswith("claude") for name in theirs)


def test_only_listed_models_exist_in_a_closed_catalogue(engine, say, body):
    closed = engine(models=NAMES, only_listed_models=True)
    for answer in (say(body(), to=closed), say(path="/v1/models/claude-x", method="GET", to=closed)):
        assert answer.status == 404
        assert answer.json["error"]["type"] == "not_found_error"


def test_counting_costs_what_the_message_says_it_did(say, body):
    value = body("How are you today?", system="Be brief.")
    used = say(value).json["usage"]["input_tokens"]
    del value["max_tokens"]
    assert say(value, "/v1/messages/count_tokens").json == {"input_tokens": used}


def test_rules_do_not_answer_a_count(engine, say, body):
    value = body()
    del value["max_tokens"]
    assert say(value, "/v1/messages/count_tokens", to=engine("rules: [{reply: {error: 500}}]")).status == 200


@pytest.mark.parametrize(
    ("said", "tokens"),
    [("hello", 8), ("What is 2+2?", 14)],
)
def test_recorded_prompts_cost_what_they_did(say, body, said, tokens):
    value = body(said)
    del value["max_tokens"]
    assert abs(say(value, "/v1/messages/count_tokens").json["input_tokens"] - tokens) <= 1


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        ("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5"),
        ("claude-3-5-haiku-latest", "Claude 3.5 Haiku"),
        ("claude-sonnet-5", "Claude Sonnet 5"),
        ("my-model", "my-model"),
    ],
)
def test_names_are_spelled_for_people(model, shown):
    assert display_name(model) == shown


def test_generations_differ():
    old, new = family("claude-3-5-sonnet-20241022"), family("claude-opus-4-8")
    assert (old.prefills, new.prefills) == (True, False)
    assert old.factor < new.factor
    assert old.window < new.window


@pytest.mark.parametrize("query", ["limit=x", "after_id=nobody", "before_id=a&after_id=b"])
def test_leniently_a_wrong_page_is_the_usual_one(engine, say, query):
    server = engine(models=NAMES, validation="lenient")
    assert len(say(path=f"/v1/models?{query}", method="GET", to=server).json["data"]) == 5


def test_leniently_a_request_without_a_model_is_answered_in_a_closed_catalogue(engine, say, body):
    value = body()
    del value["model"]
    closed = engine(models=NAMES, only_listed_models=True, validation="lenient")
    assert say(value, to=closed).status == 200
    assert say(body(model="claude-x"), to=closed).status == 404
