"""Sketches: how alike texts are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.matching._similarity import alike, covered, sketch


def test_a_text_is_like_itself_and_unlike_others():
    sky = sketch("what colour is the sky?")
    assert alike(sky, sky) == 1
    assert 0.8 < alike(sky, sketch("what color is the sky")) < 1
    assert alike(sky, sketch("hum")) == 0


def test_a_part_is_covered_by_the_whole():
    text = sketch("the weather in paris")
    assert covered(sketch("weather", whole=False), text) == 1
    assert 0 < covered(sketch("whether", whole=False), text) < 1


@pytest.mark.parametrize("text", ["", "a"])
def test_too_little_to_compare_is_alike_nothing(text):
    assert covered(sketch(text, whole=False), sketch("abc")) == 0


def test_sketches_are_the_same_in_every_process():
    assert sketch("abc", whole=False) == 1 << (((97 * 769 + 98) * 769 + 99) % 4096)


def test_only_the_head_of_a_long_text_is_read():
    assert sketch("x" * 1000) == sketch("x" * 1_000_000)


@given(st.text(), st.text())
def test_likeness_is_symmetric_and_bounded(one, other):
    a, b = sketch(one), sketch(other)
    assert alike(a, b) == alike(b, a)
    assert 0 <= alike(a, b) <= 1
    assert 0 <= covered(a, b) <= 1
