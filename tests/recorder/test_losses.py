"""What no reply can say."""

from __future__ import annotations

import pytest

from understudy.recorder.losses import known, lost, told

TABLE = known("id", {"choices": "text", "choices.message": "content", "usage": "tokens"}, {"tier": ("default", "auto")})


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"id": "x", "choices": [{"text": "a", "message": {"content": {"any": [1]}}}], "usage": {"tokens": 3}}, []),
        ({"cost": 1, "usage": {"cost": 2, "tokens": 1}, "choices": [{"a": 0}, {"b": 1}]}, ["cost", "usage.cost", "choices.b"]),
        ({"ratings": [{"deep": {"er": "LOW"}}], "none": [{"deep": {"er": 0}, "more": [""]}]}, ["ratings"]),
        ({"tier": "default"}, []),
        ({"tier": "flex"}, []),
        ({"tier": "priority"}, ["tier"]),
        ({"model": "m"}, []),
        ({"model": "m-1", "usage": {"model": "m", "modelVersion": "m-1"}}, ["model", "usage.modelVersion"]),
        ({"usage": "odd", "choices": "odd"}, ["usage", "choices"]),
        ([{"cost": 1}], ["cost"]),
    ],
)  # fmt: skip
def test_what_is_neither_known_nor_an_echo_nor_empty(document, found):
    assert list(lost(document, TABLE, {"tier": "flex"}, "m")) == found


def test_what_is_nested_deep():
    value = 1
    for _ in range(5000):
        value = [{"a": [value]}]
    assert list(lost({"deep": value, "choices": [[[value]]]}, TABLE, {}, "m")) == ["deep", "choices.a"]


def test_tables_are_put_together():
    table = TABLE.below("response") | known("type")
    assert list(lost({"type": "t", "id": 1, "response": {"id": "x", "usage": {"tokens": 1}}}, table, {}, "")) == ["id"]


def test_it_is_told():
    assert told("usage.cost") == "'usage.cost' of an answer cannot be said in a reply: a replay has its own, or none."
