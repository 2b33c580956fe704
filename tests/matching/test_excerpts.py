"""Excerpts: quoted, cut, masked."""

import pytest

from understudy.matching._excerpts import difference, listed, pattern_shown, quoted, secret


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hi", "'hi'"),
        ("", "''"),
        ("it's", '"it\'s"'),
        ("a\r\nrule matched\x1b[0m", "'a\\r\\nrule matched\\x1b[0m'"),
        ("\ud800", "'\\ud800'"),
        ("x" * 80, repr("x" * 80)),
        ("x" * 1234, repr("x" * 80 + "...") + " (1,234 characters)"),
    ],
)
def test_a_text_is_quoted(text, shown):
    assert quoted(text) == shown


def test_an_excerpt_can_start_in_the_middle():
    assert quoted("0123456789", 4) == "'...456789' (10 characters)"


@pytest.mark.parametrize(("text", "shown"), [("short", "'...'"), ("sk-0123456789abcdef", "'...cdef'")])
def test_a_secret_is_shown_by_its_end_at_most(text, shown):
    assert secret(text) == shown


def test_an_excerpt_starts_shortly_before_the_difference():
    assert difference("a" * 200 + "b", "A" * 200 + "c") == 188
    assert difference("a" * 200, "a" * 300) == 188
    assert difference("b", "a" * 200) == 0
    assert difference("a" * 70 + "b", "a" * 70 + "c") == 0


def test_a_pattern_is_shown_as_written():
    assert pattern_shown(r"\d+ it's" + "\n") == r"/\d+ it's\n/"
    assert pattern_shown("x" * 81) == f"/{'x' * 80}.../"


@pytest.mark.parametrize(
    ("items", "shown"),
    [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c"), (list("abcde"), "a, b, c or 2 more")],
)
def test_items_are_listed(items, shown):
    assert listed(items) == shown
