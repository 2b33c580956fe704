"""What was expected, and the text when it did not come."""

from __future__ import annotations

import pytest

from understudy import Understudy
from understudy.errors import ScriptError


def test_a_call_that_came_is_returned(server, chat):
    chat(server, "ping")
    chat(server, "pong")
    assert [call.user for call in server.assert_called(user="pong", model="gpt-*")] == ["pong"]
    server.assert_called(times=2)
    server.assert_not_called(user="else")


def test_the_text_shows_the_nearest_call_and_the_difference(server, chat):
    server.on().reply("x")
    chat(server, "what color is the sky?")
    chat(server, "something else")
    with pytest.raises(AssertionError) as caught:
        server.assert_called(user="what colour is the sky?")
    assert str(caught.value).splitlines() == [
        "expected at least one call with user: 'what colour is the sky?', got none of 2.",
        "Nearest is call 1 of 2 (chat gpt-4o, status 200, rule 'on 1'):",
        "    user: expected 'what colour is the sky?', got 'what color is the sky?' (89 % alike)",
        "      - what colour is the sky?",
        "      ?          -",
        "      + what color is the sky?",
    ]


def test_of_several_inputs_the_nearest_one_is_shown(server, chat):
    chat(server, path="/embeddings", input=["completely different", "the quick brown fox"])
    with pytest.raises(AssertionError) as caught:
        server.assert_called(user="the quick brown fax")
    assert "got 'the quick brown fox'" in str(caught.value)
    assert "\n      + the quick brown fox\n" in str(caught.value)


@pytest.mark.parametrize(
    ("inputs", "told"),
    [(["a", "b"], "'a', 'b'"), (["a", "b", "d", "e", "f", "g", "h"], "'a', 'b', 'd', 'e', 'f', and 2 more")],
)
def test_of_several_inputs_all_are_told(server, chat, inputs, told):
    chat(server, path="/embeddings", input=inputs)
    with pytest.raises(AssertionError) as caught:
        server.assert_called(user="c")
    assert str(caught.value).endswith(f"\n    its inputs: {told}")


def test_all_that_differs_is_named(server, chat):
    chat(server, "ping")
    with pytest.raises(AssertionError) as caught:
        server.assert_called(user="ping", model="claude-*", stream=True)
    text = str(caught.value)
    assert "user:" not in text.partition("Nearest")[2]
    assert "model: expected" in text
    assert "stream: expected" in text


def test_without_any_call(server):
    with pytest.raises(AssertionError, match=r"got none of 0\.$"):
        server.assert_called(user="ping")


def test_too_many(server, chat):
    chat(server, "ping")
    chat(server, "ping")
    with pytest.raises(AssertionError) as caught:
        server.assert_called(user="ping", times=1)
    assert "expected 1 call with user: 'ping', got 2 calls of 2:" in str(caught.value)
    assert str(caught.value).count("chat gpt-4o, status 200") == 2
    with pytest.raises(AssertionError, match="expected no calls with user: 'ping', got 2 calls"):
        server.assert_not_called(user="ping")


def test_what_is_expected_must_have_come_by_the_end(chat):
    def test():
        with Understudy() as server:
            server.expect(user="ping")
            server.expect(user="pong")
            chat(server, "ping")

    with pytest.raises(AssertionError, match="expected at least one call with user: 'pong'"):
        test()
    with Understudy() as server:
        server.expect(user="ping").times(2)
        server.expect(user="pong").never()
        chat(server, "ping")
        chat(server, "ping")


def test_an_error_of_the_test_is_told_more(chat):
    def test():
        with Understudy() as server:
            server.expect(user="ping")
            chat(server, "pin")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        test()
    assert "understudy: expected at least one call with user: 'ping'" in caught.value.__notes__[0]


def test_refused_calls_are_no_match(server, chat):
    chat(server, messages=[])
    with pytest.raises(AssertionError, match="None of them was understood"):
        server.assert_called()


@pytest.mark.parametrize("name", ["expect", "assert_called", "assert_not_called"])
def test_conditions_are_those_of_scripts(server, name):
    with pytest.raises(ScriptError, match="unknown condition 'usr'"):
        getattr(server, name)(usr="x")


@pytest.mark.parametrize("name", ["expect", "assert_called", "assert_not_called"])
@pytest.mark.parametrize("operation", ["models", "model", "health"])
def test_what_asks_no_model_is_no_call(server, name, operation):
    with pytest.raises(ScriptError, match=rf"expected one that asks a model \(chat, .*\), got '{operation}'"):
        getattr(server, name)(operation=operation)


def test_a_negative_number_is_refused(server):
    with pytest.raises(ValueError, match=r"times 1\.5: expected a whole number from 0 up"):
        server.expect(user="a").times(1.5)
    with pytest.raises(ValueError, match="times -1: expected a whole number from 0 up"):
        server.expect().times(-1)


@pytest.mark.parametrize("name", ["on", "expect", "assert_called", "assert_not_called"])
def test_a_text_is_no_condition(server, name):
    with pytest.raises(TypeError, match=r"\('ping'\): expected conditions by name. Say .*: user='ping'"):
        getattr(server, name)("ping")
