"""Answers that depend on how far a conversation is."""

from __future__ import annotations

from understudy.importing.order import Entry
from understudy.importing.source import Where
from understudy.importing.turns import by_turn


def entry(when, text, turn=None):
    return Entry(Where("f", 1), when, {"text": text}, turn=turn)


def asked(found):
    return [(one.reply["text"], *one.when.get("json", {})) for one in found]


def test_the_highest_comes_first_and_the_lowest_answers_all_before():
    found = by_turn(
        [entry({"user": "a"}, "0", 0), entry({"user": "b"}, "b"), entry({"user": "a"}, "2", 2), entry({"user": "a"}, "1", 1)]
    )
    assert [one[0] for one in asked(found)] == ["2", "1", "0", "b"]
    assert [one[1][-6:] if len(one) > 1 else "" for one in asked(found)] == [">= `2`", ">= `1`", "", ""]


def test_what_fits_all_its_calls_answers_before_the_lowest():
    found = by_turn([entry({"user": "a"}, "1", 1), entry({}, "any")])
    assert asked(found)[0][1].endswith(">= `1`")
