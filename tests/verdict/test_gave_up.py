"""Failures that nobody tried again."""

import pytest

from understudy.model.reply import Failure, Reply


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
def test_one_try_is_too_few(client, status):
    client.ask(status=status)
    assert client.ids() == ["gave-up-early"]
    assert client.finding("gave-up-early").seen == f"A request was given up after a {status}."


def test_a_connection_that_broke_before_the_answer_counts(client):
    client.ask(outcome="aborted", sent=0)
    assert client.finding("gave-up-early").seen == "A request was given up after a broken connection."


def test_two_tries_are_not(client):
    client.ask(status=500)
    client.ask(after=0.5, status=500)
    assert client.ids() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"status": 400},
        {"status": 429, "failure": "insufficient_quota"},
        {"status": 429, "retry_after": 90.0},
        {"outcome": "aborted", "stream": True},
        {"outcome": "client_gone"},
        {"outcome": "server_stopped"},
        {"operation": "models", "status": 500},
    ],
)
def test_some_failures_are_no_reason(client, fields):
    client.ask(**fields)
    assert client.ids() == []


def test_a_fresh_failure_may_still_be_tried_again(client):
    client.ask(status=500)
    assert client.ids(grace=5.0) == []
    client.now += 6.0
    assert client.ids(grace=5.0) == ["gave-up-early"]


def test_going_elsewhere_is_no_giving_up(client):
    client.ask(status=500, number=0)
    client.ask(model="gpt-4o-mini", number=0)
    assert client.ids() == []


def test_an_answer_of_before_is_none_to_this_request(client):
    client.ask()
    client.ask(after=5.0, status=500)
    assert client.ids() == ["gave-up-early"]


def test_an_answer_that_comes_while_another_try_fails_is_one(client):
    client.ask(at=0.0, took=5.0, headers={"idempotency-key": "a"})
    client.ask(at=1.0, took=0.2, status=500, headers={"idempotency-key": "b"})
    assert client.ids() == []


def test_one_that_came_while_the_try_that_failed_was_under_way_is_too(client):
    client.ask(at=0.0, took=2.0, status=500)
    client.ask(at=0.5, took=0.2)
    assert client.ids() == []


@pytest.mark.parametrize("number", [0, None])
def test_equal_requests_together_whose_retries_nobody_can_tell_apart_are_not(client, number):
    for at in (0.0, 1.1, 3.4, 7.6):
        client.ask(at=at, status=503, number=number)
        client.ask(at=at + 0.05, status=503, number=number)
    assert client.ids() == []


@pytest.mark.parametrize("number", [0, None])
def test_equal_requests_together_that_nobody_tried_again_are(client, number):
    for at in range(20):
        client.ask(at=at / 1000, status=503, number=number)
    assert client.finding("gave-up-early").count == 20


def test_another_key_is_another_try(client):
    client.ask(status=500, key="a")
    client.ask(after=0.5, status=500, key="b")
    assert client.ids() == []


@pytest.mark.parametrize("numbers", [(0, 0, 0, 0), (0, 1, 2, 3, 0, 0, 0), (0, 1, 2, 0, 1, 2)])
def test_loops_around_official_clients_do_not_give_up(client, numbers):
    for at, number in enumerate(numbers):
        client.ask(after=0.5 * 1.7**at, status=503, number=number)
    assert client.ids() == []
    assert client.judge().requests == 1


def test_what_another_session_got_is_no_answer(client):
    client.ask(status=500, session="a")
    client.ask(session="b")
    assert client.ids() == ["gave-up-early"]


@pytest.mark.parametrize(("told", "found"), [("false", []), ("true", ["gave-up-early"])])
def test_a_server_may_forbid_another_try(client, told, found):
    client.ask(status=500, reply=Reply(failure=Failure(500, "server_error", headers=(("x-should-retry", told),))))
    assert client.ids() == found


def form(boundary, text=b"RIFF"):
    parts = b'--%b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n%b\r\n--%b--\r\n'
    return parts % (boundary, text, boundary)


def test_a_form_is_the_same_under_another_boundary(client):
    client.ask(body=form(b"1f2e"), status=503, number=0)
    client.ask(body=form(b"3d4c"), after=0.5, number=1)
    assert client.ids() == []


def test_another_form_is_another_request(client):
    client.ask(body=form(b"1f2e"), status=503, number=0)
    client.ask(body=form(b"1f2e", b"OggS"), after=0.5, number=0)
    assert client.ids() == ["gave-up-early"]
