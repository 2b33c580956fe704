"""Verdicts on texts as the API words them."""

from __future__ import annotations

from understudy.dialects._openai.moderation import moderated, verdict
from understudy.text.harm import CATEGORIES


def test_scores_become_flags():
    found = verdict({**dict.fromkeys(CATEGORIES, 0.1), "hate": 0.5})
    assert list(found) == ["flagged", "categories", "category_scores", "category_applied_input_types"]
    assert found["flagged"]
    assert [name for name, flag in found["categories"].items() if flag] == ["hate"]
    assert not verdict(dict.fromkeys(CATEGORIES, 0.49))["flagged"]


def test_an_image_is_looked_at_where_the_api_does_so():
    calm = dict.fromkeys(CATEGORIES, 0.0)
    assert verdict(calm, image=True)["category_applied_input_types"]["violence"] == ["text", "image"]
    assert verdict(calm, image=True)["category_applied_input_types"]["hate"] == ["text"]
    assert verdict(calm, text=False, image=True)["category_applied_input_types"]["violence"] == ["image"]


def test_question_and_answers_are_judged_apart():
    found = moderated("omni", "I will kill you", ["calm", "I hate you, you idiot"])
    assert [result["flagged"] for result in found["input"]["results"]] == [True]
    assert [result["flagged"] for result in found["output"]["results"]] == [False, True]
    assert (found["input"]["type"], found["input"]["model"]) == ("moderation_results", "omni")
    assert list(found["input"]["results"][0])[:3] == ["type", "model", "flagged"]
