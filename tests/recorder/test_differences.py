"""Where two bodies differ, as a condition that holds for the first alone."""

from __future__ import annotations

import pytest

from understudy.matching import NO_GROUPS, When
from understudy.recorder.differences import difference, lasting

LONG = "x" * 150


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": True}, {"a": 1}),
        ({"a": 1}, {}),
        ({}, {"a": 1}),
        ({"a": {"b": 1}}, {}),
        ({"a": [1]}, {"a": "1"}),
        ({"a": [1, 2]}, {"a": [1]}),
        ({"a": [{"b": "x"}, {"b": "y"}]}, {"a": [{"b": "x"}, {"b": "z"}]}),
        ({"a": "Hello"}, {"a": "hello"}),
        ({"a": f"{LONG}one{LONG}"}, {"a": f"{LONG}two{LONG}"}),
        ({"a": LONG}, {"a": LONG + "y"}),
        ({"odd name": 'say "x"'}, {"odd name": "y"}),
        ({"a": None}, {"a": 0}),
    ],
)
def test_the_condition_holds_for_one_and_not_for_the_other(mine, other, request_of, asked):
    found = difference(mine, other)
    assert found is not None
    when = When.build({"json": dict([found])})

    def holds(body):
        one = asked({"messages": [], **body})
        return when.test(one.call, one.request)

    assert holds(mine) is NO_GROUPS
    assert holds(other) is None


def test_long_texts_are_told_apart_by_a_part():
    path, value = difference({"a": f"{LONG}one{LONG}"}, {"a": f"{LONG}two{LONG}"})
    assert (path, list(value)) == ("a", ["contains"])
    assert len(value["contains"]) < 100


def test_equal_bodies_do_not_differ():
    assert difference({"a": [1, {"b": "c"}]}, {"a": [1, {"b": "c"}]}) is None


def test_what_changes_from_run_to_run_does_not_last():
    body = {"user": "u", "metadata": {"a": 1}, "messages": [{"tool_call_id": "x", "content": [{"user": "kept"}]}], "id": 1}
    assert lasting(body) == {"messages": [{"content": [{"user": "kept"}]}]}
