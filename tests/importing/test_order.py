"""Numbered answers become sequences."""

from __future__ import annotations

import pytest

from understudy.importing.order import Entry, covers, gaps, in_order
from understudy.importing.source import Where


@pytest.fixture
def rules():
    """Rules of (conditions, text, place) each."""

    def made(*entries):
        listed = [Entry(Where("f", n), when, {"text": text}, number) for n, (when, text, number) in enumerate(entries, 1)]
        return [rule for _, rule in in_order(listed)], [entry.where.line for entry in gaps(listed)]

    return made


A, B = {"user": "a"}, {"user": "b"}


def test_places_in_any_order_and_apart(rules):
    found, missing = rules((A, "2", 1), (B, "b", None), (A, "1", 0))
    assert found == [{"when": A, "replies": ["1", "2"], "then": "error"}, {"when": B, "reply": "b"}]
    assert missing == []


def test_what_fits_all_its_calls_goes_on(rules):
    found, _ = rules((A, "1", 0), (B, "b", None), ({}, "any", None))
    assert found[0] == {"when": A, "replies": ["1", "any"]}
    assert len(found) == 3


def test_a_place_that_follows_no_other_is_named(rules):
    assert rules((A, "1", 0), (A, "3", 2))[1] == [2]


def test_conditions_cover_those_that_hold_more():
    assert covers({"operation": "chat"}, A)
    assert not covers({"operation": "chat"}, {"operation": "embedding"})
    assert not covers(A, {})
