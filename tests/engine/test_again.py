"""Answers are made again byte by byte from what the journal has of them."""

import json

import pytest

from understudy.engine.again import Again
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Plan, spelled_out
from understudy.model.reply import Failure, Reply

SCRIPT = """
timing: {ttft: 1s, itl: 10ms}
limits: [{per: key, rpm: 60}]
rules:
  - {when: {user: sky}, reply: "blue as ever"}
  - {when: {user: tool}, reply: {tool_calls: [{name: look, arguments: {at: sky}}]}}
  - {when: {user: many}, replies: [one, two, three]}
  - {when: {user: made}, reply: {generate: {tokens: 12}}}
  - {when: {user: raw}, reply: {raw: {headers: {content-type: text/plain}, chunks: [{data: "as it is"}]}}}
"""
CHAT, CLAUDE, GEMINI = "/v1/chat/completions", "/v1/messages", "/v1beta/models/gemini-2.5-flash:generateContent"


@pytest.fixture
def house(service):
    return service(SCRIPT)


@pytest.fixture
def again(house):
    return Again(lambda: house.engine.world, lambda: house.script)


def asked(house, path=CHAT, user="sky", headers=None, body=None, **more):
    """Ask, and give the bytes of the answer and its exchange."""
    messages = [{"role": "user", "content": user}]
    data = body or {"model": "gpt-4o", "messages": messages, **more}
    path, _, query = path.partition("?")
    head = RequestHead("POST", path, path, query, {"host": "localhost", "authorization": "Bearer sk-any", **(headers or {})})
    answer = house.engine.respond(Request(head, json.dumps(data).encode(), house.clock.monotonic()))
    if isinstance(answer, Plan):
        sent = b"".join(step for step in spelled_out(answer.steps) if isinstance(step, bytes))
        answer.ended(Delivery("done", len(sent)))
        answer = sent
    return answer, house.journal.list()[-1]


def without(data, *names):
    """An answer without header fields that tell of the moment."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(tuple(name.encode() for name in names))]
    return lines, body


MOMENT = ("x-ratelimit-", "openai-processing-ms", "anthropic-ratelimit-", "x-envoy", "server-timing")


@pytest.mark.parametrize("user", ["sky", "tool", "many", "made", "raw", "nobody said this"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_same_bytes(house, again, user, stream):
    for _ in range(2):  # of a sequence each reply is known, not only its first
        sent, exchange = asked(house, user=user, stream=stream, temperature=0.5)
        assert without(again(exchange), *MOMENT) == without(sent, *MOMENT)


def test_other_providers(house, again):
    sent, exchange = asked(house, CLAUDE, headers={"anthropic-version": "2023-06-01"}, max_tokens=9, stream=True)
    assert without(again(exchange), *MOMENT) == without(sent, *MOMENT)
    contents = [{"role": "user", "parts": [{"text": "sky"}]}]
    sent, exchange = asked(house, GEMINI, body={"contents": contents, "generationConfig": {"temperature": 0.5}})
    assert without(again(exchange), *MOMENT) == without(sent, *MOMENT)


def test_vectors_are_made_of_the_request(house, again):
    sent, exchange = asked(house, "/v1/embeddings", body={"model": "text-embedding-3-small", "input": ["a", "b"]})
    assert without(again(exchange), *MOMENT) == without(sent, *MOMENT)


def test_what_was_asked_of_the_server_itself_does_not_count(house, again):
    sent, exchange = asked(house, f"{CHAT}?delay=50", headers={"x-understudy-fault": "early-end"}, stream=True)
    whole = again(exchange)
    assert whole.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")
    assert len(sent) < len(whole)


def test_failures(house, again):
    _, exchange = asked(house)
    exchange.reply, exchange.token, exchange.rule = Reply(failure=Failure(429, "rate_limit", retry_after=2.0)), b"", ""
    made = again(exchange)
    assert made.startswith(b"HTTP/1.1 429 ")
    assert b"rate_limit" in made
    assert exchange.request_id.encode() in made


def test_what_is_not_known_is_not_made_up(house, again):
    _, exchange = asked(house, n=2)
    assert again(exchange) is None
    _, exchange = asked(house)
    exchange.reply = None
    assert again(exchange) is None


def test_nothing_is_remembered(house, again):
    _, exchange = asked(house, user="many")
    before = len(house.journal)
    again(exchange)
    assert len(house.journal) == before
    assert b"two" in asked(house, user="many")[0]


def test_a_reload_makes_no_difference_to_what_was_said(house, again):
    sent, exchange = asked(house, user="sky", temperature=0.5)
    house.amend("POST", "rules", {"when": {"user": "sky"}, "reply": "grey"})
    assert without(again(exchange), *MOMENT) == without(sent, *MOMENT)
