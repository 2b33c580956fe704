"""A reset destroys nothing that was sent before it, and does not wait for ever."""

from __future__ import annotations

import socket

import pytest

from understudy.runtime.reset import TRIES, reset


class Transport:
    """A transport whose socket takes its time."""

    def __init__(self, *unsent: int, bare: object = None) -> None:
        self.unsent = list(unsent)
        self.bare = bare
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.unsent.pop(0) if len(self.unsent) > 1 else self.unsent[0]

    def get_extra_info(self, name: str) -> object:
        return self.bare if name == "socket" else None

    def abort(self) -> None:
        self.aborted = True


class Loop:
    def __init__(self) -> None:
        self.later: list[tuple] = []

    def call_later(self, delay, callback, *args):
        self.later.append((delay, callback, args))

    def turn(self) -> None:
        delay, callback, args = self.later.pop()
        assert delay == 0.001
        callback(*args)


@pytest.mark.parametrize(("unsent", "turns"), [([0], 0), ([9, 9, 9, 0], 3), ([9], TRIES)])
def test_unsent_bytes_are_given_a_moment_to_leave(unsent, turns):
    loop, transport = Loop(), Transport(*unsent)
    reset(transport, loop)
    for _ in range(turns):
        assert not transport.aborted
        loop.turn()
    assert transport.aborted
    assert loop.later == []


def test_the_other_end_sees_a_reset():
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    reset(Transport(0, bare=server), Loop())
    server.close()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    client.close()
    listener.close()


def test_a_socket_that_is_closed_already_does_no_harm():
    gone = socket.socket()
    gone.close()
    transport = Transport(0, bare=gone)
    reset(transport, Loop())
    assert transport.aborted
