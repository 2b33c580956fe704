"""A client that leaves in the middle of a stream: it is noted as gone, and nothing of its request is left behind."""

from __future__ import annotations

import json
import socket
from itertools import repeat

import pytest

from understudy import Understudy
from understudy.model.plan import Delivery, Plan, spelled_out

TEXT = "one two three four five six"
SCRIPT = f"""
limits: [{{concurrent: 1}}]
timing: {{itl: 1s}}
rules: [{{reply: {TEXT}}}]
"""


def test_who_leaves_is_noted_and_makes_room(service, speaker, wish, tell, make_request):
    server = service(SCRIPT)
    asked = wish("hi", stream=True)
    path = f"/{speaker.dialect}{speaker.where(asked)}"
    plan = server.engine.respond(make_request(speaker.body(asked), path, headers=dict(speaker.headers)))
    assert isinstance(plan, Plan)
    first = next(step for step in spelled_out(plan.steps) if isinstance(step, bytes))
    assert first.startswith(b"HTTP/1.1 200 ")
    assert tell(server.engine, speaker, wish("hi")).answer.status == 429  # one at a time
    plan.ended(Delivery("client_gone", len(first)))
    assert tell(server.engine, speaker, asked).facts.text == TEXT
    outcomes = [kept.outcome for kept in server.journal.list() if kept.status == 200]
    assert sorted(outcomes) == ["client_gone", "done"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server whose time stands still unless it is moved; it answers one request at a time."""
    path = tmp_path_factory.mktemp("cancel") / "script.yaml"
    path.write_text(SCRIPT.replace(TEXT, " ".join([TEXT, *repeat("more", 60)])), encoding="utf-8")
    with Understudy(path, clock="virtual") as server:
        yield server


def test_the_socket_of_who_leaves_is_let_go(running, speaker, wish):
    running.clear()
    asked = wish("hi", stream=True)
    data = json.dumps(speaker.body(asked)).encode()
    fields = {"host": "test", "content-length": str(len(data)), **speaker.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    request = f"POST /{speaker.dialect}{speaker.where(asked)} HTTP/1.1\r\n{head}\r\n".encode() + data
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as client:
        client.sendall(request)
        assert client.recv(12) == b"HTTP/1.1 200"
    for _ in range(40):  # what is sent to a client that has left tells that it has
        running.clock.advance(1)
    (call,) = running.calls
    assert (call.status, call.outcome, call.stream) == (200, "client_gone", True)
    assert call.dialect == speaker.dialect
