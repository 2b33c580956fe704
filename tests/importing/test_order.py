"""Numbered answers become sequences."""

from __future__ import annotations

import pytest

from understudy.importing.order import Entry, in_order, told
from understudy.importing.source import Where


@pytest.fixture
def rules():
    """Rules of (conditions, text, place) each."""

    def made(*entries):
        listed = [Entry(Where("f", n), when, {"text": text}, number) for n, (when, text, number) in enumerate(entries, 1)]
        return [rule for _, rule in in_order(listed)], [(where.line, message) for where, message in told(listed)]

    return made


A, B = {"user": "a"}, {"user": "b"}


def test_places_in_any_order_and_apart(rules):
    found, missing = rules((A, "2", 1), (B, "b", None), (A, "1", 0))
    assert found == [{"when": A, "replies": ["1", "2"], "then": "error"}, {"when": B, "reply": "b"}]
    assert missing == []


def test_what_fits_all_its_calls_goes_on(rules):
    found, missing = rules((A, "1", 0), ({}, "any", None), (B, "b", None))
    assert found[0] == {"when": A, "replies": ["1", "any"]}
    assert len(found) == 3
    assert missing == []


def test_places_behind_one_that_is_not_there_are_left_out(rules):
    found, missing = rules((A, "1", 0), (A, "3", 2), (A, "4", 3))
    assert found == [{"when": A, "replies": ["1"], "then": "error"}]
    assert [line for line, _ in missing] == [2, 3]
    found, missing = rules((A, "2", 1), (B, "b", None), (A, "odd", -1))
    assert found == [{"when": B, "reply": "b"}]
    assert missing == [
        (n, f"place {place} of a sequence never answers: none that answers stands before it. It is left out.")
        for n, place in ((3, -1), (1, 1))
    ]


def test_what_fits_some_of_its_calls_meanwhile_is_named(rules):
    hi, tools, other = {"user": {"contains": "hello"}}, {"json": "tools"}, {"operation": "embedding"}
    found, missing = rules((tools, "1", 0), (hi, "hi", None), (other, "v", None), ({}, "any", None), (B, "b", None))
    assert found[0] == {"when": tools, "replies": ["1", "any"]}
    (told,) = missing
    assert told == (
        1,
        "once this sequence is used up, line 2 answered the calls that fit them, too; here all get what line 4 says.",
    )
    _, missing = rules((tools, "1", 0), *(({"user": {"contains": f"word{n}"}}, "hi", None) for n in range(5)))
    assert missing[0][1].endswith(
        "line 2, line 3, line 4 and 2 more answered the calls that fit them, too; here all get an error."
    )


def test_what_is_looked_for_goes_on_with_what_looks_for_a_part_of_it(rules):
    found, missing = rules(({"user": {"contains": "retry now"}}, "1", 0), ({"user": {"contains": "retry"}}, "any", None))
    assert found[0]["replies"] == ["1", "any"]
    assert missing == []


def test_places_that_something_else_answers_are_left_out(rules):
    found, missing = rules((A, "1", 0), (A, "other 1", 0), ({}, "any", None), (A, "2", 1))
    assert found[0] == {"when": A, "replies": ["1", "any"]}
    assert missing == [
        (2, "place 0 of a sequence never answers: line 1 answers there. It is left out."),
        (4, "place 1 of a sequence never answers: line 3 answers there. It is left out."),
    ]
