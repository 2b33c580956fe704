"""What is kept for clients: by session, bounded by bytes, the least used forgotten first."""

from __future__ import annotations

from understudy.engine.state import MemoryState
from understudy.engine.store import MemoryStore


def test_what_is_put_is_found_again_and_dropped_once():
    shelf = MemoryStore().of("one")
    shelf.put("response", "a", b"1")
    assert shelf.get("response", "a") == b"1"
    shelf.put("response", "a", b"2")
    assert shelf.get("response", "a") == b"2"
    assert shelf.get("file", "a") is None
    assert (shelf.drop("response", "a"), shelf.drop("response", "a")) == (True, False)
    assert shelf.get("response", "a") is None


def test_sessions_do_not_see_each_other():
    store = MemoryStore()
    store.of("one").put("response", "a", b"1")
    assert store.of("two").get("response", "a") is None
    assert store.of("two").names("response") == []


def test_names_come_in_the_order_they_were_made():
    shelf = MemoryStore().of("one")
    for name in ("b", "a", "c"):
        shelf.put("file", name, b"")
    shelf.get("file", "b")
    shelf.put("file", "a", b"again")
    assert shelf.names("file") == ["b", "a", "c"]
    shelf.drop("file", "a")
    assert shelf.names("file") == ["b", "c"]


def test_the_least_used_goes_first_when_room_is_short():
    store = MemoryStore(budget=1000)
    shelf = store.of("one")
    for name in "abc":
        shelf.put("file", name, b"x" * 100)
    shelf.get("file", "a")
    shelf.put("file", "d", b"x" * 100)
    assert shelf.names("file") == ["a", "c", "d"]
    assert store.used <= 1000


def test_what_is_too_heavy_alone_is_not_kept_and_moves_nobody_out():
    store = MemoryStore(budget=1000)
    shelf = store.of("one")
    shelf.put("file", "a", b"1")
    shelf.put("file", "big", b"x" * 2000)
    shelf.put("file", "a", b"x" * 2000)
    assert shelf.names("file") == []
    assert store.used == 0


def test_claims_are_counted_by_name():
    shelf = MemoryStore().of("one")
    assert [shelf.claim("a"), shelf.claim("a"), shelf.claim("b")] == [0, 1, 0]


def test_a_reset_forgets_one_session_or_all():
    state = MemoryState()
    for session in ("one", "two"):
        state.store(session).put("file", "a", b"1")
        state.store(session).claim("a")
    state.reset("one")
    assert state.store("one").names("file") == []
    assert state.store("two").names("file") == ["a"]
    assert (state.store("one").claim("a"), state.store("two").claim("a")) == (0, 1)
    state.reset()
    assert state.store("two").get("file", "a") is None
    assert state.store("two").claim("a") == 0
