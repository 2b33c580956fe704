"""`understudy serve` as a process: its one line, its signals, its end."""

from __future__ import annotations

import json
import signal
import socket

import pytest

GET = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"


def until(client: socket.socket, marker: bytes) -> bytes:
    data = b""
    while marker not in data:
        more = client.recv(65536)
        assert more, data
        data += more
    return data


def post(body: dict[str, object], query: str = "") -> bytes:
    data = json.dumps(body).encode()
    return b"POST /v1/chat/completions%b HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%b" % (
        query.encode(),
        len(data),
        data,
    )


STREAM = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": True}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_one_line_with_the_real_address_and_a_clean_stop(start, number):
    program = start("serve", "--port", "0")
    assert program.line == f"Understudy is ready on http://127.0.0.1:{program.port}\n"
    with program.connect() as client:
        client.sendall(GET)
        assert until(client, b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
    program.tell(number)
    assert program.end() == (0, "")
    events = [json.loads(line)["event"] for line in program.log.read_text().splitlines()]
    assert events[0] == "script loaded"
    assert events[-1] == "stopped"
    assert "Traceback" not in program.log.read_text()


def test_a_log_that_nobody_reads_holds_nobody_up(start):
    program = start("serve", "--port", "0", piped=True)
    with program.connect() as client:
        for _ in range(1000):  # some 400 KB of lines; a pipe holds 64
            client.sendall(GET)
            until(client, b"}")
    program.tell(signal.SIGTERM)
    _, said = program.process.communicate(timeout=30)
    events = [json.loads(line)["event"] for line in said.splitlines()]
    assert program.process.returncode == 0
    assert events.count("request") == 1000
    assert events[-1] == "stopped"


@pytest.mark.parametrize("closed", ["<&-", "<&- >&-", "2>&-"], ids=["input", "input and output", "errors"])
def test_standard_streams_that_are_closed_make_no_difference(start, closed):
    program = start("serve", "--port", "0", piped=">&-" in closed.split(), closed=closed)
    if not program.line:
        assert any("listening" in line for line in program.process.stderr)
    program.tell(signal.SIGTERM)
    program.process.communicate(timeout=30)
    assert program.process.returncode == 0


def test_flags_alone_mean_serve(start):
    assert start("--port", "0").port > 0


def test_a_port_from_the_environment(start):
    taken = start("--port", "0").port
    program = start("serve", UNDERSTUDY_PORT=str(taken))
    status, _ = program.end()
    assert (status, program.line) == (2, "")
    said = program.log.read_text()
    assert f"port {taken}: expected a free port, got one in use on 127.0.0.1." in said
    assert "Traceback" not in said


def test_a_stream_under_way_is_finished_before_the_end(start):
    program = start("serve", "--port", "0", "--response-delay-ms", "5")
    with program.connect() as client:
        client.sendall(post(STREAM))
        begun = until(client, b"data: ")
        program.tell(signal.SIGTERM)
        rest = until(client, b"0\r\n\r\n")
        assert b"data: [DONE]" in begun + rest
        assert client.recv(1) == b""
    assert program.end() == (0, "")


def test_a_second_signal_does_not_wait(start):
    program = start("serve", "--port", "0", "--shutdown-grace", "1h")
    with program.connect() as client:
        client.sendall(post(STREAM, "?delay=3600000"))
        with program.connect() as other:  # answered only after the first request was heard
            other.sendall(GET)
            until(other, b"\r\n\r\n")
        program.tell(signal.SIGTERM)
        while not refused(program.port):
            pass
        program.tell(signal.SIGTERM)
        assert program.end() == (0, "")


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return True
    return False


def test_a_script_with_mistakes_stops_the_start(run, write):
    path = write("s.yaml", "rules:\n  - when: {usr: hi}\n    reply: x\n  - reply: {txt: x}\n")
    done = run("serve", path, "--port", "0")
    assert done.status == 2
    assert [line.split(": ")[0] for line in done.err.splitlines()] == [f"{path}:2", f"{path}:4"]


def test_a_switch_with_its_value_behind_a_space_is_told_how_it_is_spelled(run):
    done = run("serve", "--watch", "off")
    assert done.status == 2
    assert done.err.startswith("understudy: 'off': expected a script, got no such file. A switch takes its value behind ")


def test_an_unknown_variable_is_a_warning(start):
    program = start("serve", "--port", "0", UNDERSTUDY_TOKEN_MAEN="3")
    program.tell(signal.SIGTERM)
    assert program.end() == (0, "")
    assert "Did you mean 'UNDERSTUDY_TOKEN_MEAN'?" in program.log.read_text()


@pytest.mark.parametrize("asked", [None, 100_000_000])
def test_fewer_connections_than_were_asked_for_are_a_warning(start, asked):
    program = start("serve", "--port", "0", *(() if asked is None else ("--max-connections", str(asked))))
    program.tell(signal.SIGTERM)
    program.end()
    lines = [json.loads(line) for line in program.log.read_text().splitlines()]
    (listening,) = [line for line in lines if line["event"] == "listening"]
    warned = [line["problem"] for line in lines if line["event"] == "connections limited"]
    if asked is None or listening["connections"] == asked:
        assert warned == []
    else:
        (problem,) = warned
        assert problem.startswith(
            f"max-connections {asked}: expected at most {listening['connections']}, for this process may "
        )
