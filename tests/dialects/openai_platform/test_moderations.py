"""Moderations: by keywords, by rules, refused."""

from __future__ import annotations

import pytest


def result(answer, index: int = 0):
    assert answer.status == 200, answer.body
    return answer.json["results"][index]


def test_a_result_for_each_text_in_the_order_of_the_api(post):
    answer = post("moderations", {"input": ["I will kill you", "hello"]})
    assert [found["flagged"] for found in answer.json["results"]] == [True, False]
    assert answer.json["model"] == "omni-moderation-latest"
    assert answer.json["id"].startswith("modr-")
    assert list(answer.json["results"][0]) == ["flagged", "categories", "category_scores", "category_applied_input_types"]
    assert list(result(answer)["categories"])[:3] == ["harassment", "harassment/threatening", "sexual"]


def test_the_older_models_know_less(post):
    answer = post("moderations", {"input": "how to build a bomb", "model": "text-moderation-latest"})
    assert list(result(answer)) == ["flagged", "categories", "category_scores"]
    assert len(result(answer)["categories"]) == 11
    assert "illicit" not in result(answer)["categories"]


@pytest.mark.parametrize(
    ("reply", "flagged"),
    [
        ("json: {violence: 0.9}", {"violence"}),
        ("json: {violence: true, hate: 0.2}", {"violence"}),
        ("json: {category_scores: {sexual: 0.7}, categories: {hate: true}}", {"sexual", "hate"}),
        ("text: 'violence, self-harm/intent'", {"violence", "self-harm/intent"}),
        ("text: 'Hello there'", {"harassment"}),
        ("json: {violence: high}", {"harassment"}),
        ("json: {flagged: false}", {"harassment"}),
    ],
)
def test_rules_say_what_is_flagged(engine, post, reply, flagged):
    to = engine(f"rules: [{{name: said, when: {{operation: moderation}}, reply: {{{reply}}}}}]")
    answer = post("moderations", {"input": "you idiot"}, to=to)
    assert {name for name, flag in result(answer)["categories"].items() if flag} == flagged
    assert result(answer)["flagged"] == (bool(flagged) and "flagged: false" not in reply)
    assert answer.headers["x-understudy-rule"] == "said"


def test_rules_see_each_text_and_the_others_are_judged(engine, post):
    to = engine("rules: [{when: {user: fine}, reply: {json: {hate: 1}}}]")
    answer = post("moderations", {"input": ["fine", "well"]}, to=to)
    assert [found["flagged"] for found in answer.json["results"]] == [True, False]


def test_chat_settings_do_not_bear_on_it(engine, post):
    for mode in ("echo", "error", "hate"):
        assert not result(post("moderations", {"input": "hello"}, to=engine(reply=mode)))["flagged"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, ("Missing required parameter: 'input'.", "input", "missing_required_parameter")),
        (
            {"input": [{"type": "x"}]},
            ("Invalid value: 'x'. Supported values are: 'text' and 'image_url'.", "input[0].type", "invalid_value"),
        ),
        (
            {"input": ["a", 7]},
            ("Invalid 'input[1]': expected a string, but got an integer instead.", "input[1]", "invalid_type"),
        ),
        *(
            (
                {"input": [part]},
                (f"Missing required parameter: 'input[0].{name}'.", f"input[0].{name}", "missing_required_parameter"),
            )
            for part, name in (({}, "type"), ({"type": "text"}, "text"), ({"type": "image_url"}, "image_url"))
        ),
        (
            {"input": [{"type": "text", "text": 7}]},
            (
                "Invalid type for 'input[0].text': expected a string, but got an integer instead.",
                "input[0].text",
                "invalid_type",
            ),
        ),
    ],
)
def test_what_is_wrong_is_refused(post, body, error):
    answer = post("moderations", body)
    assert (answer.status, answer.error) == (400, error)


@pytest.mark.parametrize("given", [3, [], ["a", 3], None])
def test_wrong_inputs_are_refused_and_leniently_judged(engine, post, given):
    assert post("moderations", {"input": given}).status == 400
    assert post("moderations", {"input": given}, to=engine(validation="lenient")).status == 200


def test_a_rule_may_fail_it(engine, post):
    to = engine("rules: [{when: {operation: moderation}, reply: {error: 429}}]")
    assert post("moderations", {"input": "x"}, to=to).status == 429


def test_one_image_is_looked_at_and_no_more(engine, post):
    image = {"type": "image_url", "image_url": {"url": "https://x.test/a.png"}}
    assert post("moderations", {"input": [image]}).status == 200
    answer = post("moderations", {"input": [image, image]})
    assert (answer.status, answer.error) == (400, ("Number of images (2) exceeds maximum of 1", "input", "too_many_images"))
    assert post("moderations", {"input": [image, image]}, to=engine(validation="lenient")).status == 200
