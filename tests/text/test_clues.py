"""Values are recognised in running text, and names are cut into words."""

from __future__ import annotations

import re
from re import _parser

import pytest

from understudy.text import clues

PATTERNS = {name: value for name, value in vars(clues).items() if isinstance(value, re.Pattern)}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("party_size", ["party", "size"]),
        ("partySize", ["party", "size"]),
        ("party-size", ["party", "size"]),
        ("HTTPServer", ["http", "server"]),
        ("line2", ["line", "2"]),
        ("größe", ["gr", "öß", "e"]),
        ("", []),
        ("x" * 5_000, ["x" * 100]),
    ],
)
def test_words_of_a_name(name, words):
    assert clues.words_of(name) == words


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (clues.DATE, "on 2026-12-01, not 2026-13-01 or 12026-12-01", ["2026-12-01"]),
        (clues.TIME, "at 9:30 or 14:05:10, not 25:99", ["9:30", "14:05:10"]),
        (clues.MOMENT, "at 2026-12-01T09:30:00Z sharp", ["2026-12-01T09:30:00Z"]),
        (clues.EMAIL, "mail a.b+c@x-y.example.org.", ["a.b+c@x-y.example.org"]),
        (clues.URL, "see (https://example.org/a?b=1), ok", ["https://example.org/a?b=1"]),
        (clues.UUID, "id 123e4567-e89b-12d3-a456-426614174000!", ["123e4567-e89b-12d3-a456-426614174000"]),
        (clues.ADDRESS, "host 10.0.0.1, version 1.2.3.4.5", ["10.0.0.1"]),
        (clues.NUMBER, "f(3), -2, 1,000.5 or two; v2 1e, 5km 2+3", ["3", "-2", "1,000.5", "two", "1", "5", "2", "3"]),
        (clues.PROPER, "from New York to Rio de Janeiro or Austin, TX", ["New York", "Rio de Janeiro", "Austin, TX"]),
        (clues.EXPRESSION, "what is (12 * 7) + 3?", ["(12 * 7) + 3"]),
    ],
)
def test_values_in_text(pattern, text, found):
    assert pattern.findall(text) == found


def repeats(part, around=1):
    """Say of each part of a parsed pattern that may be repeated how often at most, with the repetitions around it."""
    match part:
        case (int(), int() as most, _parser.SubPattern() as repeated):
            yield around * int(most)
            yield from repeats(repeated, around * int(most))
        case tuple() | list() | _parser.SubPattern():
            for each in part:
                yield from repeats(each, around)


@pytest.mark.parametrize("name", PATTERNS)
def test_no_text_makes_a_pattern_slow_for_every_repetition_is_bounded(name):
    long = [most for most in repeats(_parser.parse(PATTERNS[name].pattern)) if most > 600]
    assert long == ([int(_parser.MAXREPEAT), 3 * int(_parser.MAXREPEAT)] if name == "NUMBER" else [])  # thousands


@pytest.mark.parametrize(("pattern", "found"), [(r"a(b{1,60}c){1,60}", [60, 3600]), (r"(a|b*)", [int(_parser.MAXREPEAT)])])
def test_a_repetition_within_another_is_seen(pattern, found):
    assert list(repeats(_parser.parse(pattern))) == found
