"""An exchange as plain data."""

import pytest

from understudy.model.call import Call, Message, Tool
from understudy.model.exchange import Particulars
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery
from understudy.model.reply import Failure, Item, Raw, Reasoning, Refused, Reply, Text, ToolCall
from understudy.observe.account import account, answered, timing, understood


def test_what_was_not_is_left_out(make_exchange):
    told = account(make_exchange())
    assert not {"understood", "reply", "timing", "would_limit", "faults", "failure", "retry_after"} & set(told)


def test_what_was_understood():
    messages = [Message("system", "be brief"), Message("user", "hi"), Message("tool", "sunny", tool_call_id="1")]
    call = Call("chat", "openai", "m", messages, "hi", max_tokens=5, tools=(Tool("look"),), choices=2)
    assert understood(call) == {
        "user": "hi",
        "system": "be brief",
        "tool_result": "sunny",
        "messages": 3,
        "tools": ["look"],
        "max_tokens": 5,
        "choices": 2,
    }
    assert understood(Call("embedding", "openai", inputs=("a", "b"))) == {"inputs": 2}


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(), {}),
        (Reply((Reasoning("hm"), Text("a"), Text("b"))), {"text": "ab", "reasoning": "hm"}),
        (Reply((Refused("no"),)), {"refusal": "no"}),
        (Reply((ToolCall("look", "{}"),)), {"tool_calls": [{"name": "look", "arguments": "{}"}]}),
        (Reply((Item({"type": "search"}),)), {}),
        (Reply(failure=Failure(429, "rate_limit")), {"error": {"status": 429, "kind": "rate_limit"}}),
        (
            Reply(failure=Failure(400, "invalid_request", "no")),
            {"error": {"status": 400, "kind": "invalid_request", "message": "no"}},
        ),
        (Reply(raw=Raw(chunks=((0.0, b"a"), (1.0, b"\xff")))), {"raw": "a\\xff"}),
        (Reply(vectors=((0.5,), (0.25,))), {"vectors": 2}),
    ],
)
def test_what_was_answered(reply, told):
    assert answered(reply) == told


@pytest.mark.parametrize(("others", "told"), [((), 3), ((Reply(vectors=((0.25,),)), Reply()), 1)])
def test_a_vector_that_answers_every_input_counts_for_each(make_exchange, others, told):
    exchange = make_exchange(reply=Reply(vectors=((0.5,),)))
    exchange.particulars = Particulars(others=others)
    assert account(exchange, Call("embedding", "openai", inputs=("a", "b", "c")))["reply"] == {"vectors": told}
    assert account(exchange)["reply"] == {"vectors": 1}


def test_times():
    told = timing(Delivery("done", 9, 3, 0.0015, 0.5, 0.5004, 0.25, 0.9))
    assert told == {
        "events": 3,
        "first_due_ms": 500.0,
        "first_sent_ms": 500.4,
        "last_due_ms": 900.0,
        "late_ms": 1.5,
        "paused_ms": 250.0,
    }
    assert timing(Delivery("client_gone", 0))["first_due_ms"] is None


SECRET = "sk-proj-abcdefghijklmnopqrstuvwxyz123456"


def test_secrets_are_masked_wherever_they_stand(make_exchange):
    exchange = make_exchange(body=b'{"content": "my key is %b"}' % SECRET.encode(), reply=Reply((Text(f"is it {SECRET}?"),)))
    head = RequestHead("POST", "/v1/chat/completions", "/v1/chat/completions", f"key={SECRET}&alt=sse", {})
    exchange.request = Request(head, exchange.request.body, 0.0)
    call = Call("chat", "openai", "m", [Message("user", SECRET)], SECRET)
    told = str(account(exchange, call))
    assert "abcdefgh" not in told
    assert "alt=sse" in told


def test_a_key_is_masked_where_a_name_should_stand(make_exchange):
    exchange = make_exchange(model=SECRET, session=SECRET)
    head = RequestHead("GET", f"/v1/models/{SECRET}", f"/v1/models/{SECRET}", "", {})
    exchange.request = Request(head, b"", 0.0)
    told = account(exchange)
    assert (told["request"]["path"], told["model"], told["session"]) == ("/v1/models/sk-...3456", "sk-...3456", "sk-...3456")


def test_harm_is_told(make_exchange):
    exchange = make_exchange(particulars=Particulars(("reset;at=body",), "rate_limit", 2.0), would_limit="rpm")
    told = account(exchange)
    assert (told["faults"], told["failure"], told["retry_after"], told["would_limit"]) == (
        ["reset;at=body"],
        "rate_limit",
        2.0,
        "rpm",
    )


OWN = "corpkey.0123456789+wxyz"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {"authorization": f"Bearer {OWN}"}),
        ("", {"authorization": OWN}),
        ("", {"x-api-key": OWN}),
        ("key=corpkey.0123456789%2Bwxyz", {}),
    ],
)
def test_the_own_key_of_a_request_is_masked_in_its_texts(make_exchange, query, headers):
    exchange = make_exchange(body=b'{"content": "my key is %b"}' % OWN.encode(), reply=Reply((Text(f"is it {OWN}?"),)))
    exchange.request = Request(RequestHead("POST", "/", "/", query, headers), exchange.request.body, 0.0)
    told = account(exchange, Call("chat", "openai", "m", [Message("user", OWN)], OWN))
    assert "corpkey" not in str(told)
    assert told["understood"]["user"] == "...wxyz"
    assert told["request"]["body"] == '{"content": "my key is ...wxyz"}'


@pytest.mark.parametrize(
    "headers",
    [{"authorization": "Bearer any"}, {"cookie": "theme=dark-and-gloomy-green"}, {"authorization": "Basic and-gloomy-green"}],
)
def test_words_stay_though_they_are_the_key(make_exchange, headers):
    exchange = make_exchange(body=b"any dark-and-gloomy-green")
    exchange.request = Request(RequestHead("POST", "/", "/", "", headers), exchange.request.body, 0.0)
    assert account(exchange)["request"]["body"] == "any dark-and-gloomy-green"
