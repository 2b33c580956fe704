"""The fixed part of a pattern is in every text the pattern is found in."""

import pytest
import re2
from hypothesis import example, given
from hypothesis import strategies as st

from understudy.matching import fold
from understudy.matching._required import required_text


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        (r"(?i)my name is (?P<name>\w+)", "my name is"),
        (r"Weather in [A-Z]\w+ today", "weather in"),
        (r"colou?r of the sky", "r of the sky"),
        (r"abcd*", "abc"),
        (r"abcd{0,3}xyzw", "xyzw"),
        (r"(optional words)?tail end", "tail end"),
        (r"one|two three", ""),
        (r"(?s)one.*", ""),
        (r"(?m)^hello$", ""),
        (r"\Qa.b\E here", ""),
        (r"\x41bcd", ""),
        (r"[]a-z]{2}[^]x] ends", "ends"),
        (r"\d+", ""),
        ("Straße", "stra"),
    ],
)
def test_fixed_parts(pattern, part):
    assert required_text(pattern) == part


PIECES = [
    r"my name",
    r" is ",
    r"(x y)?",
    r"[abc]",
    r"[^]]",
    r"\w+",
    r"\.",
    r"a?",
    r"b*",
    r"c{0,2}",
    r"(?:dd)+",
    r"(?P<n>e f)",
    r".",
    r"^",
    r"$",
    r"S",
    r"k",
    r"\s*",
]
TEXTS = ["my name", " is ", "x y", "a", "b", "cc", "dd", "e f", "S", "ſ", "K", "k", " ", "]", ".", "Z"]
pieces = st.sampled_from(PIECES)
texts = st.lists(st.sampled_from(TEXTS)).map("".join)


@given(st.lists(pieces, min_size=1, max_size=6).map("".join), st.booleans(), texts)
@example("S", True, "ſ")
def test_a_text_without_the_fixed_part_does_not_match(pattern, ignore_case, text):
    pattern = ("(?i)" if ignore_case else "") + pattern
    try:
        compiled = re2.compile(pattern)
    except re2.error:
        return
    if compiled.search(text) is not None:
        assert required_text(pattern) in fold(text)
