"""What conditions say of each other."""

from __future__ import annotations

import pytest

from understudy.importing.logic import apart, both, covers, meets
from understudy.importing.words import containing, exactly


@pytest.mark.parametrize(
    ("general", "special"),
    [
        ({}, {"user": "a"}),
        ({"operation": "chat"}, {"user": "a"}),
        ({"operation": {"equals": ["chat", "completion"]}}, {"operation": "chat", "user": "a"}),
        ({"user": containing("retry")}, {"user": containing("retry now")}),
        ({"user": containing("a.b")}, {"user": containing("xa.by")}),
        ({"user": containing("retry")}, {"user": exactly("please retry")}),
        ({"tool_result": True}, {"tool_result": {"contains": "snow"}}),
        ({"json": {"a": True}}, {"json": {"a": True, "b": True}}),
    ],
)
def test_conditions_cover_those_that_hold_more(general, special):
    assert covers(general, special)
    assert not covers(special, general)
    assert not apart(general, special)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"user": "a"}, {"user": "b"}),
        ({"operation": "chat"}, {"operation": {"equals": ["embedding", "image"]}}),
        ({"tool_result": False}, {"tool_result": {"contains": "snow"}}),
        ({"tool_result": True}, {"tool_result": False}),
        ({"json": {"id": "c1"}}, {"json": {"id": "c2"}}),
        ({"model": {"any": ["gpt-4o", {"regex": "x"}]}}, {"model": "claude"}),
        ({"header": {"x": "red"}}, {"header": {"x": "blue"}}),
    ],
)
def test_conditions_that_never_hold_at_once(one, other):
    assert apart(one, other)
    assert apart(other, one)
    assert not covers(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"user": containing("hello")}, {"user": containing("world")}),
        ({"user": {"regex": "a+"}}, {"user": "b"}),
        ({"model": "gpt-4o"}, {"model": "gpt-4o-mini"}),
        ({"model": "gpt-*"}, {"model": "claude"}),
        ({"json": "tools"}, {"json": "stream"}),
        ({"user": "a"}, {"system": "b"}),
    ],
)
def test_what_is_not_known_may_meet(one, other):
    assert not apart(one, other)
    assert not covers(one, other)
    assert not covers(other, one)


def test_a_chat_is_no_embedding():
    assert not covers({"operation": "embedding"}, {"user": "a"})
    assert apart({"operation": "embedding"}, {"user": "a"})


def test_words_that_are_no_parts_of_each_other_are_taken_not_to_meet():
    hello, world = ({"user": containing(text)} for text in ("hello", "world"))
    assert not meets(hello, world)
    assert meets(hello, {"user": containing("hello world")})
    assert meets(hello, {"system": containing("world")})
    assert not meets({"user": "a"}, {"user": "b"})


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"user": "a"}, {"system": "b"}, {"user": "a", "system": "b"}),
        ({"user": containing("retry")}, {"user": containing("retry now")}, {"user": containing("retry now")}),
        (
            {"user": containing("hello")},
            {"user": containing("world")},
            {"user": {"all": [containing("hello"), containing("world")]}},
        ),
        ({"json": {"a": True}}, {"json": {"b": True}}, {"json": {"a": True, "b": True}}),
        ({"json": {"a": True}}, {"json": {"a": {"contains": "b"}}}, None),
        ({"user": "a"}, {"user": "b"}, None),
        ({"tools": "a"}, {"tools": "b"}, None),
    ],
)
def test_both_conditions_at_once(one, other, said):
    assert both(one, other) == said
    assert both(other, one) in (said, {"user": {"all": [containing("world"), containing("hello")]}})
