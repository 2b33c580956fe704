"""Patterns: what RE2 refuses and why, groups, globs, many at once, no running away."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.matching import RegexUnion
from understudy.matching._regex import PatternError, compile_glob, compile_regex

LINEAR = "Patterns run on RE2, whose time is linear in the text, and that rules it out."


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a(?=b)", f"look-ahead and look-behind are not supported. {LINEAR} Use all and not."),
        ("a(?!b)", f"look-ahead and look-behind are not supported. {LINEAR} Use all and not."),
        ("(?<=a)b", f"look-ahead and look-behind are not supported. {LINEAR} Use all and not."),
        ("(?<!a)b", f"look-ahead and look-behind are not supported. {LINEAR} Use all and not."),
        (r"(a)\1", f"back-references are not supported. {LINEAR}"),
        ("(?P<n>a)(?P=n)", f"back-references are not supported. {LINEAR}"),
        ("(?>a)", f"atomic and possessive parts are not supported. {LINEAR}"),
        ("a++", f"atomic and possessive parts are not supported. {LINEAR}"),
        ("(a)?(?(1)b|c)", f"conditional parts are not supported. {LINEAR}"),
        ("(?#note)a", "comments are not supported. Leave them out."),
        (r"a\Z", r"RE2 does not know \Z. Write \z for the end of the text."),
        (r"\u00e9", r"RE2 does not know \u. Write the character itself, or \x{...} with its code."),
        ("a{2000}", "RE2 repeats a part at most 1,000 times. Use * or +, or a smaller number."),
        ("[", "missing ]: [. The syntax is that of RE2."),
        ("\ud800", "the pattern holds half a character (a lone surrogate)."),
    ],
)
def test_unsupported_syntax_is_refused_with_the_reason(pattern, reason):
    with pytest.raises(PatternError) as caught:
        compile_regex(pattern)
    assert str(caught.value) == reason


def test_a_glob_with_half_a_character_is_refused():
    with pytest.raises(PatternError, match="lone surrogate"):
        compile_glob("a*\udc00?")


def test_a_pattern_without_groups_gives_the_shared_empty_groups():
    assert compile_regex("b").search(b"abc") == {}
    assert compile_regex("x").search(b"abc") is None


def test_a_runaway_pattern_on_a_long_text_comes_back():
    text = b"a" * 100_000 + b"!"
    for pattern in ("(a+)+$", "(a|aa)+$", "(a|a?)+$x", "(.*a){12}$", "(x+x+)+y"):
        assert compile_regex(pattern).search(text) is None


@pytest.mark.parametrize("pattern", ["a*b*c*d*e*f*g*!", "?*?*?*x", "*a*a*a*a*b"])
def test_a_runaway_glob_on_a_long_text_comes_back(pattern):
    assert compile_glob(pattern).search(b"a" * 100_000) is None


@given(st.text("a*?.[\\ \n", max_size=8), st.text("ab.[\\ \n", max_size=8))
def test_globs_mean_what_they_say(pattern, text):
    meaning = "".join({"*": "(?:.|\n)*", "?": "(?:.|\n)"}.get(char) or re.escape(char) for char in pattern)
    assert (compile_glob(pattern).search(text.encode()) is not None) == (re.fullmatch(meaning, text) is not None)


PATTERNS = ["a", "b+$", "(?i)hello (.*) world", "x.*y", "[^a]*z", r"\d{3}", "^start", "(ab)*c", "é", "zzz"]


@pytest.mark.parametrize("padding", [0, 3000], ids=["short", "long"])
@given(text=st.text("abcxyz123é Hellowrdst\ud800", max_size=60))
def test_a_union_finds_what_each_pattern_finds(padding, text):
    text = text + "-" * padding
    alone = [
        i for i, pattern in enumerate(PATTERNS) if compile_regex(pattern).search(text.encode("utf-8", "replace")) is not None
    ]
    assert RegexUnion(PATTERNS).matching(text) == alone


def test_a_union_of_nothing_finds_nothing():
    assert RegexUnion([]).matching("x") == []


def test_a_large_union_keeps_the_order():
    union = RegexUnion([f"number {i}\\b" for i in range(500)])
    assert union.matching("number 499, number 7, number 63 and number 64") == [7, 63, 64, 499]


def test_large_patterns_are_tried_too():
    assert RegexUnion([r"(?:\pL{30}){2}7\b", "b", r"x\pL{60}"]).matching("a" * 60 + "7 b") == [0, 1]


def test_a_union_survives_a_runaway_text():
    assert RegexUnion(["(a+)+$", "(a|aa)+$", "b"]).matching("a" * 100_000 + "!") == []
