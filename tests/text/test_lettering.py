"""Text as dots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.text import lettering
from understudy.text.lettering import drawn


def test_letters_are_drawn_in_the_middle():
    assert drawn("Hi", 13, 10) == [
        "0000000000000",
        "0100010011100",
        "0100010001000",
        "0100010001000",
        "0111110001000",
        "0100010001000",
        "0100010001000",
        "0100010011100",
        "0000000000000",
        "0000000000000",
    ]


def test_letters_are_as_large_as_they_fit():
    small, large = drawn("a", 6, 8), drawn("a", 24, 32)
    assert sum(row.count("1") for row in large) == 16 * sum(row.count("1") for row in small)


def test_case_and_accents_make_no_difference_and_strange_letters_are_boxes():
    assert drawn("É", 12, 16) == drawn("e", 12, 16)
    assert drawn("東", 6, 8) != drawn(" ", 6, 8)


def test_every_glyph_has_seven_rows_and_is_its_own():
    glyphs = list(lettering._LETTERS.values())
    assert all(len(glyph) == 7 for glyph in glyphs)
    assert len(set(glyphs)) == len(glyphs)


@given(st.text(max_size=300), st.integers(6, 80), st.integers(8, 80))
def test_a_grid_is_always_filled(text, columns, rows):
    found = drawn(text, columns, rows)
    assert len(found) == rows
    assert {len(row) for row in found} == {columns}
    assert set("".join(found)) <= {"0", "1"}


@pytest.mark.parametrize("text", ["", "   ", "word " * 5000])
def test_nothing_and_too_much_are_drawn_too(text):
    assert len(drawn(text, 64, 64)) == 64
