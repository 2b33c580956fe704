"""Requests count from when they came, not from when a busy server came to read them."""

from __future__ import annotations

import math
import select
import socket
import struct
import sys

import pytest

from understudy.runtime.arrival import GRAIN, PROMPT, arrival, look, stamped
from understudy.runtime.clock import RealClock, VirtualClock

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


class Woken:
    """Somebody whom the loop woke at some moment, and once again."""

    def __init__(self, since):
        self.since = since


ASLEEP = Woken(-math.inf)


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
    assert arrival(Stopped(), ASLEEP)(Transport(heard), 999.98) == pytest.approx(came)


@linux
def test_what_was_read_within_a_tick_of_the_kernel_was_read_at_once():
    arrived = arrival(Stopped(), ASLEEP)
    assert arrived(Transport(4), 1000.0) == 1000.0
    assert arrived(Transport(int(GRAIN * 1000) + 1), 1000.0) < 1000.0


@linux
@pytest.mark.parametrize("transport", [Transport(error=OSError()), Transport()])
def test_who_has_left_and_who_has_no_socket_came_when_read(transport):
    assert arrival(Stopped(), ASLEEP)(transport, 7.0) == 7.0


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
            assert now - 60 < arrival(RealClock(), ASLEEP)(transport, now + 1000) <= now + 60


def test_virtual_time_knows_no_kernel():
    assert arrival(VirtualClock(), ASLEEP)(Transport(500), 3.0) == 3.0


@linux
def test_the_kernel_is_asked_only_when_the_loop_may_have_been_late():
    read = 999.98
    assert arrival(Stopped(), Woken(read - PROMPT / 2))(Transport(120), read) == read
    assert arrival(Stopped(), Woken(read - PROMPT * 2))(Transport(120), read) == pytest.approx(999.88)
    assert PROMPT < GRAIN


class Later(RealClock):
    """The real clock, some time on: what comes now has waited for that long."""

    WAITED = 5.0

    @classmethod
    def monotonic(cls):
        return RealClock.monotonic() + cls.WAITED

    @classmethod
    def wall(cls):
        return RealClock.wall() + cls.WAITED


def until_readable(ours):
    select.select([ours], [], [], 10.0)


@pytest.fixture
def pair():
    """The two ends of a connection to a stamped listener, ours first."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stamped(listener)
        with socket.create_connection(listener.getsockname()) as client:
            ours, _ = listener.accept()
            with ours:
                ours.setblocking(False)
                for _ in range(10_000):  # the kernel begins to stamp a little after it was asked to
                    client.sendall(b"x")
                    until_readable(ours)
                    if ours.recvmsg(1, 64)[1]:
                        break
                yield ours, client


@linux
def test_what_has_come_is_read_with_the_moment_it_came(pair):
    ours, client = pair
    before = RealClock.monotonic()
    client.sendall(b"hello")
    until_readable(ours)
    data, came = look(Later())(ours.fileno())
    assert data == b"hello"
    assert before - 1.0 < came < Later.monotonic() - Later.WAITED  # not when it was read


@linux
def test_a_look_where_nothing_came_finds_nothing_and_leaves_the_socket_alone(pair):
    ours, client = pair
    see = look(RealClock())
    assert see(ours.fileno()) == (b"", 0.0)
    client.shutdown(socket.SHUT_WR)
    until_readable(ours)
    assert see(ours.fileno())[0] == b""
    assert ours.recv(1) == b""  # the end is still there for the loop
    ours.sendall(b"bye")
    assert client.recv(10) == b"bye"


@linux
def test_a_moment_before_the_clock_was_set_is_not_believed(pair):
    class Set(RealClock):
        """A clock whose wall time was put back."""

        @staticmethod
        def wall():
            return RealClock.wall() - 3600.0

    ours, client = pair
    client.sendall(b"hello")
    until_readable(ours)
    read = RealClock.monotonic()
    assert read <= look(Set())(ours.fileno())[1] <= RealClock.monotonic()


def test_virtual_time_looks_for_nothing():
    near, far = socket.socketpair()
    with near, far:
        far.sendall(b"hello")
        assert look(VirtualClock())(near.fileno()) == (b"", 0.0)
