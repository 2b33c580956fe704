"""Noticing changes: once each, and not in the middle of a write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from understudy.config.watch import RESTLESS, Watcher


@pytest.fixture
def touch(tmp_path):
    """Write a file with an age of its own, so that no two writes look alike."""
    ages = iter(range(1, 1000))

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        os.utime(path, ns=(0, next(ages)))
        return path

    return written


def looks(watcher: Watcher, times: int = 4) -> list[bool]:
    return [watcher.changed() for _ in range(times)]


def test_no_change_is_no_change(touch):
    path = touch("a", "1")
    assert looks(Watcher(lambda: [path])) == [False] * 4


def test_a_change_is_told_once_after_two_equal_looks(touch):
    path = touch("a", "1")
    watcher = Watcher(lambda: [path])
    touch("a", "2")
    assert looks(watcher) == [False, True, False, False]


def test_a_file_that_is_still_being_written_is_left_alone(touch):
    path = touch("a", "1")
    watcher = Watcher(lambda: [path])
    told = []
    for text in ("12", "123", "1234"):
        touch("a", text)
        told.append(watcher.changed())
    assert [*told, *looks(watcher)] == [False, False, False, True, False, False, False]


def test_a_file_that_never_rests_is_told_now_and_then(touch):
    path = touch("a", "1")
    watcher = Watcher(lambda: [path])
    told = []
    for number in range(2 * RESTLESS):
        touch("a", str(number))
        told.append(watcher.changed())
    assert told == 2 * [*[False] * (RESTLESS - 1), True]
    assert looks(watcher) == [False] * 4


def test_a_change_that_is_taken_back_is_none(tmp_path, touch):
    path = touch("a", "1")
    watcher = Watcher(lambda: [path])
    path.rename(tmp_path / "b")
    assert watcher.changed() is False
    (tmp_path / "b").rename(path)
    assert looks(watcher) == [False] * 4


def test_deleting_and_creating_are_changes(touch):
    path = touch("a", "1")
    watcher = Watcher(lambda: [path])
    path.unlink()
    assert looks(watcher) == [False, True, False, False]
    touch("a", "1")
    assert looks(watcher) == [False, True, False, False]


def test_a_file_swapped_for_another_is_a_change(tmp_path, touch):
    path = touch("a", "1")
    watcher = Watcher(lambda: [path])
    other = touch("b", "2")
    os.utime(other, ns=(0, 1))
    os.utime(path, ns=(0, 1))
    other.replace(path)
    assert looks(watcher)[:2] == [False, True]


def test_a_link_that_leads_elsewhere_is_a_change(tmp_path, touch):
    touch("one", "1")
    touch("two", "2")
    link = tmp_path / "link"
    link.symlink_to("one")
    watcher = Watcher(lambda: [link])
    link.unlink()
    link.symlink_to("two")
    assert looks(watcher)[:2] == [False, True]


def test_a_new_file_in_the_set_is_a_change(touch):
    paths = [touch("a", "1")]
    watcher = Watcher(lambda: paths)
    paths.append(touch("b", "1"))
    assert looks(watcher) == [False, True, False, False]


def test_a_path_that_cannot_be_looked_at_is_a_missing_file(tmp_path):
    assert looks(Watcher(lambda: [tmp_path / "a\0b"])) == [False] * 4


def test_a_look_that_is_wanted_finds_a_change_where_there_is_none(touch):
    path = touch("b", "1")
    watcher = Watcher(lambda: [path])
    watcher.want()
    assert looks(watcher) == [True, False, False, False]
    watcher.want()
    touch("b", "2")
    assert looks(watcher) == [False, True, False, False]
