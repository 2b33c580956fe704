"""Halves in two files."""

from __future__ import annotations

from understudy.importing.pairs import Pairs
from understudy.importing.source import Where


def test_halves_find_each_other():
    pairs, here, there = Pairs(), Where("a", 1), Where("b", 2)
    assert not pairs.complete("x", {"body": {}}, here)
    assert pairs.complete("x", {"response": {}}, there)
    assert pairs.taken("x") == {"body": {}, "response": {}}
    assert not pairs.complete("y", {"response": {}}, there)
    assert pairs.left() == [("y", there)]
