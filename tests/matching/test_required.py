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


PIECES = {
    r"my name": ["my name"],
    r" is ": [" is "],
    r"(x y)?": ["", "x y"],
    r"[abc]": ["a", "c"],
    r"[^]]": ["Z", "ſ"],
    r"\w+": ["a", "Z9"],
    r"\.": ["."],
    r"a?": ["", "a"],
    r"b*": ["", "bb"],
    r"c{0,2}": ["", "cc"],
    r"(?:dd)+": ["dd", "dddd"],
    r"(e f)": ["e f"],
    r".": ["]", "k"],
    r"S": ["S"],
    r"k": ["k"],
    r"\s*": ["", " "],
}
"""Parts of patterns, and texts that each matches."""

pieces = st.sampled_from([(pattern, text) for pattern, texts in PIECES.items() for text in texts])


@given(st.lists(pieces, min_size=1, max_size=6), st.booleans(), st.booleans(), st.sampled_from(["", " ", "my name is"]))
@example([("S", "ſ")], True, True, "")
@example([("k", "\N{KELVIN SIGN}")], True, True, "")
def test_a_text_that_matches_has_the_fixed_part(parts, ignore_case, whole, around):
    pattern, text = ("".join(each) for each in zip(*parts, strict=True))
    if whole:
        pattern, around = f"^(?P<n>){pattern}$", ""
    pattern, text = ("(?i)" if ignore_case else "") + pattern, around + text + around
    assert re2.search(pattern, text)
    assert required_text(pattern) in fold(text)
