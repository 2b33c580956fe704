"""Answers are made again byte by byte from what the journal has of them."""

import json

import pytest

from understudy.engine.again import Again
from understudy.faults import kinds
from understudy.model.exchange import Particulars
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Plan, spelled_out
from understudy.model.reply import Failure, Reply
from understudy.wire.answer import dechunked

SCRIPT = """
timing: {ttft: 1s, itl: 10ms}
limits: [{per: key, rpm: 60}]
rules:
  - {when: {user: sky}, reply: "blue as ever"}
  - {when: {user: tool}, reply: {tool_calls: [{name: look, arguments: {at: sky}}]}}
  - {when: {user: many}, replies: [one, two, three]}
  - {when: {user: made}, reply: {generate: {tokens: 12}}}
  - {when: {user: vector}, reply: {embedding: [0.5, 0.5]}}
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


KINDS = sorted(set(kinds().names()) - {"refuse", "tls-failure"})  # these strike connections, of which there is no answer
NEEDS = {"context_length": "", "status": ";status=418", "wrong-length": ";by=7"}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("user", ["sky", "tool"])
def test_faults_have_done_the_same(service, kind, stream, user):
    house = service(SCRIPT.replace("timing: {ttft: 1s, itl: 10ms}", ""))
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
    headers = {"x-understudy-fault": kind + NEEDS.get(kind, "")}
    sent, exchange = asked(house, user=user, stream=stream, headers=headers, tools=tools)
    made = Again(lambda: house.engine.world, lambda: house.script)(exchange)
    if not exchange.particulars.faults:
        plain, _ = asked(service(SCRIPT), user=user, stream=stream, tools=tools)
        assert without(sent, *MOMENT) == without(plain, *MOMENT)
    assert without(made, *MOMENT) == without(sent, *MOMENT)


def test_where_waits_ended_the_pieces_the_pieces_together_are_the_same(house, again):
    sent, exchange = asked(house, stream=True, headers={"x-understudy-fault": "rechunk;size=100"})
    made = again(exchange)
    assert made != sent
    assert dechunked(made.partition(b"\r\n\r\n")[2]) == dechunked(sent.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    "place",
    [
        "rules: [{reply: 'one two three four five six', fault: [FAULT, FAULT]}]",
        "rules: [{reply: {text: 'one two three four five six', fault: FAULT}}]",
        "models: [{id: gpt-4o, faults: [FAULT]}]",
        "faults: [FAULT]",
        "timeline: [{at: 0s, faults: [FAULT]}]",
    ],
)
@pytest.mark.parametrize("fault", ["{kind: legal-fuzz}", "{kind: malformed, at: {event: 2}}", "{kind: rechunk}"])
def test_wherever_faults_stand_they_draw_the_same(service, place, fault):
    house = service(place.replace("FAULT", fault))
    sent, exchange = asked(house, stream=True)
    made = Again(lambda: house.engine.world, lambda: house.script)(exchange)
    assert exchange.particulars.faults
    assert without(made, *MOMENT) == without(sent, *MOMENT)


def test_an_answer_goes_as_far_as_it_was_sent(house, again):
    sent, exchange = asked(house, stream=True)
    exchange.outcome, exchange.sent = "client_gone", len(sent) - 40
    assert len(again(exchange)) == exchange.sent
    exchange.sent = 0
    assert again(exchange) == b""


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("user", ["sky", "many", "made"])
def test_each_of_several_choices(house, again, user, stream):
    for _ in range(2):
        sent, exchange = asked(house, user=user, stream=stream, n=3)
        assert without(again(exchange), *MOMENT) == without(sent, *MOMENT)


def test_each_of_several_inputs(house, again):
    sent, exchange = asked(
        house, "/v1/completions", body={"model": "gpt-3.5-turbo-instruct", "prompt": ["sky", "many", "x"], "n": 2}
    )
    assert b"blue as ever" in sent
    assert without(again(exchange), *MOMENT) == without(sent, *MOMENT)
    texts = ["vector", "a", "vector"]
    sent, exchange = asked(house, "/v1/embeddings", body={"model": "text-embedding-3-small", "input": texts})
    assert json.loads(sent.partition(b"\r\n\r\n")[2])["data"][2]["embedding"] == [0.5, 0.5]
    assert without(again(exchange), *MOMENT) == without(sent, *MOMENT)


def test_failures(house, again):
    _, exchange = asked(house)
    exchange.reply, exchange.token, exchange.rule = Reply(failure=Failure(429, "rate_limit", retry_after=2.0)), b"", ""
    made = again(exchange)
    assert made.startswith(b"HTTP/1.1 429 ")
    assert b"rate_limit" in made
    assert exchange.request_id.encode() in made


def test_what_is_not_known_is_not_made_up(house, again):
    _, exchange = asked(house)
    exchange.particulars = Particulars(("no-such-fault",), drawn=("request 1",))
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


def test_preflights(house, again):
    head = RequestHead("OPTIONS", CHAT, CHAT, "", {"origin": "http://x", "access-control-request-method": "POST"})
    sent = house.engine.respond(Request(head, b"", house.clock.monotonic()))
    assert again(house.journal.list()[-1]) == sent
    assert b"access-control-allow-origin" in sent


def test_what_nothing_is_known_of_is_not_made_up(house, again):
    exchange = asked(house)[1]
    exchange.reply = None
    assert again(exchange) is None
