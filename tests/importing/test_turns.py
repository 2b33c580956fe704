"""Answers that depend on how far a conversation is."""

from __future__ import annotations

import re
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

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


def test_entries_that_meet_no_other_stay_as_they_are():
    given_ = [entry({"user": {"contains": "hello"}}, "1", 3), entry({"user": {"contains": "other"}}, "any")]
    assert by_turn(given_) == given_


def test_a_turn_that_is_just_reached_gives_way_to_what_is_tried_before_it():
    found = by_turn([entry({}, "any"), entry({"user": "a"}, "0", 0), entry({"user": "a"}, "1", 1)])
    assert [(one[0], one[1][-6:] if len(one) > 1 else "") for one in asked(found)] == [
        ("any", "== `1`"),
        ("1", ">= `1`"),
        ("any", "== `0`"),
        ("0", ""),
        ("any", ""),
    ]


WHENS = [
    {**user, **system}
    for user, system in product(
        ({}, *({"user": {"contains": text}} for text in ("deep", "deep talk", "other"))),
        ({}, {"system": {"contains": "ship"}}, {"system": {"contains": "sea"}}),
    )
]


def holds(when, user, system, count):
    """Whether conditions as they are written here hold for a call of so many answers."""
    for one in when.get("json", {}):
        sign, number = re.search("([=>]=) `(.)`$", one).groups()
        if count < int(number) or (sign == "==" and count > int(number)):
            return False
    words = [(user, when.get("user", {})), (system, when.get("system", {}))]
    return all(part["contains"] in text for text, said in words for part in said.get("all", [said] if said else []))


def answer(entries, user, system, count):
    """What aimock answers: `selectByTurnIndex` of its router.ts, 1.43."""
    fit = [(at, one) for at, one in enumerate(entries) if holds(one.when, user, system, count)]
    plain = [pair for pair in fit if pair[1].turn is None]
    turned = [pair for pair in fit if pair[1].turn is not None]
    reached = [pair for pair in turned if pair[1].turn <= count]
    if reached:
        best = max(reached, key=lambda pair: (pair[1].turn, -pair[0]))
        gives_way = best[1].turn == count and plain and plain[0][0] < best[0]
        return plain[0][1] if gives_way else best[1]
    return (plain or sorted(turned, key=lambda pair: pair[1].turn) or [(0, None)])[0][1]


@given(st.lists(st.tuples(st.sampled_from(WHENS), st.none() | st.integers(0, 3)), max_size=6))
def test_the_same_entry_answers_as_in_aimock(rows):
    entries = [entry(when, f"{at}", turn) for at, (when, turn) in enumerate(rows)]
    found = by_turn(entries)
    for user, system, count in product(("deep", "deep talk", "other", "none"), ("", "ship", "sea ship"), range(5)):
        first = next((one for one in found if holds(one.when, user, system, count)), None)
        wanted = answer(entries, user, system, count)
        assert (first and first.reply) == (wanted and wanted.reply)
