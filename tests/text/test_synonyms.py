"""Other words for what an enumeration offers."""

from __future__ import annotations

import pytest

from understudy.text.synonyms import others


@pytest.mark.parametrize(
    ("member", "word"), [("celsius", "centigrade"), ("c", "celsius"), ("positive", "love"), ("high", "urgent"), ("cat", "cats")]
)
def test_a_member_has_other_words(member, word):
    assert word in others(member)


def test_single_letters_are_no_other_word_and_symbols_have_none():
    assert not [word for word in others("celsius") if word in ("c", "f")]
    assert others("x-1") == others("") == ()
