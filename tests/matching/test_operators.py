"""The table of operators is complete and its rows agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.matching._operators import OPERATORS, is_glob, model_like, text_like
from understudy.matching._views import View


def test_the_operators_are_those_of_the_script_format():
    assert list(OPERATORS) == ["equals", "contains", "prefix", "regex", "glob"]


@pytest.mark.parametrize("name", OPERATORS)
def test_one_of_several_words_is_enough(name):
    one = OPERATORS[name].compile(["abc"])
    several = OPERATORS[name].compile(["nothing", "abc"])
    for text in ("abc", "ABC", "abcd", "xabc", "x"):
        assert one(View((text,))) == several(View((text,)))


@given(st.text(min_size=1).filter(str.strip))
def test_a_text_satisfies_the_operators_made_from_it(text):
    view = View((text,))
    for name in ("equals", "contains", "prefix"):
        assert OPERATORS[name].compile([text])(view) == {}
        assert OPERATORS[name].compile(["\x00not there", text])(view) == {}


@pytest.mark.parametrize(("text", "glob"), [("gpt-*", True), ("gpt-?", True), ("gpt-4[1m]", False)])
def test_wildcards_make_a_glob(text, glob):
    assert is_glob(text) is glob


def test_case_of_a_glob_does_not_count():
    leaf = OPERATORS["glob"].compile(["A?C", "x*", "*Q*", "Lit"])
    assert [text for text in ("abc", "XY", "aqa", "lit", "ac", "yx") if leaf(View((text,))) is not None] == [
        "abc",
        "XY",
        "aqa",
        "lit",
    ]


def test_a_glob_tests_texts_in_their_case_and_models_whatever_it_is():
    assert [text_like("sk-Slow*")(key) for key in ("sk-Slow-1", "sk-slow-1", "x sk-Slow")] == [True, False, False]
    assert [model_like("GPT-4?")(model) for model in ("gpt-4o", "GPT-4O", "gpt-4", "\ud800")] == [True, True, False, False]
