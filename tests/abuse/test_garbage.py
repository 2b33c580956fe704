"""Requests and streams leave nothing that only the garbage collector could find: it hardly ever runs."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

REQUESTS = 1_000
STREAMS = 100


@pytest.fixture
def cycles() -> Iterator[Callable[[], Counter[str]]]:
    """Count, by type, what became garbage in cycles since the test began to look."""
    gc.collect()
    gc.disable()
    debug = gc.get_debug()

    def found() -> Counter[str]:
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            gc.collect()
            return Counter(f"{type(thing).__module__}.{type(thing).__qualname__}" for thing in gc.garbage)
        finally:
            gc.set_debug(debug)
            gc.garbage.clear()
            gc.collect()  # what was kept to be looked at is garbage still

    yield found
    gc.enable()
    gc.collect()


def test_plain_requests_leave_no_cycles(arena, spell, chat, cycles):
    server = arena("rules: [{when: {user: {prefix: n}}, reply: a}, {reply: b}]")
    client = server.client()

    def ask(count: int) -> None:
        for _ in range(count // 100):
            client.send(b"".join(spell(chat("n" if i % 2 else "say")) for i in range(100)))
            assert {client.answer().status for _ in range(100)} == {200}

    ask(100)
    cycles()
    ask(REQUESTS)
    assert cycles() == Counter()


@pytest.mark.parametrize("leave", [False, True], ids=["to the end", "client leaves"])
def test_paced_streams_leave_no_cycles(arena, chat, cycles, leave):
    server = arena("rules: [{reply: 'one two three four five six', timing: {ttft: 0.1, itl: 0.02}}]", virtual=True)

    def stream(count: int) -> None:
        clients = [server.client().post(chat(stream=True)) for _ in range(count)]
        server.eventually(lambda: server.server.waiting == count)
        server.advance(0.15)
        for client in clients:
            client.until(b"data: ")
            if leave:
                client.close()
        server.advance(10.0)
        server.eventually(lambda: server.server.waiting == 0)
        for client in clients:
            if not leave:
                client.until(b"[DONE]")
            client.close()
        server.clients.clear()
        for _ in range(8):  # FIN alone may mean that a client only waits; the sweep finds out
            server.advance(1.0)
        server.eventually(lambda: server.server.connections == 0)

    stream(3)
    server.advance(5.0)
    cycles()
    stream(STREAMS)
    server.advance(5.0)
    assert cycles() == Counter()


def test_refused_requests_leave_no_cycles(arena, cycles):
    server = arena()

    def ask(count: int) -> None:
        for _ in range(count):
            client = server.client().send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")
            assert client.answer().status == 400
            client.close()
        server.clients.clear()
        server.eventually(lambda: server.server.connections == 0)

    ask(3)
    cycles()
    ask(100)
    assert cycles() == Counter()
