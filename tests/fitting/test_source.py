"""Files as JSON and as JSON Lines."""

from __future__ import annotations

import math


def test_json_may_hold_what_python_calls_a_number(source):
    assert math.isnan(source('{"a": NaN}').document["a"])


def test_what_is_no_json_is_none(source):
    assert source("a,b\n1,2\n").document is None
    assert source("[" * 100_000).document is None


def test_lines_are_objects_or_nothing(source):
    assert source('{"a": 1}\n\n{"a": 2}\n').lines == [{"a": 1}, {"a": 2}]
    assert source('{"a": 1}\n[2]\n').lines == []
    assert source('{"a": 1}\nbroken').lines == []
