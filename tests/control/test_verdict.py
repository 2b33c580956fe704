"""GET verdict."""

import json

import pytest

from understudy.model.exchange import Particulars
from understudy.model.http import Request, RequestHead
from understudy.observe.journal import Journal
from understudy.runtime.clock import VirtualClock


def failed(exchange, **fields):
    exchange(status=500, sent=10, **fields)


def test_the_journal_is_judged(control, exchange):
    failed(exchange, serial=7)
    answer = control("GET", "verdict").json
    assert (answer["passed"], answer["exchanges"], answer["requests"]) == (False, 1, 1)
    (finding,) = answer["findings"]
    assert (finding["id"], finding["severity"]) == ("gave-up-early", "warning")
    assert finding["evidence"] == ["req_" + "0" * 31 + "7"]
    assert all(finding[name] for name in ("title", "seen", "why", "fix"))


def test_an_empty_journal_passes(control):
    answer = control("GET", "verdict")
    assert (answer.status, answer.json["passed"]) == (200, True)


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 2), ("?session=other", 1), ("?session=default", 1), ("?since=1", 2), ("?since=2", 0), ("?since=1.5", 2)],
)
def test_exchanges_are_chosen(control, exchange, query, count):
    failed(exchange)
    failed(exchange, session="other")
    assert control("GET", f"verdict{query}").json["exchanges"] == count


def test_limits_and_checks_can_be_given(control, exchange):
    failed(exchange)
    assert control("GET", "verdict?grace=1000").json["passed"]
    assert not control("GET", "verdict?grace=1").json["passed"]
    assert control("GET", "verdict?ignore=gave-up-early,no-backoff").json["passed"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("ignore=gave-up", "query parameter ignore: check 'gave-up': expected one of "),
        ("since=now", "query parameter since 'now': expected a number from 0 up."),
        ("patience=-1", "query parameter patience '-1': expected a number from 0 up."),
        ("patience=inf", "query parameter patience 'inf': expected a number from 0 up."),
        ("pateince=1", "query parameter 'pateince': expected one of session, since, ignore, patience"),
    ],
)
def test_what_is_wrong_is_refused(control, query, problem):
    answer = control("GET", f"verdict?{query}")
    assert answer.status == 400
    assert answer.problem.startswith(problem)


def test_a_session_that_never_asked_is_a_slip(control, exchange):
    failed(exchange, session="nightly")
    said = "session 'nigthly': expected one that a client asked in, got one of which the journal holds nothing."
    answer = control("GET", "verdict?session=nigthly")
    assert (answer.status, answer.problem) == (404, f"{said} Did you mean 'nightly'?")
    assert control("GET", "verdict?session=default").json["exchanges"] == 0


def test_among_many_sessions_no_name_is_looked_for(control, sight, exchange):
    sight.journal = Journal(101)
    for number in range(101):
        failed(exchange, session=f"nightly-{number}")
    answer = control("GET", "verdict?session=nigthly-1")
    assert answer.status == 404
    assert answer.problem.endswith("the journal holds nothing.")


def test_from_a_moment_to_come_there_is_nothing_to_judge(control, exchange):
    failed(exchange)
    assert control("GET", "verdict?since=1700000000").status == 200
    answer = control("GET", "verdict?since=1700000000001")
    assert (answer.status, answer.problem) == (
        400,
        "query parameter since '1700000000001': expected a moment that has come, in unix seconds; now is 1700000000.",
    )


def test_secrets_are_not_told(control, exchange):
    secret = "ghp_" + "a1B2" * 9
    exchange(body=f'{{"messages": [{{"role": "user", "content": "{secret}"}}]}}'.encode(), particulars=Particulars())
    answer = control("GET", "verdict")
    assert [finding["id"] for finding in answer.json["findings"]] == ["leaked-key"]
    assert secret.encode() not in answer.body


def test_without_a_journal_there_is_no_verdict(control, settings):
    settings["journal_size"] = 0
    answer = control("GET", "verdict")
    assert (answer.status, answer.problem.partition(":")[0]) == (409, "the journal is off, so there is nothing to judge")


def test_many_exchanges_are_judged_in_turns(app, exchange, sight, clock):
    sight.journal = Journal(300)
    for serial in range(150):
        failed(exchange, serial=serial, body=b"%d" % serial)
    moments = iter(range(100_000))
    clock.monotonic = lambda: next(moments) / 1000  # every look at the clock finds a millisecond gone
    head = RequestHead("GET", "/_understudy/verdict", "/_understudy/verdict", "", {"host": "127.0.0.1"})
    steps = list(app.respond(Request(head, b"", 0.0)).steps)
    assert len([step for step in steps if isinstance(step, float)]) > 50
    (answer,) = [step for step in steps if isinstance(step, bytes)]
    found = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (found["exchanges"], found["findings"][0]["id"], found["findings"][0]["count"]) == (150, "gave-up-early", 150)


def test_where_time_stands_still_the_verdict_comes_at_once(app, exchange, sight):
    sight.journal, sight.clock = Journal(300), VirtualClock(0.0, 1.0)
    for serial in range(150):
        failed(exchange, serial=serial)
    head = RequestHead("GET", "/_understudy/verdict", "/_understudy/verdict", "", {"host": "127.0.0.1"})
    assert [type(step) for step in app.respond(Request(head, b"", 0.0)).steps] == [bytes]
