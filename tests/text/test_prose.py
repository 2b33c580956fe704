"""Every word of the lists is one token in both encodings, in every form it is used in."""

from __future__ import annotations

import re

import pytest

from understudy.text import prose
from understudy.text.tokens import encoding


@pytest.mark.parametrize("slot", prose.slots())
def test_what_may_stand_in_a_slot_is_one_token(slot, name):
    count = encoding(name).count
    assert [item for item in prose.slots()[slot] if count(item) != 1] == []


@pytest.mark.parametrize("slot", prose.CAPITALS)
def test_what_opens_a_paragraph_is_one_token_without_the_space(slot, name):
    count = encoding(name).count
    assert [item for item in prose.slots()[slot] if count(item.lstrip()) != 1] == []


def test_there_are_several_hundred_words():
    assert len({item for items in prose.slots().values() for item in items}) > 700


def test_what_may_follow_a_begins_with_a_consonant():
    assert [word for key in "nj" for word in prose.slots()[key] if re.match(r" [aeiou]", word)] == []


def test_sentences_open_with_a_capital_and_end_with_a_full_stop():
    for sentence in prose.sentences():
        assert sentence[0] in prose.CAPITALS
        assert sentence[-1] == "."
        assert set(sentence) <= set(prose.slots())
        assert not set(sentence[1:]) & set(prose.CAPITALS)
