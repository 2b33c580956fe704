"""Connections never take the last open file, so that a refusal can still be heard."""

from __future__ import annotations

import pytest

from understudy.runtime.hub import CROWD, RESERVED_FILES, room


@pytest.mark.parametrize(
    ("wanted", "files", "cap", "crowd"),
    [
        (65536, 1_000_000, 65536, CROWD),
        (65536, None, 65536, CROWD),
        (10, 1024, 10, 249),
        (65536, 1024, 743, 249),
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
        assert cap + crowd + RESERVED_FILES <= files
