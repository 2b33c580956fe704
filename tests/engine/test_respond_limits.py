"""Limits on the way of a request: admission, fields on every answer, and what is given back when an answer ends."""

from __future__ import annotations

import pytest

from understudy.app import Service
from understudy.model.http import Request
from understudy.model.plan import Delivery, Plan
from understudy.sources import Sources


class Clock:
    """A clock that is moved by hand."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return 1_700_000_000.0 + self.now


class Answer:
    """The head of an answer, and its end, which comes when it is told to."""

    def __init__(self, found: bytes | Plan) -> None:
        self.plan = found if isinstance(found, Plan) else None
        data = found if isinstance(found, bytes) else b"".join(step for step in found.steps if isinstance(step, bytes))
        head, _, self.body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        self.status = int(first.split()[1])
        self.fields = [line.split(": ", 1)[0] for line in lines]
        self.headers = dict(line.split(": ", 1) for line in lines)

    def end(self, outcome: str = "done") -> None:
        self.plan.ended(Delivery(outcome, 1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path, clock):
    def made(script: str, **flags) -> Service:
        path = tmp_path / "script.yaml"
        path.write_text(script)
        return Service(Sources((path,), None, flags), clock=clock)

    return made


@pytest.fixture
def say(chat, make_request, clock):
    """Ask a house; headers by name, `body` for more of the body."""

    def asked(house: Service, path: str = "/v1/chat/completions", method: str = "POST", body=None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = make_request(chat(**(body or {})) if method == "POST" else b"", path, method=method, headers=named)
        return Answer(house.engine.respond(Request(request.head, request.body, clock.now)))

    return asked


def test_requests_are_refused_when_there_are_too_many_and_admitted_when_told(house, say, clock):
    server = house("limits: [{rpm: 2}]")
    assert [say(server).status for _ in range(3)] == [200, 200, 429]
    refused = say(server)
    assert refused.headers["retry-after-ms"] == "30000"
    assert b"on requests per min (RPM): Limit 2, Used 2, Requested 1. Please try again in 30s." in refused.body
    clock.now += 29.999
    assert say(server).status == 429
    clock.now += 0.001
    assert say(server).status == 200


@pytest.mark.parametrize("method", ["POST", "HEAD", "STREAM", "FAULT", "RULE"])
def test_every_answer_tells_what_is_left_once(house, say, method):
    server = house("limits: [{rpm: 10, tpm: 1000}]\nrules: [{when: {model: bad}, reply: {error: 500}}]")
    answer = {
        "POST": lambda: say(server),
        "HEAD": lambda: say(server),
        "STREAM": lambda: say(server, body={"stream": True}),
        "FAULT": lambda: say(server, path="/v1/chat/completions?fail=503"),
        "RULE": lambda: say(server, body={"model": "bad"}),
    }[method]()
    assert answer.headers["x-ratelimit-limit-requests"] == "10"
    assert answer.headers["x-ratelimit-remaining-requests"] == "9"
    assert answer.headers["x-ratelimit-reset-requests"] == "6s"
    assert answer.headers["x-ratelimit-remaining-tokens"] == "992"
    assert len(answer.fields) == len(set(answer.fields))


def test_lookups_are_neither_counted_nor_marked(house, say):
    server = house("limits: [{rpm: 1}]")
    for path in ("/v1/models", "/health") * 2:
        answer = say(server, path, "GET")
        assert answer.status == 200
        assert not [name for name in answer.headers if "ratelimit" in name]
    assert say(server).status == 200


def test_the_true_tokens_count_when_the_answer_is_over(house, say):
    server = house("limits: [{tpm: 1000}]\nrules: [{reply: {text: hi, usage: {prompt_tokens: 8, completion_tokens: 92}}}]")
    assert say(server, body={"max_tokens": 500}).headers["x-ratelimit-remaining-tokens"] == "492"
    assert say(server).headers["x-ratelimit-remaining-tokens"] == "892"


def test_a_place_is_free_when_the_answer_ends_or_the_client_leaves(house, say):
    server = house("limits: [{concurrent: 1}]\ntiming: {latency: 1s}")
    for outcome in ("done", "client_gone", "aborted", "server_stopped"):
        answer = say(server)
        assert answer.status == 200
        busy = say(server)
        assert busy.status == 429
        assert "retry-after" not in busy.headers
        busy.plan and busy.end()
        answer.end(outcome)
    assert say(server).status == 200


def test_a_place_is_free_when_a_request_is_refused_after_admission(house, say):
    server = house("limits: [{concurrent: 1, tpm: 200000}]")
    long = {"user": "word " * 140_000}
    for _ in range(2):
        refused = say(server, body=long)
        assert refused.status == 400
        assert b"context_length_exceeded" in refused.body
    assert say(server).headers["x-ratelimit-remaining-tokens"] == "199992"


def test_keys_organisations_and_sessions_have_accounts(house, say):
    server = house("limits: [{per: [key, organisation, session], rpm: 1}]")
    callers = [
        {},
        {"authorization": "Bearer a"},
        {"authorization": "Bearer b"},
        {"openai_organization": "org-x"},
        {"x_understudy_session": "s"},
    ]
    assert [say(server, **caller).status for caller in callers] == [200] * 5
    assert [say(server, **caller).status for caller in callers] == [429] * 5
    assert b"in organization org-x on requests" in say(server, openai_organization="org-x").body


def test_limits_on_trial_mark_and_let_pass(house, say):
    server = house("limits: [{rpm: 1, dry-run: true}]")
    assert "x-understudy-would-limit" not in say(server).headers
    answer = say(server)
    assert answer.status == 200
    assert answer.headers["x-understudy-would-limit"] == "requests per minute: limit 1, used 1, requested 1"
    assert answer.headers["x-ratelimit-limit-requests"] == "10000"
    assert [exchange.would_limit for exchange in server.journal.list()] == [
        "",
        "requests per minute: limit 1, used 1, requested 1",
    ]


def test_a_reset_fills_the_accounts(house, say):
    server = house("limits: [{per: session, rpm: 1}, {rpd: 100}]")
    assert [say(server, x_understudy_session=name).status for name in "aabb"] == [200, 429, 200, 429]
    server.engine.state.reset("a")
    assert [say(server, x_understudy_session=name).status for name in "ab"] == [200, 429]
    server.engine.state.reset()
    assert say(server, x_understudy_session="b").status == 200


def test_limits_change_while_the_server_runs(house, say):
    server = house("limits: [{rpm: 1}]")
    assert [say(server).status for _ in range(2)] == [200, 429]
    server.amend("PUT", "limits", [])
    answer = say(server)
    assert (answer.status, answer.headers["x-ratelimit-limit-requests"]) == (200, "10000")
    server.amend("DELETE", "limits")
    assert say(server).status == 429


def test_unknown_keys_are_refused_before_anything_is_counted(house, say):
    server = house("limits: [{rpm: 1}]", **{"api-keys": ["sk-good"]})
    for headers in ({}, {"authorization": "Bearer sk-bad"}):
        refused = say(server, **headers)
        assert refused.status == 401
        assert not [name for name in refused.headers if "ratelimit" in name]
    assert say(server, authorization="Bearer sk-good").status == 200


def test_the_same_answers_come_from_the_straight_line_without_limits(house, say):
    server = house("rules: []")
    assert [say(server).headers["x-ratelimit-limit-requests"] for _ in range(3)] == ["10000"] * 3
    assert len(server.engine.state.ledger) == 0
