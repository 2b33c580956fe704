"""Large things go out in slices, as far as the client takes them; what a socket does not take follows through the transport."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from understudy.model.plan import Plan
from understudy.runtime.outlet import SLICE, TURN, Parts, hand_over
from understudy.runtime.stream import NO_FILE, Stream


class Outlet:
    """A stream with a transport that notes, and parks it after `room` bytes."""

    def __init__(self, room: int = 1 << 30) -> None:
        self.written: list[bytes] = []
        self.room = room
        self.stream = Stream(Plan([]), 0.0, self.write, lambda ending: None)

    def write(self, data: bytes) -> None:
        self.written.append(data)
        self.room -= len(data)
        self.stream.parked = self.room <= 0


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    near.setblocking(False)
    far.setblocking(False)
    yield near, far
    near.close()
    far.close()


def test_a_small_thing_is_one_write():
    outlet = Outlet()
    assert hand_over(outlet.stream, b"x" * SLICE)
    assert list(map(len, outlet.written)) == [SLICE]
    assert (outlet.stream.rest, outlet.stream.sent) == (None, SLICE)


def test_a_large_thing_goes_out_in_slices_until_the_client_takes_no_more():
    outlet, data = Outlet(room=SLICE + 1), bytes(range(256)) * 1024
    assert not hand_over(outlet.stream, data)
    assert list(map(len, outlet.written)) == [SLICE, SLICE]
    outlet.room, outlet.stream.parked = 1 << 30, False
    assert hand_over(outlet.stream, outlet.stream.rest)
    assert b"".join(outlet.written) == data
    assert (outlet.stream.rest, outlet.stream.sent) == (None, len(data))


def test_a_socket_takes_everything_past_the_transport(pair):
    near, far = pair
    outlet = Outlet()
    outlet.stream.socket = near.fileno()
    assert hand_over(outlet.stream, b"abc")
    assert (far.recv(10), outlet.written, outlet.stream.sent) == (b"abc", [], 3)


def test_what_a_socket_does_not_take_goes_through_the_transport_from_then_on(pair):
    near, far = pair
    outlet, data = Outlet(), bytes(range(256)) * 16384
    outlet.stream.socket = near.fileno()
    hand_over(outlet.stream, data)
    assert outlet.stream.socket == NO_FILE
    taken = b""
    while len(taken) + len(b"".join(outlet.written)) < len(data):
        taken += far.recv(1 << 20)
    hand_over(outlet.stream, b"more")
    assert taken + b"".join(outlet.written) == data + b"more"
    assert outlet.stream.sent == len(data) + 4


def test_a_broken_socket_is_left_to_the_transport(pair):
    near, far = pair
    outlet = Outlet()
    outlet.stream.socket = near.fileno()
    far.close()
    hand_over(outlet.stream, b"abc")
    assert (outlet.written, outlet.stream.socket) == ([b"abc"], NO_FILE)


def test_parts_ask_to_be_handed_over_when_they_are_a_slice():
    parts = Parts()
    assert not parts.add(b"x" * (SLICE - 1))
    assert parts.add(b"x")


def test_parts_are_one_write_and_then_gone():
    outlet, parts = Outlet(), Parts()
    parts.add(b"a")
    parts.add(b"b")
    assert parts.spill(outlet.stream)
    assert parts.spill(outlet.stream)
    assert (outlet.written, parts.data, parts.size) == ([b"ab"], [], 0)


def test_parts_leave_others_their_turn():
    outlet, parts = Outlet(), Parts()
    for _ in range(TURN // SLICE):
        parts.add(b"x" * SLICE)
        assert parts.spill(outlet.stream)
    parts.add(b"x")
    assert not parts.spill(outlet.stream)


def test_parts_stop_at_a_client_that_does_not_read():
    outlet, parts = Outlet(room=1), Parts()
    parts.add(b"xy")
    assert not parts.spill(outlet.stream)
