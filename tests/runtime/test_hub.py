"""Connections never take the last open file, so that a refusal can still be heard."""

from __future__ import annotations

import pytest

from understudy.runtime.hub import RESERVED_FILES, TURNED_AWAY, Room, room

SERVERS_OWN = 24
"""Open files of a server to whom nobody is connected."""

FEW = ", for this process may have 1024 files open"


@pytest.mark.parametrize(
    ("wanted", "files", "cap", "crowd"),
    [
        (65536, 1_000_000, 65536, TURNED_AWAY),
        (65536, None, 65536, TURNED_AWAY),
        (10, 1024, 10, 241),
        (65536, 1024, 719, 241),
        (65536, 200, 101, 35),
        (65536, 100, 44, 15),
        (65536, 64, 23, 9),
        (65536, 8, 1, 1),
    ],
)
def test_room(wanted, files, cap, crowd):
    assert room(wanted, files) == (cap, crowd)


def test_there_is_a_file_for_everybody_let_in():
    for files in range(40, 3000):
        cap, crowd = room(65536, files)
        assert cap >= 1
        assert cap + crowd + min(RESERVED_FILES, SERVERS_OWN) <= files


@pytest.mark.parametrize(
    ("wanted", "files", "problem", "words"),
    [
        (10, 1024, "", "connections: expected at most 10 at once. Try again soon, or raise max-connections."),
        (10, None, "", "connections: expected at most 10 at once. Try again soon, or raise max-connections."),
        (
            65536,
            1024,
            f"max-connections 65536: expected at most 719{FEW}. Raise that limit (ulimit -n).",
            f"connections: expected at most 719 at once{FEW}. Try again soon, or raise that limit (ulimit -n).",
        ),
    ],
)
def test_who_is_turned_away_hears_what_the_bound_is_and_what_to_raise(wanted, files, problem, words):
    room = Room(wanted, files)
    assert (room.problem, room.words) == (problem, words)


def test_those_cut_off_are_told_of_once():
    room = Room(1, None)
    room.cut += 2
    assert [room.newly_cut(), room.newly_cut(), room.cut] == [2, 0, 2]
