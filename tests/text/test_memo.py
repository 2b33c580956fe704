"""Memos compute once, stay bounded, and words are only kept when counting them one by one is exact."""

from __future__ import annotations

import pytest

from understudy.text.memo import Irregular, Memo, Words


def test_a_count_is_computed_once():
    asked = []
    memo = Memo(lambda text: asked.append(text) or len(text), size=64, longest=10)
    assert [memo["abc"], memo["abc"], memo["de"]] == [3, 3, 2]
    assert asked == ["abc", "de"]


def test_a_full_memo_forgets_the_oldest_and_never_grows():
    memo = Memo(len, size=128, longest=10)
    for number in range(1000):
        assert memo[str(number)] == len(str(number))
        assert len(memo) <= 128
    assert "999" in memo
    assert "900" in memo
    assert "0" not in memo


def test_long_texts_are_not_kept():
    memo = Memo(len, size=64, longest=3)
    assert memo["abcd"] == 4
    assert memo == {}


def words(counts: dict[str, int], lead: str = " ") -> Words:
    return Words(counts.__getitem__, lead, size=64, longest=20)


def test_a_word_is_counted_with_the_space_before_it():
    assert words({" sky": 1})["sky"] == 1
    assert words({"sky": 2}, lead="")["sky"] == 2


@pytest.mark.parametrize("word", ["", "\nsky", "\u00a0"])
def test_a_word_that_begins_with_white_space_is_irregular(word):
    with pytest.raises(Irregular):
        words({})[word]


def test_the_first_word_may_be_empty_or_begin_with_white_space():
    counts = {"": 0, "\nsky": 2}
    assert [words(counts, lead="")[word] for word in counts] == [0, 2]


def test_white_space_at_the_end_is_kept_when_it_counts_the_same_before_a_word():
    assert words({" sky\n": 2, " sky\n a": 3})["sky\n"] == 2
    with pytest.raises(Irregular):
        words({" sky\n\t": 2, " sky\n\t a": 4})["sky\n\t"]


def test_a_word_too_long_to_keep_that_ends_with_white_space_is_not_counted():
    with pytest.raises(Irregular):
        words({})["s" * 21 + "\n"]
    assert words({" " + "s" * 21: 5})["s" * 21] == 5
