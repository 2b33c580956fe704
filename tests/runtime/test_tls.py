"""HTTPS works, and a file that does not fit is named."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
import trustme

from understudy.errors import UsageError
from understudy.model.plan import Ending
from understudy.runtime.tls import tls_context
from understudy.wire.http1 import Limits


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture(scope="module")
def pair(authority, tmp_path_factory) -> tuple[str, str]:
    """Certificate and key files for localhost."""
    folder = tmp_path_factory.mktemp("tls")
    leaf = authority.issue_cert("localhost", "127.0.0.1", key_type=trustme.KeyType.ECDSA)
    leaf.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    leaf.private_key_pem.write_to_path(folder / "key.pem")
    leaf.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    return str(folder / "cert.pem"), str(folder / "key.pem")


@pytest.fixture
def secure(stage, pair, authority):
    """Start an HTTPS server and return a way to connect to it."""

    def start(limits: Limits | None = None):
        running = stage(limits, tls=tls_context(*pair))
        context = ssl.create_default_context()
        authority.configure_trust(context)
        context.set_alpn_protocols(["h2", "http/1.1"])

        def connect():
            raw = socket.create_connection(("127.0.0.1", running.server.port), timeout=10)
            client = context.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)
            running.clients.append(client)
            return client

        return running, connect

    return start


def until(client: ssl.SSLSocket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        piece = client.recv(65536)
        assert piece
        data += piece
    return data


def rest(client: ssl.SSLSocket) -> bytes:
    data = b""
    while piece := client.recv(65536):
        data += piece
    return data


GET = b"GET %b HTTP/1.1\r\nHost: localhost\r\n%b\r\n"


def test_https_serves_http_1_1(secure):
    _, connect = secure()
    client = connect()
    assert client.selected_alpn_protocol() == "http/1.1"
    for _ in range(3):
        client.sendall(GET % (b"/a", b""))
        assert until(client, b"GET /a ").startswith(b"HTTP/1.1 200 ")


def test_a_closed_connection_ends_cleanly(secure):
    _, connect = secure()
    client = connect()
    client.sendall(GET % (b"/a", b"Connection: close\r\n"))
    assert rest(client).endswith(b"GET /a ")


def test_a_refusal_can_be_read(secure):
    _, connect = secure(Limits(max_body=10))
    client = connect()
    client.sendall(GET % (b"/a", b"Content-Length: 100000\r\n") + b"x" * 100_000)
    assert until(client, b"announced.").startswith(b"HTTP/1.1 413 ")


def test_plans_play_over_tls(secure):
    running, connect = secure()
    running.app.routes["/stream"] = lambda request: running.app.plan([b"a", 1.0, b"b", Ending.CLOSE])
    client = connect()
    client.sendall(GET % (b"/stream", b""))
    assert until(client, b"a") == b"a"
    running.advance(1.0)
    assert rest(client) == b"b"
    assert running.app.endings == [("closed", 2)]


def test_an_abort_is_no_clean_end(secure):
    running, connect = secure()
    running.app.routes["/reset"] = lambda request: running.app.plan([1.0, Ending.ABORT])
    client = connect()
    client.sendall(GET % (b"/reset", b""))
    running.eventually(lambda: running.server.waiting)
    running.advance(1.0)
    with pytest.raises((ConnectionResetError, ssl.SSLError)):
        rest(client)


def test_a_client_that_leaves_frees_its_stream(secure):
    running, connect = secure()
    running.app.routes["/hang"] = lambda request: running.app.plan([b"a", 1e6])
    client = connect()
    client.sendall(GET % (b"/hang", b""))
    until(client, b"a")
    client.close()
    running.eventually(lambda: running.app.endings == [("client_gone", 1)])
    running.eventually(lambda: running.server.connections == 0)


def test_plain_http_on_the_tls_port_is_let_go(secure):
    running, _ = secure()
    with socket.create_connection(("127.0.0.1", running.server.port), timeout=10) as client:
        client.sendall(GET % (b"/", b""))
        while client.recv(1000):
            pass
    assert running.app.seen == []


def test_one_file_may_hold_both(pair):
    tls_context(str(Path(pair[0]).with_name("both.pem")))


def test_a_missing_file_is_named(pair, tmp_path):
    with pytest.raises(UsageError, match=r"tls-cert .*none\.pem: expected a PEM file, got: No such file"):
        tls_context(str(tmp_path / "none.pem"), pair[1])
    with pytest.raises(UsageError, match=r"tls-key .*none\.pem: expected a PEM file, got: No such file"):
        tls_context(pair[0], str(tmp_path / "none.pem"))


def test_a_folder_is_no_file(pair, tmp_path):
    with pytest.raises(UsageError, match=r"tls-key .*: expected a PEM file, got: Is a directory"):
        tls_context(pair[0], str(tmp_path))


def test_a_key_of_another_certificate_is_named(pair, tmp_path):
    other = trustme.CA(key_type=trustme.KeyType.ECDSA).issue_cert("localhost", key_type=trustme.KeyType.ECDSA)
    other.private_key_pem.write_to_path(tmp_path / "other.pem")
    with pytest.raises(UsageError, match=r"tls-key .*other\.pem: expected the key of .*cert\.pem, got another one"):
        tls_context(pair[0], str(tmp_path / "other.pem"))


def test_what_is_no_pem_is_named(pair, tmp_path):
    (tmp_path / "text.pem").write_text("nothing of the kind")
    with pytest.raises(UsageError, match=r"tls-cert .*text\.pem: expected PEM"):
        tls_context(str(tmp_path / "text.pem"), pair[1])


def test_an_encrypted_key_is_named_and_nobody_is_asked_for_a_password(pair, tmp_path):
    from cryptography.hazmat.primitives import serialization as s

    key = s.load_pem_private_key(Path(pair[1]).read_bytes(), None)
    locked = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(b"secret"))
    (tmp_path / "locked.pem").write_bytes(locked)
    with pytest.raises(UsageError, match=r"tls-key .*locked\.pem: expected a key without password"):
        tls_context(pair[0], str(tmp_path / "locked.pem"))
