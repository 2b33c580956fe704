"""Time that a test moves."""

from __future__ import annotations

import threading

import pytest

from understudy import Understudy


def test_virtual_time_stands_still_until_it_is_moved(chat):
    with Understudy(clock="virtual", latency="30s") as server:
        got = []
        client = threading.Thread(target=lambda: got.append(chat(server).status))
        client.start()
        server.wait_for_calls(1)
        server.clock.advance(29)
        assert server.calls[0].outcome == "open"
        server.clock.advance(1)
        client.join(10)
        assert got == [200]
        assert server.calls[0].duration == pytest.approx(30.0)
        assert server.clock.now == 30


def test_time_can_be_moved_before_the_start(chat):
    server = Understudy(clock="virtual")
    server.clock.advance(5)
    assert server.clock.now == 5


def test_automatic_time_jumps_over_waits(chat):
    with Understudy(clock="auto") as server:
        server.on().reply("one two three four").timing(ttft="1h", itl="10m")
        assert b"[DONE]" in chat(server, stream=True).body
        assert chat(server).status == 200
        first, second = server.calls
        assert first.duration == pytest.approx(3600 + 3 * 600)
        assert second.duration == pytest.approx(3600 + 3 * 600)


def test_automatic_time_serves_many_at_once(chat):
    with Understudy(clock="auto", latency="60s") as server:
        clients = [threading.Thread(target=chat, args=(server, str(n))) for n in range(8)]
        for client in clients:
            client.start()
        for client in clients:
            client.join(10)
        assert [call.status for call in server.calls] == [200] * 8


def test_a_rate_limit_is_over_when_the_minute_is(chat, tmp_path):
    script = tmp_path / "limits.yaml"
    script.write_text("limits: [{rpm: 1}]\n")
    with Understudy(script, clock="virtual") as server:
        assert [chat(server).status for _ in range(2)] == [200, 429]
        server.clock.advance(61)
        assert chat(server).status == 200


def test_real_time_is_not_moved(server):
    with pytest.raises(RuntimeError, match=r"expected a virtual one\. Use Understudy\(clock=\"virtual\"\)"):
        server.clock.advance(1)
    with pytest.raises(RuntimeError):
        _ = server.clock.now


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Understudy(clock="fast"), "clock 'fast': expected 'real', 'virtual' or 'auto'"),
        (lambda: Understudy(clock="virtual").clock.advance(-1), "seconds -1: expected 0 or more"),
    ],
)
def test_wrong_times_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("mode", ["virtual", "auto"])
def test_a_server_with_such_a_clock_may_be_started_again(chat, mode):
    server = Understudy(clock=mode)
    for _ in range(2):
        with server:
            assert chat(server).status == 200
