"""The server as an object of a test: a real socket, ready when the block starts."""

from __future__ import annotations

import http.client
import json
import socket

import pytest

from understudy import Understudy
from understudy.errors import ScriptError, UsageError

BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": "ping"}]})


def ask(server, path="/v1/chat/completions", body=BODY, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("POST" if body else "GET", path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def said(server):
    return ask(server)[1]["choices"][0]["message"]["content"]


def test_it_answers_while_the_block_lasts():
    with Understudy() as server:
        assert ask(server, "/health", None) == (200, {"status": "healthy"})
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_its_addresses():
    with Understudy() as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert server.openai_url == f"{server.url}/v1"


def test_before_the_start_there_is_no_address():
    with pytest.raises(RuntimeError, match="the server is not running: use `with Understudy"):
        _ = Understudy().url


def test_it_may_be_started_twice_and_stopped_twice():
    server = Understudy().start()
    try:
        port = server.port
        assert server.start().port == port
    finally:
        server.stop()
    server.stop()
    with server:
        assert ask(server, "/health", None)[0] == 200


def test_two_servers_do_not_meet():
    with Understudy(reply="one") as one, Understudy(reply="two") as two:
        assert one.port != two.port
        assert (said(one), said(two)) == ("one", "two")


def test_settings_are_keywords():
    with Understudy(reply="generate", token_mean=3, token_stddev=0, seed=7) as server:
        assert ask(server)[1]["usage"]["completion_tokens"] == 3


def test_scripts_and_presets(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("version: 1\nrules: [{name: ping, when: {user: ping}, replies: [one, two]}]\n")
    with Understudy(script) as server:
        assert (said(server), said(server)) == ("one", "two")
        server.reset()
        assert said(server) == "one"
    with Understudy([str(script)], preset="fake-llm-server") as server:
        assert ask(server)[1]["model"] == "fake-model"
        assert said(server) == "two"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"token_maen": 3}, "unknown setting. Did you mean 'token-mean'?"),
        ({"stream_unit": "line"}, "--stream-unit 'line': expected token, char or word"),
        ({"seed": "x"}, "--seed 'x': expected "),
    ],
)
def test_a_wrong_setting_says_what_was_expected(settings, message):
    with pytest.raises(UsageError) as caught:
        Understudy(**settings)
    assert message in str(caught.value)


def test_a_wrong_script_says_where(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("version: 1\nrulse: []\n")
    with pytest.raises(ScriptError, match=r"script\.yaml:2: "):
        Understudy(script)


def test_an_address_that_is_taken_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match=str(taken.getsockname()[1])):
            Understudy(port=taken.getsockname()[1]).start()
