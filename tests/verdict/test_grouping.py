"""Which tries are of one request: loops around clients that number their tries, and clients that run beside each other."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verdict.conftest import Record

from understudy.verdict import _grouping

QUICK = settings(max_examples=400, deadline=None, derandomize=True, database=None)


def numbers(client):
    return [[one.number for one in request.attempts] for request in client.requests()]


def test_a_loop_around_a_client_that_numbers_its_tries_goes_on(client):
    for number in (0, 1, 2, 0, 1, 2):
        client.ask(after=1.0, status=503, number=number)
    client.ask(after=1.0, number=0)
    client.ask(after=1.0, status=503, number=0)
    assert numbers(client) == [[0, 1, 2, 0, 1, 2, 0], [0]]


def test_so_does_one_around_a_client_that_names_its_requests(client):
    for name in "aab":
        client.ask(after=1.0, status=503, headers={"amz-sdk-invocation-id": name})
    assert numbers(client) == [[None] * 3]


def test_what_was_asked_ten_minutes_later_is_another_request(client):
    client.ask(status=503, number=0)
    client.ask(after=601.0, status=503, number=0)
    client.ask("b", status=503, number=0, retry_after=600.0)
    client.ask("b", after=601.0, status=503, number=0)
    assert numbers(client) == [[0], [0], [0, 0]]


def test_who_begins_anew_is_believed_after_half_a_minute(client):
    for pause in (0.0, 29.0, 31.0):
        client.ask(after=pause, status=503, number=0)
        client.ask("b", at=client.now, status=503)
    assert numbers(client) == [[0, 0], [None, None, None], [0]]


@pytest.mark.parametrize("other", [{"key": "b"}, {"session": "b"}, {"text": "b"}, {"number": None}])
def test_another_client_is_none_of_it(client, other):
    client.ask(status=503, number=0)
    client.ask(**{"after": 1.0, "number": 0, **other})
    assert len(numbers(client)) == 2


def test_requests_whose_tries_are_mixed_are_not_put_together(client):
    for number in (0, 0, 1, 1, 2, 2):  # two clients with the same question
        client.ask(after=1.0, status=503, number=number)
    client.ask(after=1.0, status=503, number=0)
    assert numbers(client) == [[0, 1, 2], [0, 1, 2], [0]]


def test_nor_are_those_that_were_answered_before(client):
    for status in (200, 200, 503, 503, 200):
        client.ask(after=1.0, status=status, number=0)
    assert numbers(client) == [[0]] * 5


def test_of_two_requests_the_one_goes_on_whose_try_is_due(client):
    client.ask(at=0.0, status=429, number=0, retry_after=5.0)
    client.ask(at=4.0, status=503, number=0)
    client.ask(at=4.6, number=1)
    client.ask(at=5.2, number=1)
    requests = client.requests()
    assert [[one.start for one in request.attempts] for request in requests] == [[0.0, 5.2], [4.0, 4.6]]


def test_what_an_official_client_does_not_try_again_does_not_go_on(client):
    client.ask(status=401, number=0)
    client.ask(after=1.0, status=503, number=0)
    client.ask(after=0.5, number=1)
    assert numbers(client) == [[0, 0, 1]]


def test_an_answer_that_the_client_left_when_it_had_enough_is_none_to_go_on_from(client):
    for _ in range(3):
        client.ask(after=1.0, number=0, stream=True, outcome="client_gone", events=3)
    assert numbers(client) == [[0], [0], [0]]


@pytest.mark.parametrize("fields", [{"events": 0}, {"events": 3, "faults": ("stall",)}])
def test_one_that_it_waited_for_in_vain_is(client, fields):
    for _ in range(2):
        client.ask(after=1.0, number=0, stream=True, outcome="client_gone", **fields)
    assert numbers(client) == [[0, 0]]


def test_a_client_of_another_name_is_another(client):
    for name in ("OpenAI/Python", "AsyncOpenAI/Python", "OpenAI/JS"):
        client.ask(after=1.0, status=401, number=0, headers={"user-agent": name})
    assert numbers(client) == [[0], [0], [0]]
    assert client.ids() == []


def test_numbers_are_put_together_in_one_step_each(client, monkeypatch):
    for at in range(2000):  # without end, and every other one lost on its way
        client.ask(after=1.0, status=503, number=2 * at)
    looked = []

    class Counted(dict):
        def __iter__(self):
            for each in super().__iter__():
                looked.append(each)
                yield each

    monkeypatch.setattr(_grouping, "defaultdict", lambda kind: defaultdict(Counted if kind is dict else kind))
    assert numbers(client) == [[2 * at for at in range(2000)]]
    assert len(looked) < 3 * 2000


def test_ten_thousand_tries_of_one_body_in_an_outage_are_put_together_soon(client):
    for at in range(10_000):
        client.ask(at=at / 1000, took=0.0005, number=at % 3, status=503)
    assert client.judge().exchanges == 10_000


TELLING = {  # what a client says of its tries: the number of each, and whether each call has a name
    "nothing": ((None, None, None, None), False),
    "numbers": ((0, 1, 2, 3), False),
    "a loop around numbers": ((0, 0, 0, 0), False),
    "two layers": ((0, 1, 0, 1), False),
    "three and one": ((0, 1, 2, 0), False),
    "names": ((None, None, None, None), True),
}
FAILURES: list[dict[str, Any]] = [
    *({"status": status} for status in (408, 409, 429, 500, 503, 529)),
    {"outcome": "aborted", "sent": 0},
    {"outcome": "client_gone", "faults": ("hang",)},
]
_names = count()


@st.composite
def obedient(draw: st.DrawFn, told: str, start: float, **fields: Any) -> list[dict[str, Any]]:
    """The tries of a client that backs off, waits as long as it is asked to, and stops at four tries and at a refusal."""
    telling, is_named = TELLING[told]
    tries: list[dict[str, Any]] = []
    base = draw(st.floats(0.3, 2.0))
    at = start
    for n in range(4):
        took = draw(st.floats(0.01, 3.0))
        is_good = n > 0 and draw(st.booleans())
        failure = {} if is_good else draw(st.sampled_from(FAILURES))
        wait = draw(st.sampled_from((None, None, 0.5, 7.0))) if failure.get("status", 0) >= 429 else None
        headers = {"x-client-request-id": f"{next(_names)}"} if is_named else {}
        tries.append(
            {"at": at, "took": took, "number": telling[n], "headers": headers, "retry_after": wait, **failure, **fields}
        )
        if is_good:
            break
        at += took + max(wait or 0.0, base * 2**n * draw(st.floats(0.5, 1.0)))
    return tries


@st.composite
def refused(draw: st.DrawFn, told: str, start: float, **fields: Any) -> list[dict[str, Any]]:
    """One try that is refused for good and not made again, or is answered."""
    number = TELLING[told][0][0]
    return [{"at": start, "took": 0.1, "number": number, "status": draw(st.sampled_from((200, 400, 401))), **fields}]


@st.composite
def crowds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A client that obeys, and others beside it: with the same question while it asks, in another session, with their own."""
    one = draw(obedient(draw(st.sampled_from(sorted(TELLING))), 0.0))
    tries = list(one)
    for other in range(draw(st.integers(0, 3))):
        company = draw(st.sampled_from(("twin", "session", "stranger")))
        fields = {"twin": {}, "session": {"session": f"{other}"}, "stranger": {"text": f"question {other}"}}[company]
        start = draw(st.floats(0.0, one[0]["took"] * 0.99 if company == "twin" else 20.0))
        kind = obedient if company == "twin" else draw(st.sampled_from((obedient, refused)))
        tries += draw(kind(draw(st.sampled_from(sorted(TELLING))), start, **fields))
    return sorted(tries, key=lambda each: each["at"])


@given(crowds())
@QUICK
def test_a_client_that_obeys_is_never_accused_whoever_runs_beside_it(tries):
    client = Record()
    for each in tries:
        client.ask(**each)
    verdict = client.judge()
    assert [finding.id for finding in verdict.findings if finding.severity != "note"] == [], verdict.findings
