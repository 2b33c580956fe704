"""Requests count from when they came, not from when a busy server came to read them."""

from __future__ import annotations

import socket
import struct
import sys

import pytest

from understudy.runtime.arrival import GRAIN, arrival
from understudy.runtime.clock import RealClock, VirtualClock

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


class Stopped(RealClock):
    """The real clock, at one moment."""

    @staticmethod
    def monotonic():
        return 1000.0


class Transport:
    """One whose socket heard from its client so many milliseconds ago."""

    def __init__(self, heard=None, error=None):
        self.heard, self.error = heard, error

    def get_extra_info(self, name):
        assert name == "socket"
        return None if self.heard is None and self.error is None else self

    def getsockopt(self, level, option, size):
        assert (level, option) == (socket.IPPROTO_TCP, socket.TCP_INFO)
        if self.error:
            raise self.error
        return struct.pack("=8B12I", *range(8), *range(11), self.heard)[:size]


@linux
@pytest.mark.parametrize(("heard", "came"), [(0, 999.98), (20, 999.98), (24, 999.98), (120, 999.88), (5000, 995.0)])
def test_what_waited_in_the_socket_counts_from_its_arrival(heard, came):
    assert arrival(Stopped())(Transport(heard), 999.98) == pytest.approx(came)


@linux
def test_what_was_read_within_a_tick_of_the_kernel_was_read_at_once():
    arrived = arrival(Stopped())
    assert arrived(Transport(4), 1000.0) == 1000.0
    assert arrived(Transport(int(GRAIN * 1000) + 1), 1000.0) < 1000.0


@linux
@pytest.mark.parametrize("transport", [Transport(error=OSError()), Transport()])
def test_who_has_left_and_who_has_no_socket_came_when_read(transport):
    assert arrival(Stopped())(transport, 7.0) == 7.0


@linux
def test_the_kernel_tells_where_it_is_looked_for():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        client.sendall(b"x")
        accepted, _ = server.accept()
        with accepted:
            accepted.recv(1)
            transport = Transport()
            transport.get_extra_info = lambda _name: accepted
            now = RealClock.monotonic()
            assert now - 60 < arrival(RealClock())(transport, now + 1000) <= now + 60


def test_virtual_time_knows_no_kernel():
    assert arrival(VirtualClock())(Transport(500), 3.0) == 3.0
