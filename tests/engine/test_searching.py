"""What is made up for models that search the web of themselves."""

from __future__ import annotations

import pytest

from understudy.engine.searching import found_on_the_web
from understudy.model.call import Call, Tool


def found(user="Who won the cup?", **wished):
    return found_on_the_web(
        Call("chat", "openai", "m", user=user, tools=(Tool("web_search", parameters=wished, kind="hosted"),))
    )


@pytest.mark.parametrize("tools", [(), (Tool("web_search"),), (Tool("code", kind="hosted"),)])
def test_a_model_that_does_not_search_finds_nothing(tools):
    assert found_on_the_web(Call("chat", "openai", "m", user="hi", tools=tools)) is None


def test_what_is_found_is_about_the_question_and_names_its_sources():
    assert found() == (
        'Here is what I found on the web about "Who won the cup?". '
        "([example.com](https://example.com/who-won-cup?utm_source=openai)) "
        "([example.org](https://example.org/who-won-cup?utm_source=openai))"
    )


@pytest.mark.parametrize(("size", "count"), [("low", 1), ("medium", 2), ("high", 3), ("what", 2), (None, 2)])
def test_the_wider_the_search_the_more_sources(size, count):
    assert found(search_context_size=size).count("https://") == count


@pytest.mark.parametrize("place", [None, "Lyon", {}, {"approximate": None}, {"approximate": {"city": 3}}])
def test_a_place_that_is_none_is_not_named(place):
    assert " near " not in found(user_location=place)


def test_a_long_question_is_cut_and_one_without_words_has_a_source_too():
    assert '..."' in found("word " * 100)
    assert "https://example.com/home?" in found("???")
