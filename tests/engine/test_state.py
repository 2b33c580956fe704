"""What is remembered, and that memory is bounded: who has not been seen for long is forgotten first."""

from __future__ import annotations

from understudy.engine import state
from understudy.engine.state import MemoryState


def test_keys_of_a_session_are_counted_apart():
    memory = MemoryState()
    assert [memory.advance("one", "a") for _ in range(3)] == [0, 1, 2]
    assert memory.advance("one", "b") == 0
    assert memory.advance("two", "a") == 0


def test_one_session_or_all_are_forgotten():
    memory = MemoryState()
    for session in ("one", "two"):
        memory.advance(session, "a")
    memory.repeat(b"r")
    memory.reset("one")
    memory.reset("nobody")
    assert (memory.advance("one", "a"), memory.advance("two", "a"), memory.repeat(b"r"), memory.epoch) == (0, 1, 1, 0)
    memory.reset()
    assert (memory.advance("one", "a"), memory.advance("two", "a"), memory.repeat(b"r"), memory.epoch) == (0, 0, 0, 1)


def test_a_session_in_use_outlives_those_that_are_not(monkeypatch):
    monkeypatch.setattr(state, "_SESSIONS", 3)
    memory = MemoryState()
    for session in ("default", "a", "b"):
        memory.advance(session, "k")
    memory.advance("default", "k")
    memory.advance("c", "k")
    assert memory.advance("default", "k") == 2
    assert memory.advance("a", "k") == 0


def test_the_number_of_sessions_is_bounded(monkeypatch):
    monkeypatch.setattr(state, "_SESSIONS", 3)
    memory = MemoryState()
    for i in range(50):
        memory.advance(str(i), "k")
    assert len(memory._cursors) == 3


def test_the_number_of_remembered_decisions_is_bounded(monkeypatch):
    monkeypatch.setattr(state, "_REPEATS", 3)
    memory = MemoryState()
    for i in range(50):
        assert memory.repeat(bytes([i])) == 0
        assert memory.repeat(b"often") == i
    assert len(memory._repeats) == 3


def test_a_count_can_be_looked_up(monkeypatch):
    memory = MemoryState()
    assert memory.count("one", "a") == 0
    memory.advance("one", "a")
    assert (memory.count("one", "a"), memory.count("one", "b"), memory.count("two", "a")) == (1, 0, 0)
    assert memory.advance("one", "a") == 1


def test_the_number_of_counters_of_a_session_is_bounded(monkeypatch):
    monkeypatch.setattr(state, "_KEYS", 3)
    memory = MemoryState()
    for i in range(50):
        memory.advance("one", str(i))
    assert list(memory._cursors["one"]) == ["47", "48", "49"]


def test_some_counts_can_be_forgotten():
    memory = MemoryState()
    for session in ("one", "two"):
        for key in ("a", "b"):
            memory.advance(session, key)
    memory.forget(lambda session, key: (session, key) == ("one", "a"))
    counts = {(session, key): memory.count(session, key) for session in ("one", "two") for key in ("a", "b")}
    assert counts == {("one", "a"): 0, ("one", "b"): 1, ("two", "a"): 1, ("two", "b"): 1}
