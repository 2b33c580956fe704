"""Nodes of text conditions: how far off, and what they want."""

import pytest

from understudy.matching._conditions import Problems
from understudy.matching._excerpts import quoted
from understudy.matching._text import build_text
from understudy.matching._views import View


def node(condition):
    errors = []
    built = build_text(condition, Problems(errors))
    assert built is not None, errors
    return built


@pytest.mark.parametrize(
    ("condition", "phrase"),
    [
        ("a", "'a'"),
        ({"equals": ["a", "b"]}, "'a' or 'b'"),
        ({"contains": "a"}, "text containing 'a'"),
        ({"prefix": "a"}, "text starting with 'a'"),
        ({"regex": r"\d"}, r"text matching /\d/"),
        ({"glob": "a*"}, "text like 'a*'"),
        ({"any": ["a", {"not": "b"}]}, "('a' or not 'b')"),
        ({"contains": "a", "prefix": "b"}, "(text containing 'a' and text starting with 'b')"),
    ],
)
def test_a_node_says_what_it_wants(condition, phrase):
    assert node(condition).phrase(quoted) == phrase


@pytest.mark.parametrize(
    ("condition", "nearer", "further"),
    [
        ("what colour is the sky", "what color is the sky", "what is a colour"),
        ({"contains": "weather"}, "the wether", "the rain"),
        ({"prefix": "dear"}, "my dear", "hello"),
        ({"glob": "gpt-4*"}, "gpt-3", "claude"),
        ({"any": ["apple", "weather"]}, "wether", "pear"),
        ({"all": [{"contains": "sun"}, {"contains": "rain"}]}, "sun", "snow"),
    ],
)
def test_nearer_texts_are_at_a_smaller_distance(condition, nearer, further):
    near, far = node(condition).distance(View((nearer,))), node(condition).distance(View((further,)))
    assert 0 < near < far <= 1


@pytest.mark.parametrize("condition", ["abc abc", {"contains": "ab ab"}, {"regex": "x"}, {"not": {"contains": "abc"}}])
def test_what_fails_is_never_at_distance_zero(condition):
    assert node(condition).distance(View(("abc abc abc",))) > 0


def test_several_texts_hold_when_one_does_and_not_means_none():
    view = View(("alpha", "beta"))
    assert node({"contains": "bet"}).test(view) == {}
    assert node({"all": [{"contains": "alp"}, {"contains": "bet"}]}).test(view) == {}
    assert node({"not": {"contains": "bet"}}).test(view) is None
    assert node({"not": {"contains": "gam"}}).test(view) == {}


def test_no_texts_satisfy_only_a_not():
    view = View(())
    for condition in ("", {"contains": "a"}, {"prefix": "a"}, {"regex": ""}, {"glob": "*"}, {"equals": ["a", "b"]}):
        assert node(condition).test(view) is None
        assert node({"not": condition}).test(view) == {}
        assert node(condition).distance(view) == 1
