"""What a test may ask of a call."""

from __future__ import annotations

import contextlib
import threading

import pytest

from understudy.model.call import Call, Message
from understudy.model.http import Request, RequestHead
from understudy.model.reply import Reply
from understudy.testing._ledger import Ledger

TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}


def test_what_the_client_asked(server, chat):
    messages = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "ping"}]
    chat(server, messages=messages, tools=[TOOL], stream=True, headers={"X-Who": "me", "Authorization": "Bearer sk-secret"})
    (call,) = server.calls
    assert (call.user, call.system, call.model, call.tools) == ("ping", "be brief", "gpt-4o", ["get_weather"])
    assert [message.role for message in call.messages] == ["system", "user"]
    assert (call.operation, call.dialect, call.session) == ("chat", "openai", "default")
    assert (call.method, call.path, call.stream) == ("POST", "/v1/chat/completions", True)
    assert call.json["messages"] == messages
    assert call.raw.startswith(b'{"model"')
    assert call.headers["x-who"] == "me"
    assert "sk-secret" not in repr(call)


@pytest.mark.parametrize("more", [{}, {"tools": [TOOL]}])
def test_messages_are_those_of_any_dialect(server, chat, more):
    chat(server, messages=[{"role": "user", "content": "ping"}], **more)
    (call,) = server.calls
    assert call.messages == [Message("user", "ping")]
    assert repr(call.messages).startswith("[Message(role='user', content='ping'")


def test_what_it_got(server, chat):
    server.on(user="ping").reply("pong")
    chat(server)
    (call,) = server.calls
    assert (call.status, call.reply, call.rule, call.outcome) == (200, "pong", "on 1", "done")
    assert call.is_scripted
    assert call.completion_tokens == 1
    assert call.tokens == call.prompt_tokens + 1
    assert call.duration >= 0
    assert len(call.decision) == 32
    assert call.request_id.startswith("req_")
    assert call.exchange.status == 200
    assert repr(call) == "<SeenCall chat gpt-4o, status 200, rule 'on 1', user 'ping'>"


def test_tool_calls_it_got(server, chat):
    server.on().reply(tool_calls=[{"name": "get_weather", "arguments": {"city": "Paris"}}])
    chat(server)
    (call,) = server.calls[0].tool_calls
    assert (call.name, call.arguments) == ("get_weather", '{"city":"Paris"}')


def test_results_of_tools(server, chat):
    asked = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    chat(
        server,
        messages=[
            {"role": "user", "content": "weather"},
            {"role": "assistant", "content": None, "tool_calls": [asked]},
            {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
        ],
    )
    assert server.calls[0].tool_result == "sunny"


def test_an_answer_of_no_rule(server, chat):
    chat(server)
    assert (server.calls[0].rule, server.calls[0].is_scripted) == ("default", False)


def test_a_refused_call_is_there(server, chat):
    assert chat(server, messages=[]).status == 400
    (call,) = server.calls
    assert (call.status, call.user, call.understood) == (400, "", None)
    assert call.json["messages"] == []
    assert not call.is_scripted
    assert "POST /v1/chat/completions, status 400" in repr(call)


def test_a_path_that_no_api_has_is_a_call(server, chat):
    assert chat(server, path="/chat/complete").status == 404
    assert [(call.operation, call.status, call.is_scripted) for call in server.calls] == [("none", 404, False)]


def test_a_call_is_about_each_of_its_inputs(server, chat):
    chat(server, path="/embeddings", model="text-embedding-3-small", input=["cat", "mouse"])
    chat(server)
    pair, single = server.calls
    assert (pair.user, [part.user for part in pair.parts], [part.status for part in pair.parts]) == (
        "cat",
        ["cat", "mouse"],
        [200, 200],
    )
    assert single.parts == [single]
    (found,) = server.assert_called(operation="embedding", user="mouse", times=1)
    assert found.user == "mouse"
    server.assert_called(operation="embedding", times=1)
    server.expect(user="mouse").times(1)
    server.expect(user="dog").never()
    server.verify()
    with pytest.raises(AssertionError, match=r"expected no calls with user: 'mouse', got 1 call of 2:\n.*: 'mouse'"):
        server.assert_not_called(user="mouse")


def test_a_rule_answers_no_embedding_with_a_text(server, chat):
    once = server.on(user="ping").reply("pong").times(1)
    either = server.on(user="north").replies("up", {"embedding": [1.0]})
    function = server.on(user="south").replies(lambda call: "down", lambda call: {"embedding": [2.0]})

    def embedding(*texts):
        return [each["embedding"] for each in chat(server, path="/embeddings", input=texts).json["data"]]

    embedding("ping")
    (call,) = server.calls
    assert (call.rule, call.reply, call.is_scripted, call.exchange.rule, once.used) == ("", "", False, "", 0)
    assert chat(server, "ping").text == "pong"
    assert embedding("north", "north")[1] == [1.0]
    assert embedding("south", "south")[1] == [2.0]
    assert (once.used, either.used, function.used) == (1, 1, 1)


def test_replies_are_taken_down_one_by_one():
    ledger, request = Ledger(), Request(RequestHead("POST", "/", "/", "", {}), b"", 0.0)
    call = Call("embedding", "openai", inputs=("a", "b", "c"))
    opened = ledger.open(call, request, "default")
    replies, used = opened.replies, opened.used
    for name in ("one", "two", "one"):
        take = ledger.open(call, request, "default")
        ledger.chose(take, None, name, Reply())
    assert len(replies) == 3  # and none of them was copied for the next
    assert used == {(None, "one"), (None, "two")}


def test_the_rule_is_the_one_that_the_client_was_told(server, chat):
    server.on(user="a").reply("A")
    server.on(user="bad").fail(429)
    for prompts in (["a", "a"], ["a", "bad"]):
        chat(server, path="/completions", model="gpt-3.5-turbo-instruct", prompt=prompts)
    assert [(call.status, call.rule) for call in server.calls] == [(200, "on 1"), (429, "on 2")]


def test_streams_are_taken_down_before_the_client_asks(server, chat):
    for _ in range(20):
        chat(server, stream=True)
        assert server.calls[-1].outcome == "done"
    assert len(server.calls) == 20


def test_calls_under_way_are_there(server, chat):
    server.on(user="hang").reply("never").fault("hang")

    def ask():
        with contextlib.suppress(OSError):
            chat(server, "hang")

    client = threading.Thread(target=ask)
    client.start()
    (call,) = server.wait_for_calls(1)
    assert (call.outcome, call.status, call.user) == ("open", None, "hang")
    server.stop()
    client.join()
    (call,) = server.calls
    assert call.outcome == "server_stopped"


def test_waiting_for_calls_that_do_not_come(server):
    with pytest.raises(AssertionError, match=r"expected 2 calls within 0.01 s, got no calls\."):
        server.wait_for_calls(2, timeout=0.01)


def test_calls_keep_the_order_they_came_in(server, chat):
    for number in range(5):
        chat(server, str(number))
    assert [call.user for call in server.calls] == ["0", "1", "2", "3", "4"]


def test_reset_forgets_them(server, chat):
    chat(server)
    server.reset()
    assert server.calls == []
