"""Connections to one server: each letter has its own, and where there is none that is said."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import closing

import trustme

from understudy.runtime.clock import RealClock
from understudy.runtime.courier import Address, Courier
from understudy.runtime.trip import End, Letter

PATIENCE = 20
LETTER = Letter("GET", "/x", (("host", "there"),))


def end_of(address: Address, **options: float) -> End:
    """Deliver a letter that comes back with nothing but an end."""

    async def run() -> End:
        told: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        Courier(address, RealClock(), PATIENCE, **options).deliver(LETTER, told.set_result)
        return await asyncio.wait_for(told, PATIENCE)

    return asyncio.run(run())


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    end = end_of(Address("127.0.0.1", port))
    assert (end.silent, end.how) == (True, "")
    assert end.problem == f"no connection to 127.0.0.1:{port}: connection refused"


def test_a_name_that_nobody_has():
    end = end_of(Address(f"{'a' * 64}.invalid", 80))  # no question to a name server: the label is too long
    assert (end.silent, end.how) == (True, "")
    assert "no connection to aaa" in end.problem


def test_a_connection_that_does_not_come_about_is_no_silence_of_the_server():
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:  # accepts, and says nothing to a greeting in TLS
        end = end_of(Address("127.0.0.1", mute.getsockname()[1], tls=True), connect=0.01)
    assert (end.silent, end.how) == (True, "")
    assert "within 0.01 s" in end.problem


def test_a_server_without_a_certificate_that_can_be_trusted():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA(key_type=trustme.KeyType.ECDSA).issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA).configure_cert(context)

    async def run() -> End:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
        told: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        port = server.sockets[0].getsockname()[1]
        Courier(Address("127.0.0.1", port, tls=True), RealClock(), PATIENCE).deliver(LETTER, told.set_result)
        try:
            return await asyncio.wait_for(told, PATIENCE)
        finally:
            server.close()

    end = asyncio.run(run())
    assert (end.silent, end.how) == (True, "")
    assert "certificate" in end.problem.lower()
