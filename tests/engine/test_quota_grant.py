"""What the limits said to a request: the failure, the fields of the answer, and the true amounts at its end."""

from __future__ import annotations

import pytest

from understudy import dialects
from understudy.config.script import LimitSpec
from understudy.engine.quota import Caller, Quota
from understudy.engine.quota_grant import UNLIMITED, overwritten
from understudy.engine.quota_ledger import MemoryLedger
from understudy.model.allowance import Level, Overrun
from understudy.model.call import Call
from understudy.model.exchange import Context, Exchange
from understudy.model.http import Request, RequestHead

HEAD = b"HTTP/1.1 200 OK\r\ndate: now\r\nX-RateLimit-Limit-Requests: 10000\r\nx-other: 1\r\n\r\nx-other: body\r\n\r\n"


@pytest.fixture
def admit():
    ledger = MemoryLedger()

    def asked(*limits, prompt=10, now=0.0, model="gpt-4o", **fields):
        caller = Caller("", "org-a", "default")
        return Quota(limits).admit(Call("chat", "openai", model, **fields), caller, prompt, ledger, now)

    return asked


def exchange(prompt: int, completion: int, at: float = 0.0, duration: float = 0.0) -> Exchange:
    request = Request(RequestHead("POST", "/", "/", "", {}), b"", at)
    return Exchange(0.0, request, Context(), prompt_tokens=prompt, completion_tokens=completion, duration=duration)


def test_a_refusal_tells_what_is_short(admit):
    limit = LimitSpec(tpm=100)
    admit(limit, prompt=80)
    failure = admit(limit, prompt=30).failure
    assert (failure.status, failure.kind, failure.retry_after) == (429, "rate_limit", 6.0)
    assert failure.overrun == Overrun("tokens", "minute", 100, 80, 30, 6.0, False, "gpt-4o", "org-a")


def test_waits_are_whole_milliseconds_and_never_too_short(admit):
    limit = LimitSpec(rpm=7)
    for _ in range(7):
        admit(limit)
    wait = admit(limit).failure.retry_after
    assert wait == 8.572  # 60 / 7 = 8.5714...
    assert admit(limit, now=8.571).failure is not None
    assert admit(limit, now=wait).failure is None


def test_nobody_is_told_to_come_back_when_nobody_knows(admit):
    too_large = admit(LimitSpec(tpm=20), prompt=21).failure
    assert (too_large.retry_after, too_large.overrun.too_large) == (None, True)
    admit(LimitSpec(concurrent=1))
    busy = admit(LimitSpec(concurrent=1)).failure
    assert busy.retry_after is None
    assert busy.overrun == Overrun("concurrent", None, 1, 1, 1, None, False, "gpt-4o", "org-a")


def test_the_tightest_limit_of_each_resource_is_told(admit):
    found = admit(LimitSpec(rpm=100, tpm=1000), LimitSpec(rpd=5), LimitSpec(tpm=500), LimitSpec(rpm=1, dry_run=True)).allowance
    assert found.requests == Level(5, 4, 86400 / 5)
    assert found.tokens == Level(500, 490, 1.2)
    assert (found.input_tokens, found.output_tokens) == (None, None)


def test_a_finished_answer_is_counted_as_it_was(admit):
    limit = LimitSpec(tpm=1000, output_tpm=1000, input_tpm=1000, concurrent=1)
    grant = admit(limit, max_tokens=500)
    grant.settle(exchange(10, 30))
    grant.settle(exchange(10, 900))
    found = admit(limit).allowance
    assert (found.tokens.remaining, found.input_tokens.remaining, found.output_tokens.remaining) == (950, 980, 970)


def test_the_end_of_an_answer_is_when_it_ended(admit):
    limit = LimitSpec(tpm=60)
    grant = admit(limit, prompt=60)
    grant.settle(exchange(0, 0, at=5.0, duration=25.0))  # 30 of 60 had come back by then; the rest is given back
    assert admit(limit, prompt=60, now=30.0).failure is None


def test_what_came_to_nothing_costs_the_request_alone(admit):
    limit = LimitSpec(rpm=10, tpm=100, concurrent=1)
    admit(limit, prompt=50).withdraw(0.0)
    found = admit(limit, prompt=0).allowance
    assert (found.requests.remaining, found.tokens.remaining) == (8, 100)


def test_limits_on_trial_mark_what_they_would_have_refused(admit):
    trial = LimitSpec(rpm=1, concurrent=1, dry_run=True)
    first, second = admit(trial), admit(trial)
    assert (first.failure, first.would_limit) == (None, "")
    assert second.failure is None
    assert second.would_limit == ("requests per minute: limit 1, used 1, requested 1; concurrent: limit 1, used 1, requested 1")
    assert b"x-understudy-would-limit: requests per" in second.stamp(HEAD, dialects.load().get("openai"), 0.0)
    finished = exchange(1, 1)
    second.follow(finished)
    assert finished.would_limit == second.would_limit


def test_fields_are_written_over_those_of_the_same_name_in_the_head_alone(admit):
    stamped = admit(LimitSpec(rpm=6)).stamp(HEAD, dialects.load().get("openai"), 0.0)
    assert stamped == (
        b"HTTP/1.1 200 OK\r\ndate: now\r\nx-other: 1\r\nx-ratelimit-limit-requests: 6\r\n"
        b"x-ratelimit-remaining-requests: 5\r\nx-ratelimit-reset-requests: 10s\r\n\r\nx-other: body\r\n\r\n"
    )
    assert admit(LimitSpec(concurrent=5)).stamp(HEAD, dialects.load().get("openai"), 0.0) == HEAD


def test_who_is_not_limited_is_told_nothing():
    finished = exchange(1, 1)
    UNLIMITED.follow(finished)
    finished.settle(finished)
    assert (UNLIMITED.failure, finished.would_limit) == (None, "")
    assert UNLIMITED.stamp(HEAD, dialects.load().get("openai"), 0.0) == HEAD


def test_a_field_cannot_break_out_of_its_line():
    with pytest.raises(ValueError, match="expected printable latin-1"):
        overwritten(HEAD, [("x-a", "1\r\nx-b: 2")])
