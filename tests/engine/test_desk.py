"""The desk: answers are dated and numbered, and the sinks hear of each when it has ended."""

from __future__ import annotations

import pytest

from understudy.model.plan import Delivery, Plan

CHAT = "/v1/chat/completions"


class Sink:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.heard = []

    def record(self, exchange):
        self.heard.append((exchange.status, exchange.outcome, exchange.sent))


@pytest.fixture
def desk(engine):
    """An engine with a sink of its own, a wall clock in `now` and a list of the failures it tells of."""
    made = engine("version: 1\nrules: [{name: bad, when: {user: bad}, reply: {error: rate_limit}}]\n")
    made.now, made.told = [1_700_000_000.9], []
    made.sinks = (Sink(), Sink())
    made._wall = lambda: made.now[0]
    made._on_failure = lambda failure, exchange: made.told.append((failure.kind, exchange.status))
    return made


def test_answers_are_dated_by_the_second(desk, ask, chat):
    dates = []
    for now in (1_700_000_000.9, 1_700_000_000.95, 1_700_000_001.0, 1_699_999_999.0):
        desk.now[0] = now
        dates.append([ask(*what, to=desk).headers["date"][-12:-4] for what in ((chat(),), (chat("bad"),), (b"", "/nowhere"))])
    assert dates == [["22:13:20"] * 3, ["22:13:20"] * 3, ["22:13:21"] * 3, ["22:13:19"] * 3]


def test_answers_are_numbered_whatever_they_say(desk, ask, chat):
    answers = [ask(chat(user), to=desk) for user in ("hi", "bad", "hi", "hi", "[418]")]
    assert [int(answer.headers["x-request-id"][-16:], 16) for answer in answers] == [1, 2, 3, 4, 5]


def test_every_sink_hears_of_every_answer(desk, ask, chat):
    asked = [ask(chat(), to=desk), ask(chat("bad"), to=desk), ask(b"", "/nowhere", to=desk)]
    asked.append(ask(b"", CHAT, to=desk, method="OPTIONS", headers={"origin": "a", "access-control-request-method": "POST"}))
    asked.append(ask(chat(), f"{CHAT}?delay=5", to=desk))
    expected = [(answer.status, "done", len(answer.data)) for answer in asked]
    assert [sink.heard for sink in desk.sinks] == [expected, expected]
    assert [status for status, _, _ in expected] == [200, 429, 404, 204, 200]


def test_a_plan_is_recorded_when_it_ends_and_as_it_ends(desk, make_request, chat):
    plan = desk.respond(make_request(chat(stream=True)))
    assert isinstance(plan, Plan)
    assert desk.sinks[0].heard == []
    plan.ended(Delivery("client_gone", 17))
    assert desk.sinks[0].heard == [(200, "client_gone", 17)]


def test_every_failure_is_told(desk, ask, chat):
    for user in ("bad", "hi", "[418]"):
        ask(chat(user), to=desk)
    ask(b"{", to=desk)
    assert desk.told == [("rate_limit", 429), ("simulated", 418), ("malformed_json", 400)]


def test_failures_of_calls_are_delayed_and_others_are_not(desk, ask, chat):
    waits = [
        ask(*what, to=desk).steps[0]
        for what in ((chat("bad"), f"{CHAT}?delay=5"), (b"{", f"{CHAT}?delay=5"), (b"", "/nowhere?delay=5"))
    ]
    assert [wait if isinstance(wait, float) else 0.0 for wait in waits] == [0.005, 0.0, 0.0]


def test_an_error_is_recorded_with_the_status_the_provider_gives_it(service, ask):
    running = service("version: 1\nrules: [{name: a, reply: {error: insufficient_quota}}]\n")
    body = {"model": "claude-sonnet-4-5", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}]}
    answer = ask(body, "/v1/messages", to=running.engine, headers={"anthropic-version": "2023-06-01", "x-api-key": "k"})
    assert [exchange.status for exchange in running.journal.list()] == [answer.status] == [400]
