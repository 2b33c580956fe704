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


def test_strict_fails_for_calls_that_nobody_scripted(chat):
    def test():
        with Understudy(strict=True) as server:
            server.on(user="ping").reply("pong")
            assert chat(server, "ping").text == "pong"
            assert chat(server, "pin").status == 404
            assert chat(server, path="/nowhere").status == 404

    with pytest.raises(AssertionError) as caught:
        test()
    text = str(caught.value)
    assert "strict: a call was not scripted: chat 'pin'\nno rule matched. Nearest:\n  rule 'on 1' (test_server.py:" in text
    assert "strict: no API has POST /v1/nowhere; the client got status 404." in text
    assert "answered no call" not in text


def test_strict_fails_for_rules_that_answer_no_call(chat, tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text(
        "rules:\n  - {name: ping, when: {user: ping}, reply: pong}\n  - {name: idle, when: {user: x}, reply: y}\n"
    )

    def test():
        with Understudy(script, strict="rules") as server:
            server.on(user="never").reply("x")
            chat(server, "ping")
            assert chat(server, "else").status == 200

    with pytest.raises(AssertionError) as caught:
        test()
    lines = str(caught.value).splitlines()
    assert lines[0] == "strict: these rules answered no call:"
    assert [line.partition(": ")[2] for line in lines[1:]] == ["on 1", "idle"]
    assert lines[2].strip() == "script.yaml:3: idle"


def test_strict_leaves_catalogues_and_embeddings_alone(chat):
    with Understudy(strict=True) as server:
        assert ask(server, "/v1/models", None)[0] == 200
        assert chat(server, path="/embeddings", input="x").status == 200


def test_strict_is_one_of_four():
    with pytest.raises(ValueError, match="strict 'cals': expected True, False, 'calls' or 'rules'"):
        Understudy(strict="cals")


def test_clear_takes_back_everything(chat):
    with Understudy() as server:
        server.on(user="ping").reply("pong")
        server.expect(user="never")
        server._house.amend("POST", "rules", {"when": {"user": "a"}, "reply": "b"})
        assert (chat(server, "ping").text, chat(server, "a").text) == ("pong", "b")
        server.clear()
        assert server.calls == []
        assert server.on(user="else").name == "on 1", "what a rule draws goes by its name: not by the tests before"
        assert "pong" not in chat(server, "ping").text
        assert chat(server, "a").text != "b"


def test_rules_of_tests_stay_when_others_come_by_http(chat):
    with Understudy() as server:
        server.on(user="a").reply("test")
        status, _ = ask(server, "/_understudy/rules", json.dumps({"name": "b", "when": {"user": "b"}, "reply": "http"}))
        assert status == 200
        assert (chat(server, "a").text, chat(server, "b").text) == ("test", "http")
        listed = ask(server, "/_understudy/rules", None)[1]["rules"]
        assert [rule["name"] for rule in listed] == ["b", "on 1"]


def test_rules_of_scripts_and_their_use(chat, tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("rules: [{name: ping, when: {user: ping}, reply: pong}, {name: idle, when: {user: x}, reply: y}]\n")
    with Understudy(script) as server:
        server.on(user="ping2").reply("pong")
        chat(server, "ping")
        assert {rule.name: used for rule, used in server.rule_uses()} == {"ping": 1, "idle": 0}


def test_functions_may_look_at_the_server(chat):
    with Understudy() as server:
        server.on(user="count").reply(lambda call: f"{len(server.calls)} calls")
        server.on(user="learn").reply(lambda call: server.on(user="new").reply("learnt").name)
        assert chat(server, "count").text == "1 calls"
        assert chat(server, "learn").text == "on 3"
        assert chat(server, "new").text == "learnt"


def test_functions_may_let_time_pass(chat):
    with Understudy(clock="virtual") as server:
        server.on().reply(lambda call: str(server.clock.advance(2)))
        assert chat(server).text == "None"
        assert server.calls[0].duration == 2


def test_verify_checks_at_once(server, chat):
    server.expect(user="ping")
    with pytest.raises(AssertionError):
        server.verify()
    chat(server)
    server.verify()


def test_a_bug_of_ours_fails_the_test(server, chat, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(server._house.engine.world.rules, "choose", broken)
    assert chat(server).status == 500
    (problem,) = server.problems()
    assert problem.startswith("the answer to POST /v1/chat/completions failed:")
    assert "ZeroDivisionError" in problem
