"""The journal: bounds, filters, sessions."""

import gc
import threading
import tracemalloc

import pytest

from understudy.observe.filters import HELP
from understudy.observe.journal import Journal


def filled(make_exchange, *rows):
    journal = Journal(100)
    for row in rows:
        journal.record(make_exchange(**row))
    return journal


def test_exchanges_are_listed_oldest_first(make_exchange):
    exchanges = [make_exchange(serial=i) for i in range(3)]
    journal = Journal(10)
    for exchange in exchanges:
        journal.record(exchange)
    assert journal.list() == exchanges
    assert len(journal) == 3


def test_the_oldest_make_room_when_there_are_too_many(make_exchange):
    journal = Journal(3)
    for i in range(10):
        journal.record(make_exchange(serial=i))
    assert [exchange.serial for exchange in journal.list()] == [7, 8, 9]


def test_the_oldest_make_room_when_bodies_take_too_much(make_exchange):
    journal = Journal(100, max_bytes=100)
    for i in range(10):
        journal.record(make_exchange(serial=i, body=b"x" * 40))
    assert [exchange.serial for exchange in journal.list()] == [8, 9]


def test_a_body_over_the_bound_is_kept_alone(make_exchange):
    journal = Journal(100, max_bytes=100)
    journal.record(make_exchange(serial=1))
    journal.record(make_exchange(serial=2, body=b"x" * 1000))
    assert [exchange.serial for exchange in journal.list()] == [2]
    journal.record(make_exchange(serial=3))
    assert [exchange.serial for exchange in journal.list()] == [3]


def test_size_zero_keeps_nothing(make_exchange):
    journal = Journal(0)
    journal.record(make_exchange(body=b"x" * 10))
    assert journal.list() == []


ROWS = [
    {"serial": 0, "model": "a", "status": 200, "session": "one"},
    {"serial": 1, "model": "b", "status": 429, "session": "one", "rule": "sky"},
    {"serial": 2, "model": "a", "status": 200, "session": "two", "stream": True, "path": "/v1/embeddings", "method": "PUT"},
    {
        "serial": 3,
        "model": "b",
        "dialect": "gemini",
        "operation": "embedding",
        "outcome": "aborted",
        "token": b"0123456789abcdef",
    },
]


@pytest.mark.parametrize(
    ("filters", "serials"),
    [
        ({}, [0, 1, 2, 3]),
        ({"model": "a"}, [0, 2]),
        ({"status": 429}, [1]),
        ({"session": "one", "model": "b"}, [1]),
        ({"rule": "sky"}, [1]),
        ({"stream": True}, [2]),
        ({"path": "/v1/embeddings"}, [2]),
        ({"method": "PUT"}, [2]),
        ({"dialect": "gemini"}, [3]),
        ({"operation": "embedding"}, [3]),
        ({"outcome": "aborted"}, [3]),
        ({"decision": "0123456789abcdef"}, [3]),
        ({"request_id": "req_0123456789abcdef0000000000000003"}, [3]),
        ({"limit": 2}, [2, 3]),
        ({"limit": 0}, []),
        ({"limit": 9, "model": "a"}, [0, 2]),
        ({"model": "zzz"}, []),
    ],
)
def test_filters(make_exchange, filters, serials):
    journal = filled(make_exchange, *ROWS)
    assert [exchange.serial for exchange in journal.list(**filters)] == serials


def test_an_unknown_filter_names_the_nearest():
    with pytest.raises(ValueError) as caught:
        Journal(1).list(modle="a")
    assert str(caught.value) == f"unknown filter 'modle': expected one of {', '.join(HELP)}. Did you mean 'model'?"


def test_clear_forgets_everything_or_one_session(make_exchange):
    journal = filled(make_exchange, *ROWS)
    journal.clear("one")
    assert [exchange.serial for exchange in journal.list()] == [2, 3]
    journal.clear()
    assert journal.list() == []


@pytest.mark.parametrize(("session", "left"), [(None, [(6, "a"), (7, "b")]), ("a", [(5, "b"), (6, "a"), (7, "b")])])
def test_what_was_under_way_is_forgotten_too(make_exchange, session, left):
    journal = Journal(10)
    journal.clear(session, 5)
    for serial, whose in ((4, "a"), (5, "b"), (6, "a"), (7, "b")):
        journal.record(make_exchange(serial=serial, session=whose))
    assert [(exchange.serial, exchange.session) for exchange in journal.list()] == left


def test_room_freed_by_clear_can_be_used_again(make_exchange):
    journal = Journal(100, max_bytes=100)
    journal.record(make_exchange(session="a", body=b"x" * 90))
    journal.clear("a")
    journal.record(make_exchange(serial=1, body=b"x" * 90))
    journal.record(make_exchange(serial=2, body=b"x" * 5))
    assert [exchange.serial for exchange in journal.list()] == [1, 2]


def test_another_thread_may_read_while_exchanges_come_in(make_exchange):
    journal, exchange = Journal(50), make_exchange()
    failures = []

    def read():
        try:
            for _ in range(500):
                assert len(journal.list()) <= 50
        except Exception as error:
            failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20_000):
        journal.record(exchange)
    reader.join()
    assert failures == []


def test_long_answers_make_room_too(make_exchange):
    journal = Journal(100, max_bytes=1000)
    for i in range(10):
        journal.record(make_exchange(serial=i, completion_tokens=60))
    assert [exchange.serial for exchange in journal.list()] == [8, 9]


def test_memory_stays_flat_however_many_pass(make_exchange):
    journal = Journal(200, max_bytes=100_000)

    def pass_by(count):
        for i in range(count):
            journal.record(make_exchange(serial=i, body=b"%06d" % i * 40, completion_tokens=i % 50))
            if not i % 64:
                journal.settle()
        journal.settle()
        gc.collect()

    pass_by(2_000)
    tracemalloc.start()
    try:
        pass_by(2_000)
        before = tracemalloc.get_traced_memory()[0]
        pass_by(20_000)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(journal) == 200
    assert grown < 20_000, f"{grown} bytes more after ten times as many exchanges"


def test_who_keeps_something_beside_is_told_what_is_forgotten(make_exchange):
    journal, told = filled(make_exchange, *ROWS), []
    journal.on_clear = told.append
    journal.clear("one")
    journal.clear()
    assert told == ["one", None]
