"""Events that are made when they are due: in order, at their places, and only when looked at."""

from __future__ import annotations

import pytest

from understudy.dialects import _due
from understudy.dialects._due import Amended, Due, Table
from understudy.model.lazy import Sliced


@pytest.fixture
def made():
    return []


@pytest.fixture
def due(made):
    def make(name):
        def making(place):
            made.append((name, place))
            return b"%b%d" % (name, place)

        return making

    found = Due()
    found.add(make(b"a"))
    found.ready([b"x", b"y"])
    found.add(make(b"b"), 3)
    found.add(make(b"nothing"), 0)
    found.add(make(b"c"))
    return found


ALL = [b"a0", b"x", b"y", b"b0", b"b1", b"b2", b"c0"]


def test_they_come_in_order_again_and_again(due):
    assert (list(due), list(due), len(due)) == (ALL, ALL, 7)


@pytest.mark.parametrize("at", [*range(7), -1, -7])
def test_each_is_found_at_its_place(due, at):
    assert due[at] == ALL[at]


@pytest.mark.parametrize("part", [slice(2, 5), slice(None, None, 3), slice(-2, None), slice(5, 2)])
def test_some_are_found_at_their_places(due, part):
    assert due[part] == ALL[part]


@pytest.mark.parametrize("at", [7, -8])
def test_there_are_no_others(due, at):
    with pytest.raises(IndexError):
        due[at]


def test_nothing_is_made_before_it_is_looked_at(due, made):
    assert made == []
    assert due[4] == b"b1"
    assert made == [(b"b", 1)]
    assert next(iter(due)) == b"a0"
    assert made == [(b"b", 1), (b"a", 0)]


def test_there_may_be_none():
    assert (list(Due()), len(Due())) == ([], 0)


def test_a_table_makes_each_once_and_keeps_neither_many_nor_long_ones(monkeypatch):
    monkeypatch.setattr(_due, "_KEPT", 64)
    made = []
    table = Table(lambda text: made.append(text) or text.upper(), 5)
    assert [table[text] for text in ("one", "two", "one", "longer", "longer")] == ["ONE", "TWO", "ONE", "LONGER", "LONGER"]
    assert made == ["one", "two", "longer", "longer"]
    for number in range(200):
        assert table[str(number)] == str(number)
        assert len(table) <= 64


@pytest.mark.parametrize(("name", "kept"), [("m" * 256, 1), ("m" * 257, 0)])
def test_a_table_whose_events_hold_a_long_name_keeps_none(name, kept):
    table = Table(lambda text: name + text, name=name)
    assert table["a"] == f"{name}a"
    assert len(table) == kept


def test_some_of_others_are_replaced_by_their_place():
    said = Sliced("onetwothree", ["one", "two", "three"])
    found = Amended(said, {0: "ONE", 2: "THREE"})
    assert list(found) == [found[at] for at in range(3)] == ["ONE", "two", "THREE"]
    assert len(found) == 3
