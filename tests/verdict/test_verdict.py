"""Judging, grouping, rendering and asserting: what all checks share."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest

from understudy.verdict import FORMATS, Limits, Verdict, assert_resilient, checks, judge, render


def sizes(client):
    return [len(request.attempts) for request in client.requests()]


def test_nothing_is_a_good_verdict():
    verdict = judge([])
    assert (verdict.passed, verdict.findings, verdict.measures) == (True, (), {})
    assert verdict.sentence == "nothing was judged: no call of a model is in the journal."
    assert list(verdict.checks) == checks().names()


def test_good_traffic_is_a_good_verdict(client, talk):
    for at in range(30):
        client.ask(f"question {at}", number=0)
        client.ask(messages=talk(f"question {at}", "answer", "thanks"), number=0)
    assert client.judge().sentence == "no fault was found in 60 requests in 60 attempts."


@pytest.mark.parametrize("body", [b'{"model": "\xb1"}', b'{"\xc0": 1}', b'"\xed\xa0\x80"', b"[" * 100_000, b"\xff"])
def test_a_body_that_cannot_be_read_is_a_request_like_another(client, body):
    for number in range(2):
        client.ask(body=body, status=400, failure="malformed_json", after=1.0, number=number)
    assert sizes(client) == [2]
    assert client.ids() == ["pointless-retry"]


def test_worst_comes_first_and_evidence_is_bounded(client):
    for at in range(30):
        client.ask(f"question {at}", status=500)
    client.ask("my key: ghp_" + "a1B2" * 9)
    verdict = client.judge()
    assert [finding.id for finding in verdict.findings] == ["leaked-key", "gave-up-early"]
    assert verdict.sentence == "2 faults found in 31 requests in 31 attempts: leaked-key, gave-up-early."
    assert (verdict.findings[1].count, len(verdict.findings[1].evidence)) == (30, 20)
    assert verdict.findings[1].seen.endswith("And 27 more like this.")


def test_checks_can_be_left_out(client):
    client.ask(status=500)
    verdict = judge(client.exchanges, ignore={"gave-up-early"})
    assert verdict.passed
    assert "gave-up-early" not in verdict.checks


def test_official_clients_number_their_tries(client):
    client.ask(status=500, number=0)
    client.ask(status=500, number=0)
    client.ask(after=0.5, number=1)
    client.ask(after=0.5, number=1)
    assert sizes(client) == [2, 2]


def test_a_name_says_more_than_the_body(client):
    client.ask("a", status=500, headers={"idempotency-key": "1"})
    client.ask("a", status=500, headers={"idempotency-key": "2"})
    client.ask("a", after=0.5, headers={"idempotency-key": "1"})
    assert sizes(client) == [2, 1]


def test_without_either_the_body_tells_until_it_is_answered(client):
    client.ask("a", status=500)
    client.ask("a", after=0.5)
    client.ask("b", status=500)
    client.ask("b", status=500, after=0.5, session="other")
    assert sizes(client) == [2, 1, 1]


def test_a_body_that_many_share_tells_nothing(client):
    for at in range(20):
        client.ask(at=at * 0.05, took=1.0, status=500 if at % 3 else 200)
    assert sizes(client) == [1] * 20


def test_a_retry_may_ask_for_another_model_or_a_stream(client):
    body = {"model": "a", "messages": [{"role": "user", "content": "hi"}]}
    client.ask(body=body, status=500)
    client.ask(body={**body, "model": "b", "stream": True}, after=0.5)
    assert sizes(client) == [2]


@pytest.mark.parametrize(
    "body", [b"\xff", b"[]", b"{}", b'{"messages": 7}', b'{"messages": [7, {"content": [1]}]}', b'{"input": "x"}']
)
def test_odd_bodies_are_judged_too(client, body):
    client.ask(body=body)
    assert client.judge().passed


def test_ten_thousand_exchanges_of_one_body_are_judged_soon(client):
    for at in range(10_000):
        client.ask(at=at / 1000, took=0.5, number=0, status=500 if at % 7 == 0 else 200)
    assert client.judge().exchanges == 10_000


def found(client) -> Verdict:
    client.ask(status=429, failure="rate_limit", retry_after=2.0, model="<a|b>")
    client.ask(after=0.1, model="<a|b>", headers={})
    client.ask(at=50.0, took=2.0, headers={"idempotency-key": "a"}, completion_tokens=30)
    client.ask(at=51.0, took=0.5, headers={"idempotency-key": "a"}, completion_tokens=30)
    return client.judge()


def test_text_says_what_why_and_how(client):
    text = render(found(client), "text")
    assert text.startswith("verdict: failed; 1 fault found in 2 requests in 4 attempts: retry-after-ignored.\n")
    for part in (
        "error: Retry-After is ignored",
        "    seen      A 429",
        "    it hurts  The",
        "    mend it   Wait",
        "    see       req_abab",
    ):
        assert part in text


def test_junit_has_a_case_for_each_check(client):
    suite = ET.fromstring(render(found(client), "junit"))
    cases = {case.get("name"): case for case in suite}
    assert list(cases) == checks().names()
    assert (suite.get("tests"), suite.get("failures")) == (str(len(cases)), "1")
    failure = cases["retry-after-ignored"].find("failure")
    assert failure.get("type") == "error"
    assert "asked for 2.0 s" in failure.text
    assert [child.tag for child in cases["hedging-waste"]] == ["system-out"]
    assert len(cases["gave-up-early"]) == 0


def test_markdown_has_a_row_for_each_finding(client):
    text = render(found(client), "markdown")
    assert text.startswith("# Verdict: failed\n")
    assert text.count("\n| error | **Retry-After is ignored**") == 1
    assert text.count("\n| note | **Hedged") == 1


def test_a_verdict_travels_as_json(client):
    verdict = found(client)
    told = json.loads(render(verdict, "json"))
    assert told["findings"][0]["id"] == "retry-after-ignored"
    assert set(FORMATS) == {"text", "json", "junit", "markdown"}


def call(exchange, *, is_over=True):
    own = {"request": exchange.request, "operation": "chat", "session": "default", "model": "gpt-4o"}
    return SimpleNamespace(exchange=exchange if is_over else None, **own)


def test_an_assertion_fails_with_the_findings(client):
    server = SimpleNamespace(calls=[call(client.ask(status=500))])
    with pytest.raises(AssertionError, match=r"verdict: failed; 1 fault .*gave-up-early"):
        assert_resilient(server)
    assert assert_resilient(server, ignore=["gave-up-early"]).passed
    assert assert_resilient(server, Limits(grace=5)).passed
    with pytest.raises(ValueError, match=r"check 'gave-up': expected one of .* Did you mean 'gave-up-early'"):
        assert_resilient(server, ignore=["gave-up"])


@pytest.mark.parametrize("patience", [-1, "x", True, float("nan"), None])
def test_a_limit_is_a_number_from_0_up(patience):
    with pytest.raises(ValueError, match=re.escape(f"limit patience {patience!r}: expected a number from 0 up")):
        Limits(patience=patience)


def test_names_of_checks_are_no_text():
    message = "ignore 'gave-up-early': expected names of checks, got one text. Write ignore=['gave-up-early']."
    with pytest.raises(TypeError, match=re.escape(message)):
        assert_resilient(SimpleNamespace(calls=[]), ignore="gave-up-early")


def test_calls_under_way_are_judged_by_how_long_they_wait(client):
    server = SimpleNamespace(calls=[call(client.ask(at=0.0), is_over=False), call(client.ask("b", at=650.0))])
    with pytest.raises(AssertionError, match="is still waiting after 650 s"):
        assert_resilient(server)
    assert assert_resilient(server, now=300.0).passed


def test_every_check_says_why_and_how():
    for check in checks():
        assert all(text[0].isupper() and text.endswith(".") for text in (check.help, check.why, check.fix)), check.name
        assert not check.title.endswith(".")


def test_a_try_that_never_came_leaves_a_gap_and_no_second_request(client):
    client.ask(status=429, number=0, retry_after=600.0)
    client.ask(after=601.0, status=429, number=2, retry_after=600.0)  # number 1 met a connection that was closed
    client.ask("b", status=429, number=0)
    client.ask("b", after=1.0, number=1)
    assert client.judge().requests == 2


def test_of_two_requests_the_one_goes_on_whose_number_is_nearest(client):
    client.ask(status=500, number=0)
    client.ask(status=500, number=0)
    client.ask(after=1.0, status=500, number=1)
    client.ask(after=2.0, number=3)
    client.ask(number=1)
    assert client.judge().requests == 2


def test_two_good_answers_make_a_body_a_common_one(client):
    client.ask("a")
    client.ask("a")
    client.ask("a", status=500)
    client.ask("a", after=0.5, status=500)
    client.ask("b")
    client.ask("b", status=500)
    client.ask("b", after=0.5, status=500)
    assert sizes(client) == [1, 1, 1, 1, 1, 2]


def test_so_do_two_at_a_time(client):
    client.ask("a", at=0.0, took=1.0, status=500)
    client.ask("a", at=0.5, took=1.0, status=500)
    client.ask("a", at=2.0, status=500)
    assert sizes(client) == [1, 1, 1]


def test_a_try_that_overtakes_its_answer_belongs_to_it(client):
    client.ask(at=0.0, took=5.0, number=0)
    client.ask(at=1.0, took=5.0, number=1)
    client.ask("b", at=0.0, took=5.0, number=0)
    client.ask("b", at=1.0, took=5.0, number=2)
    assert sorted(sizes(client)) == [1, 1, 2]
