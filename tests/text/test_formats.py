"""Examples are in their format, and nearly right texts are completed."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from understudy.text import formats
from understudy.text.formats import adapted, example


@pytest.mark.parametrize("kind", formats._EXAMPLES)
def test_examples_are_in_their_format(kind, draws):
    check = Draft202012Validator.FORMAT_CHECKER
    for seed in range(40):
        draw = draws(seed)
        text = example(kind, lambda count, draw=draw: draw.integer(str(len(draw.purposes)), 0, count - 1))
        assert adapted(kind, text) == text
        assert check.conforms(text, kind), text


def test_formats_nobody_knows_have_no_example_and_accept_anything():
    assert example("colour", lambda _: 0) is None
    assert adapted("colour", "??") == "??"
    assert adapted("", "??") == "??"


@pytest.mark.parametrize(
    ("kind", "text", "whole"),
    [
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026-02-30", None),
        ("date", "20260228", None),
        ("date", "tomorrow", None),
        ("time", "9:30", "09:30:00Z"),
        ("time", "09:30:15", "09:30:15Z"),
        ("time", "23:59:59+02:00", "23:59:59+02:00"),
        ("time", "25:00", None),
        ("time", "", None),
        ("date-time", "2026-02-28", "2026-02-28T00:00:00Z"),
        ("date-time", "2026-02-28T09:30", "2026-02-28T09:30:00Z"),
        ("date-time", "2026-02-28T09:30:00.5+01:00", "2026-02-28T09:30:00.5+01:00"),
        ("date-time", "2026-02-30T09:30:00Z", None),
        ("email", "a@b.org", "a@b.org"),
        ("email", "a@b", None),
        ("uuid", "123E4567-e89b-12d3-a456-426614174000", "123E4567-e89b-12d3-a456-426614174000"),
        ("uuid", "123", None),
        ("uri", "https://a.b/c?d#e", "https://a.b/c?d#e"),
        ("uri", "a b", None),
        ("ipv4", "10.0.0.1", "10.0.0.1"),
        ("ipv4", "10.0.0.256", None),
        ("ipv6", "::1", "::1"),
        ("ipv6", "10.0.0.1", None),
        ("ipv6", "fe80::1%eth0", None),
        ("hostname", "a-b.example", "a-b.example"),
        ("hostname", "-a", None),
        ("duration", "P1DT2H", "P1DT2H"),
        ("duration", "P2W", "P2W"),
        ("duration", "P", None),
        ("duration", "P1DT", None),
        ("date", "٢٠٢٦-٠١-٠١", None),
    ],
)
def test_texts_are_completed_or_refused(kind, text, whole):
    assert adapted(kind, text) == whole


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("email", "a@b.co", True),
        ("idn-email", "word", False),
        ("date", "2026-02-30", False),
        ("time", "10:00:00Z", True),
        ("time", "10:00", False),
        ("regex", "word", True),
        ("no-format", "word", True),
        ("uri", "word", False),
    ],
)
def test_a_text_has_a_format_or_not(kind, text, expected):
    assert formats.has(kind, text) is expected
