"""Patterns are read as they are meant, and what is not understood says so."""

from __future__ import annotations

import re

import pytest

from understudy.text.draft import Draft
from understudy.text.grammar import NotUnderstood, parse

UNDERSTOOD = [
    "",
    "abc",
    r"^\d{3}-\d{2}-\d{4}$",
    r"^[A-Z]{2,3}\d+$",
    r"^(foo|bar|)(-[a-z]+)*$",
    r"^#(?:[0-9a-fA-F]{3}){1,2}$",
    r"^\+?[1-9]\d{1,14}$",
    r"^[^\s@]+@[^\s@]+\.[^\s@]+$",
    r"^[\w.-]+$",
    r"^(?P<year>\d{4})/(\d\d)$",
    r"^(a|b)-\1$",
    r"^[ -~]{5,10}$",
    r"^\S+\s\W\D$",
    r"^[\S]{4}[\D]{2}$",
    "a{2",
    "a{,2}",
    "{x}",
    "^x{3}?y*?$",
    r"^\u00e9[\u4e00-\u9fff]+\x41$",
    r"^[^a-zA-Z0-9]$",
    r"^[]a]$",
    r"^[a-]$",
    r"^\t\n\r\f\v\/\-\.$",
    r"^[\b]$",
    r"\bword\b",
    r"^(((((a+)+)+)+)+)+$",
]


@pytest.mark.parametrize("pattern", UNDERSTOOD)
@pytest.mark.parametrize("stretch", [0, 1, 3, 8])
def test_what_is_written_fits_the_pattern(pattern, stretch):
    write = parse(pattern)
    for start in range(0, 250, 5):
        text = write(Draft(bytes(range(start, 256)), stretch))
        assert re.search(pattern, text), text


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "a)",
        "[",
        "[a",
        "[z-a]",
        "*",
        "a|*",
        "\\",
        r"\p{L}",
        r"[\p{L}]",
        r"\u12",
        r"\uzzzz",
        r"\ud83d",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?i)a",
        "(?<name",
        "(?P=name)",
        "(" * 100 + ")" * 100,
        r"[a-\d]",
    ],
)
def test_what_is_not_understood_says_so(pattern):
    with pytest.raises(NotUnderstood):
        parse(pattern)


def test_alternatives_are_all_reachable():
    write = parse("^(one|two|three)$")
    assert {write(Draft(bytes([0, n]), 1)) for n in range(3)} == {"one", "two", "three"}
