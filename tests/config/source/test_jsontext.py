"""Reading JSON: the same data as YAML gives, with lines."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.config.source import parse

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_any_json_is_read_as_it_is(value, indent, ascii_only):
    document = parse(json.dumps(value, indent=indent, ensure_ascii=ascii_only), "x.json")
    assert (document.data, document.problems) == (value, [])


def test_escapes_and_tabs_are_json_s_own():
    assert parse('{"a":\t"\\ud83d\\ude00\\/",\n\t"<<": {"b": 1}}', "x.JSON").data == {"a": "😀/", "<<": {"b": 1}}


def test_entries_have_their_lines():
    document = parse('{\n"a": 1,\n"b": [\n1,\n{"c": 2}]}', "x.json")
    assert [document.line(place) for place in [("a",), ("b",), ("b", 0), ("b", 1, "c")]] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "x.json:1: not JSON: expecting value at column 1."),
        ('{"a":\n}', "x.json:2: not JSON: expecting value at column 1."),
        ('{"a": 1,}', "x.json:1: not JSON: expecting property name enclosed in double quotes at column 9."),
        ("[1] [2]", "x.json:1: not JSON: extra data at column 5."),
        ('{"a": 1,\n"a": 2}', "x.json:2: key 'a' is given twice, first on line 1."),
        ('{"a":\nNaN}', "x.json:2: not JSON: expected a number, got NaN."),
        ("[-Infinity]", "x.json:1: not JSON: expected a number, got -Infinity."),
        (
            "[1e999]",
            "x.json:1: expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes.",
        ),
        (
            f"[{'9' * 5000}]",
            "x.json:1: expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes.",
        ),
        ('["\\ud800"]', "x.json:1: expected Unicode text, got half a surrogate pair."),
        ("[" * 101 + "]" * 101, "x.json:1: expected at most 100 levels of nesting, got more."),
        ("[" * 100_000 + "]" * 100_000, "x.json:1: expected at most 100 levels of nesting, got more."),
    ],
    ids=lambda value: value[:30],
)
def test_what_cannot_be_used_is_told_with_its_line(text, problem):
    assert [str(problem) for problem in parse(text, "x.json").problems] == [problem]
