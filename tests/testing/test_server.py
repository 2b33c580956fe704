"""The server as an object of a test: a real socket, ready when the block starts."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest

from understudy import Understudy, app
from understudy.engine.world import World
from understudy.errors import ScriptError, UsageError
from understudy.sources import Sources
from understudy.testing import _house
from understudy.testing._world import WatchedWorld

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
        (
            {"token_maen": 3},
            "keyword 'token_maen': expected a setting, or one of script, preset, strict, clock. Did you mean 'token_mean'?",
        ),
        ({"stream_unit": "line"}, "keyword 'stream_unit' 'line': expected token, char or word"),
        ({"seed": "x"}, "keyword 'seed' 'x': expected "),
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


def test_strict_covers_embeddings_where_a_rule_is_about_them(chat):
    def test():
        with Understudy(strict=True) as server, server.session("a") as a:
            a.on(user="north").reply({"embedding": [1.0]})
            a.on(user="what?").reply("that")
            assert chat(a, "what?").status == 200
            assert chat(a, path="/embeddings", input="north").status == 200
            assert chat(server, path="/embeddings", input="south").status == 200, "the rule is another session's"
            assert chat(a, path="/moderations", input="south").status == 200
            assert server.problems() == []
            assert chat(a, path="/embeddings", input="south").status == 404
            assert chat(a, path="/embeddings", input="what?").status == 404

    with pytest.raises(AssertionError) as caught:
        test()
    one, other = str(caught.value).split("\n\n")
    assert one.startswith("strict: a call was not scripted: embedding 'south'\nno rule matched. Nearest:\n  rule 'on 1'")
    assert other.startswith("strict: a call was not scripted: embedding 'what?'\nno rule answered: rule 'on 2' (test_server")


def test_strict_knows_a_rule_that_has_no_more_replies(chat):
    with Understudy(strict=True) as server:
        server.on().replies("one", then="error")
        assert (chat(server).status, chat(server).status) == (200, 404)


@pytest.mark.parametrize("strict", ["cals", 1, 0, None])
def test_strict_is_one_of_four(strict):
    with pytest.raises(ValueError, match=f"strict {strict!r}: expected True, False, 'calls' or 'rules'"):
        Understudy(strict=strict)


def test_clear_takes_back_everything(chat):
    with Understudy() as server:
        server.on(user="ping").reply("pong")
        server.expect(user="never")
        server._house.amend("POST", "rules", {"when": {"user": "a"}, "reply": "b"})
        assert (chat(server, "ping").text, chat(server, "a").text) == ("pong", "b")
        server.clear()
        assert server.calls == []
        assert server.on(user="else").reply("x").name == "on 1", "what a rule draws goes by its name: not by the tests before"
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
        file = str(script)
        assert list(server.rule_uses()) == [((file, 1, 0), "ping", 1), ((file, 1, 1), "idle", 0)]


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


def test_a_dialect_that_nobody_speaks_is_refused_as_the_program_does(server, chat):
    refused = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    refused.request("PATCH", "/_understudy/settings", json.dumps({"only": ["opnai"]}))
    answer = refused.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["message"]) == (
        400,
        "only (PATCH settings.only): unknown dialect 'opnai'. Did you mean 'openai'?",
    )
    refused.close()
    assert chat(server).status == 200


def test_one_world_is_made_at_the_start(monkeypatch):
    made, begin = [], World.__init__
    monkeypatch.setattr(World, "__init__", lambda self, *given, **more: made.append(type(self)) or begin(self, *given, **more))
    _house.House(Sources())
    assert made == [WatchedWorld]


def test_of_rules_made_one_by_one_only_the_last_are_made_ready(server, chat, monkeypatch):
    made, make = [], WatchedWorld._rulebook
    monkeypatch.setattr(WatchedWorld, "_rulebook", lambda self: made.append(self) or make(self))
    rules = [server.on(user=f"{number}").reply(f"to {number}") for number in range(5)]
    rules[0].remove()
    assert ask(server, "/_understudy/rules", json.dumps({"when": {"user": "http"}, "reply": "to http"}))[0] == 200
    assert made == []
    assert [chat(server, user).text for user in ("3", "http")] == ["to 3", "to http"]
    assert len(made) == 1
    assert "to 0" not in chat(server, "0").text


def test_what_does_not_go_together_is_refused_where_it_is_said(chat, tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("capacity: {}\n")
    with Understudy(script, clock="auto") as server:
        rule = server.on(user="ping").reply("pong")
        with pytest.raises(UsageError, match=r"rule on 1 \(test_server.py:\d+\): timing: expected no itl"):
            rule.timing(itl="1s")
        server.on(user="else").reply("other")
        rule.reply("twice")
        assert [chat(server, user).text for user in ("ping", "else", "ping")] == ["pong", "other", "twice"]


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


def begun(server, session="default", **fields):
    """Begin a stream, and leave it unread."""
    client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    body = json.dumps({**json.loads(BODY), "stream": True, **fields})
    fields = f"Host: x\r\nX-Understudy-Session: {session}\r\nConnection: close\r\nContent-Length: {len(body)}"
    client.sendall(f"POST /v1/chat/completions HTTP/1.1\r\n{fields}\r\n\r\n{body}".encode())
    return client


def kept(server):
    return ask(server, "/_understudy/requests", None)[1]["kept"]


@pytest.mark.parametrize("begin_anew", [Understudy.reset, Understudy.clear])
def test_what_is_under_way_is_forgotten_too(begin_anew):
    with Understudy(clock="virtual") as server:
        server.on(stream=True).reply("a b c d").timing(itl="1s")
        with begun(server):
            server.wait_for_calls(1)
            begin_anew(server)
            server.clock.advance(100)
            assert server._house.engine.state.epoch == 1
            assert (server.calls, kept(server)) == ([], 0)
            server.assert_not_called()
            assert server.assert_resilient().requests == 0
        assert said(server)
        assert (len(server.calls), kept(server)) == (1, 1)


def test_what_is_under_way_in_another_session_is_not():
    with Understudy(clock="virtual") as server, server.session("a") as a, server.session("b") as b:
        server.on().reply("a b c d").timing(itl="1s")
        with begun(server, "a"), begun(server, "b"):
            server.wait_for_calls(2)
            a.reset()
            server.clock.advance(100)
            assert ([call.outcome for call in b.calls], a.calls, kept(server)) == (["done"], [], 1)


@pytest.mark.parametrize("path", ["reset", "reset?session=default"])
def test_a_reset_by_http_forgets_what_reset_does(server, path):
    rule = server.on().fail(500, times=1).reply("ok")
    spent = server.on(user="ping").times(1)
    assert [ask(server)[0], ask(server)[0]] == [500, 200]
    assert ask(server, f"/_understudy/{path}", " ")[0] == 200
    assert (server.calls, rule.used, spent.used) == ([], 0, 0)
    assert ask(server)[0] == 500


def test_the_journal_and_the_calls_are_forgotten_alike(server):
    rule = server.on().fail(500, times=1)
    assert ask(server)[0] == 500
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("DELETE", "/_understudy/requests")
    assert json.loads(connection.getresponse().read()) == {"cleared": 1}
    connection.close()
    assert (server.calls, rule.used) == ([], 1)


def test_clear_measures_time_anew():
    with Understudy(clock="virtual") as server:
        server.on().reply("a b c d").timing(itl="1s")
        with begun(server):
            server.wait_for_calls(1)
            server.clock.advance(100)
        assert ask(server, "/_understudy/pacing", None)[1]["events"] > 0
        server.clear()
        assert ask(server, "/_understudy/pacing", None)[1]["events"] == 0


def metrics(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/metrics")
    try:
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_clear_counts_anew_and_reset_counts_on(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("models: [{id: slow, capacity: {}}]\n")
    with Understudy(script, clock="auto") as server:
        for _ in range(3):  # the later ones are ready
            ask(server)
        with begun(server, model="slow") as client:
            client.makefile("rb").read()
        server.reset()
        told = metrics(server)
        for line in (
            'requests_total{.*model="m"} 3',
            'requests_total{.*model="slow"} 1',
            'cache_queries_total{engine="slow"} 8',
        ):
            assert re.search(f"(?m)^understudy_.*{line}$", told), line
        server.clear()
        told = metrics(server)
        assert 'model="' not in told
        for name in ("events_total", "time_to_first_token_seconds_count", "prefix_cache_queries_total"):
            assert set(re.findall(f"(?m)^understudy_{name}.* (.*)$", told)) <= {"0"}, name
        ask(server)
        assert re.search(r'(?m)^understudy_requests_total{.*model="m"} 1$', metrics(server))


def test_a_timeline_begins_anew_when_all_is_cleared(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("timeline: [{at: 60s, faults: [{kind: status, status: 529}]}]\n")
    with Understudy(script, clock="virtual") as server:
        server.clock.advance(61)
        assert ask(server)[0] == 529
        server.clear()
        assert ask(server)[0] == 200
        server.clock.advance(61)
        assert ask(server)[0] == 529


def test_a_client_on_the_same_loop_can_be_waited_for(server):
    async def test():
        task = asyncio.create_task(client())
        calls = await server.async_wait_for_calls(1)
        await task
        return calls

    async def client():
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}".encode())
        await reader.readline()
        writer.close()

    assert [call.user for call in asyncio.run(test())] == ["ping"]


def test_calls_that_do_not_come_are_not_waited_for_forever(server):
    async def test(wait):
        found = wait(1, timeout=0.001)
        return await found if asyncio.iscoroutine(found) else found

    text = re.escape("expected 1 call within 0.001 s, got no calls.")
    with pytest.raises(AssertionError, match=text + "$"):
        server.wait_for_calls(1, timeout=0.001)
    with pytest.raises(AssertionError, match=text + "$"):
        asyncio.run(test(server.async_wait_for_calls))
    with pytest.raises(AssertionError, match=text + " The event loop of this thread stood still meanwhile: use `await"):
        asyncio.run(test(server.wait_for_calls))


def test_a_server_with_something_under_way_is_not_for_another_test():
    with Understudy() as server:
        assert server.is_reusable
        server.on().fault("hang")
        with begun(server):
            server.wait_for_calls(1)
            assert not server.is_reusable
            server.clear()
            assert not server.is_reusable
    assert not Understudy(clock="virtual").is_reusable


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "script.yaml"
    path.write_text("responses: {ping: one}\n")
    return path


def test_scripts_are_watched_when_that_is_asked_for(script, chat, monkeypatch):
    monkeypatch.setattr("understudy.testing.server._POLL", 0.01)
    server, adopted = Understudy(script, watch=True), threading.Event()
    adopt = server._house.adopt
    monkeypatch.setattr(server._house, "adopt", lambda renewed: (adopt(renewed), adopted.set()))
    with server:
        server.on(user="own").reply("mine")
        assert chat(server).text == "one"
        script.write_text("responses: {ping: another}\n")
        assert adopted.wait(20)
        assert (chat(server).text, chat(server, "own").text) == ("another", "mine")


def test_rules_that_a_test_makes_while_scripts_are_read_stay(script, chat):
    with Understudy(script) as server:
        script.write_text("responses: {ping: another}\n")
        renewed = server._house.renew()
        server.on(user="own").reply("mine")
        server._in_turn(server._house.adopt, renewed)
        assert (chat(server).text, chat(server, "own").text) == ("another", "mine")


def test_a_watched_script_that_cannot_be_used_is_warned_of(script, chat):
    with Understudy(script) as server:
        script.write_text("respnses: {}\n")
        with pytest.warns(RuntimeWarning, match=r"script refused: .*script\.yaml:1: .*respnses"):
            assert server._house.renew() is None
        assert chat(server).text == "one"


def test_a_setting_that_needs_another_server_is_warned_of(script, chat):
    with Understudy(script) as server:
        script.write_text("settings: {idle-timeout: 77s}\nresponses: {ping: another}\n")
        with pytest.warns(RuntimeWarning, match="setting needs a restart: idle-timeout"):
            server._in_turn(server._house.adopt, server._house.renew())
        assert chat(server).text == "another"


@pytest.mark.parametrize("take_back", ["remove", "clear"])
def test_a_script_that_rules_of_the_test_do_not_go_with_is_tried_again_without_them(script, chat, take_back):
    with Understudy(script) as server:
        rule = server.on(user="own").reply("mine").timing(itl="1ms")
        script.write_text("capacity: {}\nresponses: {ping: another}\n")
        house = server._house
        assert not house.watcher.changed()
        assert house.watcher.changed()
        with pytest.warns(
            RuntimeWarning, match=r"settings refused: rule on 1 \(test_server\.py:\d+\): timing: expected no itl"
        ):
            assert house.renew() is None
        assert house.has_refused
        assert not server.is_reusable
        assert chat(server).text == "one"
        rule.remove() if take_back == "remove" else server.clear()
        assert house.watcher.changed()
        server._in_turn(house.adopt, house.renew())
        assert chat(server).text == "another"
        assert server.is_reusable


def test_reading_scripts_keeps_nobody_from_making_rules(script, chat, monkeypatch):
    with Understudy(script) as server:
        settle, meanwhile = app.settle, ThreadPoolExecutor(1)
        monkeypatch.setattr(app, "settle", lambda *given: (made(), settle(*given))[1])

        def made():
            monkeypatch.setattr(app, "settle", settle)
            meanwhile.submit(lambda: server.on(user="own").reply("mine")).result(10)

        server._in_turn(server._house.adopt, server._house.renew())
        assert chat(server, "own").text == "mine"
        meanwhile.shutdown()


def test_clear_takes_nothing_back_while_another_thread_changes_rules(server, monkeypatch):
    owned = []

    class Lock(nullcontext):
        def __enter__(self):
            owned.append(len(server._house._own))

    server.on(user="a").reply("b")
    monkeypatch.setattr(server._house, "_changing", Lock())
    server.clear()
    assert (owned, server._house.rules) == ([1], ())


def test_a_rule_is_taken_back_while_another_thread_clears(server, monkeypatch):
    rule = server.on(user="a").reply("b")
    begin = server._house._begin_anew
    monkeypatch.setattr(server._house, "_begin_anew", lambda key: (begin(key), server.clear()))
    rule.remove()
    assert server._house.rules == ()


def test_a_server_whose_script_has_changed_is_not_for_another_test(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("responses: {ping: one}\n")
    with Understudy(script) as server:
        assert server.is_reusable
        script.write_text("responses: {ping: another}\n")
        assert not server.is_reusable
