"""The numbers of a text, without those that are parts of something else."""

from __future__ import annotations

from understudy.text.numbers import numbers


def test_numbers_stand_where_they_are():
    text = "3 of 1,250.5 on 2026-01-02 at 9:30 or two"
    assert [(text[n.start : n.end], n.value) for n in numbers(text)] == [("3", 3), ("1,250.5", 1250.5), ("two", 2)]


def test_a_range_measures_what_its_end_measures():
    assert [n.of and n.of.kind for n in numbers("between 900 and 1,200 euros for 3 days")] == ["money", "money", "time"]
    assert [n.of for n in numbers("7 people and 9 rooms")] == [None, None]
