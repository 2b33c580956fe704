"""A place that cannot be listened on is a sentence that says what to change."""

from __future__ import annotations

import errno
import socket
import sys
from pathlib import Path

import pytest

from understudy.errors import UsageError
from understudy.runtime import listening
from understudy.runtime.listening import bind


@pytest.fixture
def bound():
    """Bind, and close afterwards."""
    sockets: list[socket.socket] = []

    def bind_one(host: str, port: int) -> list[socket.socket]:
        sockets.extend(bind(host, port))
        return sockets

    yield bind_one
    for one in sockets:
        one.close()


def test_port_0_becomes_a_real_port(bound):
    (one,) = bound("127.0.0.1", 0)
    assert one.getsockname()[1] > 0


@pytest.mark.parametrize("host", ["localhost", ""])
def test_all_addresses_of_a_host_share_one_port(bound, host):
    assert len({one.getsockname()[1] for one in bound(host, 0)}) == 1


def test_a_name_that_leads_to_two_families_is_bound_on_both(bound, monkeypatch):
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    families = [one.family for one in bound("both", 0)]
    assert families[0] == socket.AF_INET
    assert families[1:] in ([], [socket.AF_INET6])


linux = pytest.mark.skipif(sys.platform != "linux", reason="how congestion is avoided: a choice of sockets on Linux")


def congestion(one: socket.socket) -> bytes:
    return one.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0")


@linux
def test_loopback_avoids_no_congestion_cleverly(bound):
    assert congestion(bound("127.0.0.2", 0)[0]) == b"reno"


@linux
@pytest.mark.parametrize("host", ["0.0.0.0", ""])
def test_other_addresses_keep_the_way_of_the_system(bound, monkeypatch, host):
    with socket.socket() as plain:
        own = congestion(plain)
        ways = Path("/proc/sys/net/ipv4/tcp_available_congestion_control").read_bytes().split()
        monkeypatch.setattr(listening, "CONGESTION", next((way for way in ways if way != own), b"reno"))
        assert {congestion(one) for one in bound(host, 0)} == {own}


@linux
def test_a_system_that_refuses_the_way_is_listened_on_all_the_same(bound, monkeypatch):
    monkeypatch.setattr(listening, "CONGESTION", b"no such way")
    assert bound("127.0.0.1", 0)[0].getsockname()[1] > 0


def test_a_port_in_use_is_named(bound):
    (one,) = bound("127.0.0.1", 0)
    one.listen()
    port = one.getsockname()[1]
    with pytest.raises(UsageError) as caught:
        bind("127.0.0.1", port)
    assert str(caught.value) == (
        f"port {port}: expected a free port, got one in use on 127.0.0.1. Stop what listens there, or use 0 to pick one."
    )


@pytest.mark.parametrize("port", [-1, 65536, 99999])
def test_a_port_out_of_range_is_named(port):
    with pytest.raises(UsageError, match=f"port {port}: expected a number from 0 to 65535"):
        bind("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "a" * 70, "."])
def test_a_host_that_is_not_this_machine_is_named(host, monkeypatch):
    if host.endswith(".invalid"):
        monkeypatch.setattr(socket, "getaddrinfo", refuse_name)
    with pytest.raises(UsageError, match="expected an address of this machine"):
        bind(host, 0)


def refuse_name(*_, **__):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_privileged_port_is_named(monkeypatch):
    def forbid(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(listening, "_bind_one", forbid)
    with pytest.raises(UsageError, match="port 80: expected one this user may open, got a privileged one"):
        bind("127.0.0.1", 80)


def test_a_family_that_is_switched_off_is_left_out(bound, monkeypatch):
    bind_one = listening._bind_one

    def without_ipv6(family, address, *, dual):
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return bind_one(family, address, dual=dual)

    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(listening, "_bind_one", without_ipv6)
    assert [one.family for one in bound("both", 0)] == [socket.AF_INET]
