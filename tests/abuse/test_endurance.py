"""Slow, greedy, impatient and many clients: everything stays bounded and is given back."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MANY = 1_000
SOAK = 20_000
ALONE = "memory_in_a_process_of_its_own"


def memory() -> int:
    """Bytes this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="/proc: not there")


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_head_that_never_ends_is_cut_off_in_the_providers_shape(arena):
    server = arena(virtual=True, header_timeout="10s")
    client = server.client().send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    server.advance(6)
    client.send(b"drip")
    server.advance(6)
    answer = client.answer()
    assert answer.status == 408
    assert answer.error
    assert client.ended()


def test_a_body_that_stops_coming_is_cut_off(arena):
    server = arena(virtual=True, body_timeout="10s")
    client = server.client().send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
    server.advance(11)
    answer = client.answer()
    assert answer.status == 408
    assert answer.error
    assert client.ended()


def test_an_idle_connection_is_closed_without_a_word(arena, chat):
    server = arena(virtual=True, idle_timeout="10s")
    client = server.client()
    assert client.post(chat()).answer().status == 200
    server.advance(11)
    assert client.ended()
    server.eventually(lambda: server.server.connections == 0)


def test_slow_heads_in_numbers_keep_nobody_else_waiting(arena, chat):
    server = arena(virtual=True)
    slow = [server.client().send(b"POST /v1/chat/completions HTTP/1.1\r\nHost:") for _ in range(200)]
    assert server.client().post(chat()).answer().status == 200
    server.advance(1_000)
    assert all(client.answer().status == 408 for client in slow)
    server.eventually(lambda: server.server.connections == 0)


def test_a_crowd_is_turned_away_politely(arena, chat):
    server = arena(max_connections=5)
    inside = [server.client() for _ in range(5)]
    assert all(client.post(chat()).answer().status == 200 for client in inside)
    late = server.client().answer()
    assert (late.status, late.fields["retry-after"]) == (503, "1")
    assert late.error
    assert all(client.post(chat()).answer().status == 200 for client in inside)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_thousand_requests_in_one_go_are_answered_in_order(arena, spell, chat, stream):
    client = arena(reply="echo").client()
    client.socket.settimeout(60)
    for start in range(0, MANY, 100):  # the client reads in between: whoever never reads is never answered further
        client.send(b"".join(spell(chat(f"n{i}", stream=stream)) for i in range(start, start + 100)))
    for i in range(MANY):
        answer = client.answer()
        assert answer.status == 200
        if stream:
            events = [json.loads(line[6:]) for line in answer.body.decode().split("\n\n") if line.startswith("data: {")]
            assert "".join(event["choices"][0]["delta"].get("content") or "" for event in events) == f"n{i}"
        else:
            assert json.loads(answer.body)["choices"][0]["message"]["content"] == f"n{i}"


def test_clients_that_leave_in_mid_stream_free_everything(arena, chat):
    server = arena(virtual=True, **{"response-delay-ms": 1000})
    clients = [server.client().post(chat(stream=True)) for _ in range(100)]
    server.eventually(lambda: server.server.waiting == 100)
    server.advance(1)
    for client in clients[:50]:
        client.until(b"data: ")
    for client in clients:
        client.close()
    for _ in range(3):  # what is sent to a client that has left tells that it has
        server.advance(1)
    server.eventually(lambda: server.server.connections == 0)
    assert server.server.waiting == 0
    assert {kept.outcome for kept in server.service.journal.list()} == {"client_gone"}


def test_a_client_that_leaves_while_it_is_delayed_frees_everything(arena, chat):
    server = arena(virtual=True)
    client = server.client().post(chat(), "/v1/chat/completions?fail=timeout")
    server.eventually(lambda: server.server.waiting == 1)
    client.close()
    for _ in range(8):  # FIN alone may mean that a client only waits; the sweep finds out
        server.advance(1)
    server.eventually(lambda: server.server.connections == 0)
    assert server.server.waiting == 0


@linux
@pytest.mark.parametrize("pace", ["", ", timing: {itl: 0.001}"], ids=["at once", "paced"])
def test_a_slow_reader_of_a_huge_stream_costs_bounded_memory(arena, chat, pace):
    server = arena(f"rules: [{{reply: {{generate: {{tokens: 100000}}}}{pace}}}]")
    client = server.client(receive_buffer=4096)
    client.post(chat(stream=True))
    client.until(b"data: ")
    before = memory()
    others = [server.client(receive_buffer=4096).post(chat(stream=True)) for _ in range(20)]
    for other in others:
        other.until(b"data: ")
    unsent = [peer._transport.get_write_buffer_size() for peer in server.server.peers()]
    assert max(unsent) < 1 << 20
    assert memory() - before < 200 << 20  # twenty times 30 MB, were they made before they are sent
    for each in (client, *others):
        each.close()
    server.eventually(lambda: server.server.connections == 0)


def test_a_long_stream_says_what_the_whole_answer_says(arena, chat):
    client = arena("rules: [{reply: {generate: {tokens: 9000}}}]").client()
    text = json.loads(client.post(chat()).answer().body)["choices"][0]["message"]["content"]
    token = client.post(chat()).answer().fields["x-understudy-decision"]
    again = client.post(chat(stream=True), "/v1/chat/completions", f"X-Understudy-Decision: {token}").answer()
    lines = [line for line in again.body.decode().split("\n\n") if line]
    events = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
    assert lines[-1] == "data: [DONE]"
    assert "".join(event["choices"][0]["delta"].get("content") or "" for event in events) == text


@linux
def test_many_requests_leave_memory_and_descriptors_where_they_were():
    """In a process of its own: how a process grows in which ten thousand tests left their holes says nothing."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", f"{__file__}::test_{ALONE}"]
    done = subprocess.run(command, env={**os.environ, ALONE: "1"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@linux
@pytest.mark.skipif(ALONE not in os.environ, reason="run by the test before it")
def test_memory_in_a_process_of_its_own(arena, spell, chat):
    server = arena("rules: [{when: {user: {prefix: n}}, replies: [a, b]}]", reply="generate", log_level="warning")
    client = server.client()

    def play(first: int, last: int) -> None:
        for start in range(first, last, 100):
            numbers = range(start, start + 100)
            client.send(b"".join(spell(chat(f"n{i}" if i % 2 else f"say {i}"), *path_and_fields(i)) for i in numbers))
            assert {client.answer().status for _ in numbers} == {200}

    def path_and_fields(i: int) -> tuple[str, ...]:
        return "/v1/chat/completions", f"X-Understudy-Session: s{i % 50}", f"User-Agent: u{i % 500}"

    play(0, SOAK)  # caches fill up
    for _ in range(20):
        server.client().post(chat()).answer()
    for other in server.clients[1:]:
        other.close()
    del server.clients[1:]
    server.eventually(lambda: server.server.connections == 1)
    gc.collect()
    before, opened = memory(), descriptors()
    play(SOAK, 2 * SOAK)
    for _ in range(500):
        other = server.client()
        assert other.post(chat()).answer().status == 200
        other.close()
        server.clients.pop()
    server.eventually(lambda: server.server.connections == 1)
    gc.collect()
    assert descriptors() == opened
    assert memory() - before < 16 << 20
