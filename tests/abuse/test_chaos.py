"""Clients leave in the middle of streams: no stream, no place in an engine and no byte of its cache stays behind."""

from __future__ import annotations

import json
import socket
import struct
import threading
from functools import partial

import pytest

from understudy import Understudy
from understudy.runtime.march import CROWD
from understudy.runtime.player import Player

SCRIPT = """
version: 1
timing: {ttft: 5ms, itl: 4ms}
models:
  - {id: engine, capacity: {max-num-seqs: 16, max-waiting: 500, decode-step: 1ms, decode-per-seq: 0ms, kv-cache-tokens: 4096}}
rules: [{name: long, reply: {generate: {tokens: 60}}}]
"""
RESET = struct.pack("ii", 1, 0)


def body(model, number):
    data = {"model": model, "stream": number % 5 != 0, "messages": [{"role": "user", "content": f"question {number}"}]}
    return json.dumps(data).encode()


def visit(port, number):
    """Ask, read a part or all, and leave politely or rudely."""
    data = body("engine" if number % 2 else "gpt-4o", number)
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(head % len(data) + data)
        manner = number % 4
        got = client.recv(1 + number * 13 % 2000) if manner else b"x"
        if manner == 1:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        while not manner and got:
            got = client.recv(65536)


@pytest.mark.parametrize("crowd", [CROWD, 0.0], ids=["alone", "in-step"])
def test_nothing_stays_behind(tmp_path, monkeypatch, crowd):
    monkeypatch.setattr("understudy.runtime.server.Player", partial(Player, crowd=crowd))
    script = tmp_path / "s.yaml"
    script.write_text(SCRIPT)
    with Understudy(script) as server:
        crowd = [
            threading.Thread(
                target=lambda first: [visit(server.port, first + step) for step in range(0, 240, 48)], args=(number,)
            )
            for number in range(48)
        ]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        calls = server.wait_for_calls(60, timeout=20)  # those that read everything, at least
        assert [call.outcome for call in calls].count("done") >= 60
        service, thread = server._house, server._thread
        for _ in range(5000):  # the server hears of the last that left within some turns of its loop
            left = thread.call(lambda: (service.lateness.streams, thread.server.waiting, thread.server.connections))
            if left == (0, 0, 0):
                break
        assert left == (0, 0, 0)
        engines = [engine.snapshot for _, engine in service.engine.fleet]
        assert [(engine.running, engine.waiting, engine.kv_used) for engine in engines] == [(0, 0, 0.0)]
        assert {call.outcome for call in server.calls} <= {"done", "client_gone"}
