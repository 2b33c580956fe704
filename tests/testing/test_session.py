"""Sessions: rules, calls and state apart, on one socket."""

from __future__ import annotations

import pytest

from understudy import Understudy
from understudy.verdict import Limits


def test_a_client_belongs_by_its_base_url(server, chat):
    server.on().replies("one", "two")
    with server.session("a") as a, server.session("b") as b:
        assert a.openai_url == f"{server.url}/_session/a/v1"
        assert [chat(a).text, chat(a).text, chat(b).text] == ["one", "two", "one"]
        assert (len(a.calls), len(b.calls), len(server.calls)) == (2, 1, 3)
        assert a.calls[0].session == "a"
        assert a.calls[0].path == "/v1/chat/completions"


def test_a_client_belongs_by_its_header(server, chat):
    with server.session("a") as a:
        chat(server, headers=a.headers)
        assert [call.session for call in server.calls] == ["a"]
        a.assert_called(user="ping")


def test_rules_of_a_session_answer_nobody_else(server, chat):
    with server.session("a.b") as a, server.session("axb") as x:
        a.on(user="ping").reply("from a")
        x.on(user="ping", header={"x-who": True}).reply("from x")
        assert chat(a).text == "from a"
        assert chat(x, headers={"X-Who": "me"}).text == "from x"
        assert chat(x).text not in ("from a", "from x")
        assert chat(server).text != "from a"
    assert chat(a).text != "from a"


def test_resetting_one_leaves_the_others(server, chat):
    server.on().replies("one", "two")
    with server.session() as a, server.session() as b:
        assert a.name != b.name
        chat(a), chat(b)
        a.reset()
        assert (chat(a).text, chat(b).text) == ("one", "two")
        assert (len(a.calls), len(b.calls)) == (1, 2)


def test_what_is_expected_of_a_session(server, chat):
    def test():
        with server.session("a") as a:
            a.expect(user="ping")
            chat(server)

    with pytest.raises(AssertionError, match="got none of 0"):
        test()


def test_streams_and_queries_go_through(server, chat):
    with server.session("a") as a:
        assert chat(a, path="/chat/completions?fail=503").status == 503
        assert b"[DONE]" in chat(a, stream=True).body


@pytest.mark.parametrize("name", ["", "a/b", "a b", "x" * 201, "ü", ".", ".."])
def test_names_that_no_path_can_hold(server, name):
    with pytest.raises(ValueError, match="expected 1 to 200 letters"):
        server.session(name or "?")


def test_the_client_of_one_is_judged_alone(server, chat):
    with server.session("good") as good, server.session("bad") as bad:
        bad.on().fail(503)
        chat(good), chat(bad)
        assert good.assert_resilient().requests == 1
        with pytest.raises(AssertionError, match="gave-up-early"):
            bad.assert_resilient()
        assert bad.assert_resilient(Limits(grace=60)).passed
        with pytest.raises(AssertionError, match="gave-up-early"):
            server.assert_resilient()
        assert server.assert_resilient(ignore=["gave-up-early"]).requests == 2


def test_what_is_expected_without_a_block_is_checked_with_the_server(server, chat):
    a, b = server.session("a"), server.session("b")
    a.expect(user="ping")
    b.expect(user="never comes")
    chat(a)
    (problem,) = server.problems()
    assert problem == "expected at least one call with user: 'never comes', got none of 0."
    b.close()
    assert server.problems() == [problem]
    server.clear()
    assert server.problems() == []


def test_what_a_block_expects_is_checked_once(server):
    with pytest.raises(AssertionError, match="never comes"), server.session("a") as a:
        a.expect(user="never comes")
    assert server.problems() == []


def test_a_rule_takes_the_place_of_those_of_its_name_in_its_session(server, chat):
    server.on(user="ping", name="sky").replies("one", "two", "three")
    assert chat(server).text == "one"
    with server.session("b") as b, server.session("c") as c:
        rule = b.on(user="ping", name="sky").replies("b one", "b two").times(2)
        assert [chat(each).text for each in (b, server, c, b)] == ["b one", "two", "one", "b two"]
        assert rule.used == 2
        b.on(user="ping", name="sky").reply("anew")
        assert chat(b).text == "anew"
        last = b.on(user="else", name="sky").reply("else")
        assert chat(b, "else").text == "else"
    assert last.used == 1
    assert [chat(each).text for each in (b, server)] == ["one", "three"]


def test_a_session_may_stand_in_for_a_rule_of_a_script(chat, tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("rules: [{name: sky, when: {user: ping}, reply: scripted}]\n")
    with Understudy(script) as server, server.session("b") as b:
        b.on(user="ping", name="sky").reply("b")
        assert [chat(each).text for each in (b, server)] == ["b", "scripted"]
        assert [used for *_, used in server.rule_uses()] == [1]


def test_resetting_one_forgets_what_its_rules_have_spent(server, chat):
    with server.session("a") as a, server.session("b") as b:
        spent = server.on(user="two").reply("said").times(2)
        rule = a.on(user="ping").fail(500, times=1)
        chat(a), chat(a, "two"), chat(b, "two")
        a.reset()
        assert (rule.used, spent.used, len(a.calls), len(b.calls)) == (0, 1, 0, 1)
        assert (chat(a).status, chat(a).status) == (500, 200)
