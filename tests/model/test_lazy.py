"""Sequences of what is made when it is looked at."""

from __future__ import annotations

from random import Random

import pytest

from understudy.model.lazy import Beginning, InTurns, Made, Sliced, Spelled, settled


def test_what_is_made_is_made_each_time_and_only_where_it_is_looked_at():
    asked = []
    made = Made(5, lambda place: asked.append(place) or str(place))
    assert (len(made), asked) == (5, [])
    assert (made[3], made[-1], made[1:3], made[5:]) == ("3", "4", ["1", "2"], [])
    assert asked == [3, 4, 1, 2]
    assert list(made) == ["0", "1", "2", "3", "4"]
    with pytest.raises(IndexError):
        made[5]


@pytest.mark.parametrize("count", [-1, 0, 2, 3, 9])
def test_a_beginning_is_that_of_the_whole_and_holds_nothing_of_it(count):
    whole = ("one", "two", "three")
    found, said = Beginning(whole, count), whole[: max(count, 0)]
    assert (len(found), tuple(found), tuple(found[:])) == (len(said), said, said)
    assert [found[place] for place in range(-len(said), len(said))] == [*said, *said]
    with pytest.raises(IndexError):
        found[len(said)]
    assert all(one is other for one, other in zip(found, whole, strict=False))


@pytest.mark.parametrize("pieces", [[], [""], ["a"], ["one", "", " two", "\U0001f600é", " ", "x" * 70_000, "end"]])
def test_slices_are_the_pieces(pieces):
    found = Sliced("".join(pieces), pieces)
    assert (len(found), list(found), found[:], list(found)) == (len(pieces), pieces, pieces, pieces)
    assert [found[place] for place in range(-len(pieces), len(pieces))] == [*pieces, *pieces]
    with pytest.raises(IndexError):
        found[len(pieces)]


def test_pieces_that_nobody_else_holds_settle_in_their_text():
    pieces, shared = ["one", " two"], ("one", " two")
    assert list(settled(pieces, "one two")) == pieces
    assert isinstance(settled(pieces, "one two"), Sliced)
    assert settled(shared, "one two") is shared
    assert settled(pieces, "another") is pieces


def test_what_is_made_of_pieces_is_the_same_when_they_have_settled():
    pieces = ["one", "", " two"]
    found = Spelled(lambda text, place: (text, place), pieces)
    made = list(enumerate(pieces))
    for text in ("another", "one two", "one two"):
        found.settle(text)
        assert [(place, said) for said, place in found] == made == [found[at][::-1] for at in range(len(found))]
    assert isinstance(found._pieces, Sliced)


def test_those_who_take_turns_say_what_is_theirs_in_order():
    one = Spelled(lambda text, place: f"{place}{text}", ["a", "b", "c"])
    found = InTurns([one, ("x", "y")])
    said = ["0a", "x", "1b", "y", "2c"]
    for text in ("another", "abc"):
        found.settle(text)
        assert (len(found), list(found), list(found), found[:], found[-1]) == (5, said, said, said, "2c")
    assert isinstance(one._pieces, Sliced)


@pytest.mark.parametrize("seed", range(40))
def test_whose_turn_it_is_is_reckoned_whatever_each_has_to_say(seed):
    random = Random(seed)
    each = [[f"{i}.{k}" for k in range(random.choice((0, 1, 3, 3, 7)))] for i in range(random.randint(1, 6))]
    first = random.choice((0, 0, 2))
    turns = sorted((k, i) for i, one in enumerate(each) for k in range(first, len(one)))
    found, said = InTurns(each, first), [each[i][k] for k, i in turns]
    assert (len(found), [*found], found[:], [found[at] for at in range(-len(said), 0)]) == (len(said), said, said, said)
    assert [*found.rounds] == [k for k, _ in turns]
    with pytest.raises(IndexError):
        found[len(said)]
