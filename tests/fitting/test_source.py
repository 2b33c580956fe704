"""Files as JSON and as JSON Lines."""

from __future__ import annotations

import math

import pytest

from understudy.fitting import FormatError
from understudy.fitting.source import several


def test_json_may_hold_what_python_calls_a_number(source):
    assert math.isnan(source('{"a": NaN}').document["a"])


def test_what_is_no_json_is_none(source):
    assert source("a,b\n1,2\n").document is None
    assert source("[" * 100_000).document is None


def test_lines_are_objects_or_nothing(source):
    assert source('{"a": 1}\n\n{"a": 2}\n').lines == [{"a": 1}, {"a": 2}]
    assert source('{"a": 1}\n[2]\n').lines == []
    assert source('{"a": 1}\nbroken').lines == []


def test_yaml_is_read_where_the_file_is_called_so(source):
    assert source("a: [1, 2]\n", "x.yml").document == {"a": [1, 2]}
    assert source("a: [1, 2]\n").document is None
    assert source("a: [1, 2\n", "x.yaml").document is None


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ('{"a": 1,\n "b": [2,\n  3', "line 3: not JSON: expecting ',' delimiter at column 4. Check that the file is complete"),
        ('{"a": "b', "line 1: not JSON: unterminated string starting at column 7. Check that the file is complete"),
        ('\n{"a": 1}\n\n{"a": ', "line 4: not JSON: expecting value at column 7. Check that the file is complete"),
        ('{"a": 1}\n[2]\n', "line 2: expected a JSON object, got a list. Check that the file is complete"),
        ("[1]\n[2]\n", "line 2: not JSON: extra data at column 1. Check that the file is complete"),
        ("[" * 100_000, "line 1: expected JSON with less nesting and shorter numbers, got more than can be read. Check"),
        (
            "[" + "1" * 5000 + "]",
            "line 1: expected JSON with less nesting and shorter numbers, got more than can be read. Check",
        ),
        ("a,b\n1,2\n", "line 1: expected JSON that begins with { or [, got 'a,b'. Check --format"),
    ],
)
def test_what_is_no_data_says_where_it_stops_to_be(source, text, flaw):
    with pytest.raises(FormatError) as refused:
        source(text).require_data()
    assert str(refused.value).startswith(flaw)


@pytest.mark.parametrize(("text", "name"), [('{"a": 1}', "x.json"), ("{}\n{}", "x.jsonl"), ("a: 1", "x.yaml")])
def test_data_is_let_through(source, text, name):
    source(text, name).require_data()


def test_yaml_says_where_it_is_broken(source):
    with pytest.raises(FormatError, match=r"^line 2: not YAML: "):
        source("a: 1\n b: 2\n", "x.yaml").require_data()


def test_of_many_names_the_first_are_named():
    assert several(["a", "b"]) == "'a', 'b'"
    assert several(list("abcdefgh")) == "'a', 'b', 'c', 'd', 'e', 'f', ..."
