"""Retries of what was refused for good."""

import pytest

from understudy.model.reply import Failure, Reply

REFUSED = [
    (400, "invalid_request"),
    (401, "unauthorized"),
    (403, "forbidden"),
    (404, "model_not_found"),
    (422, "unprocessable"),
]
REFUSED += [(400, "content_filter"), (400, "context_length"), (429, "insufficient_quota")]


@pytest.mark.parametrize(("status", "failure"), REFUSED)
def test_a_refusal_tried_again_is_found(client, status, failure):
    client.ask(status=status, failure=failure)
    client.ask(after=1.0, status=status, failure=failure)
    client.ask(after=2.0, status=status, failure=failure)
    assert client.ids() == ["pointless-retry"]
    assert client.finding("pointless-retry").seen == f"A {status} ({failure.replace('_', ' ')}) was tried again 2 times."


def test_one_that_says_it_is_a_retry_is_found_at_any_distance(client):
    client.ask(status=400, number=0)
    client.ask(after=60.0, status=400, number=1)
    assert client.ids() == ["pointless-retry"]


def test_the_same_mistake_made_anew_is_not(client):
    client.ask(status=400, number=0)
    client.ask(after=60.0, status=400, number=0)
    client.ask("by hand", status=400)
    client.ask("by hand", after=60.0, status=400)
    assert client.ids() == []


def test_a_loop_around_an_official_client_is_found(client):
    for _ in range(8):
        client.ask(after=0.01, status=401, number=0)
    assert client.finding("pointless-retry").seen == "A 401 (refusal) was tried again 7 times."


def test_another_key_or_model_is_another_matter(client):
    client.ask(status=401, key="old")
    client.ask(after=0.1, key="new")
    client.ask("b", status=404, model="gone")
    client.ask("b", after=0.1)
    assert client.ids() == []


def test_official_clients_retry_any_429_twice(client):
    for number in range(3):
        client.ask(after=0.5 * 2**number, status=429, failure="insufficient_quota", number=number)
    assert client.ids() == []
    client.ask(after=4.0, status=429, failure="insufficient_quota", number=3)
    assert client.ids() == ["pointless-retry"]


@pytest.mark.parametrize(("told", "found"), [("true", []), ("false", ["pointless-retry"])])
def test_a_server_may_ask_for_another_try(client, told, found):
    client.ask(status=400, reply=Reply(failure=Failure(400, "invalid_request", headers=(("x-should-retry", told),))))
    client.ask(after=0.5)
    assert client.ids() == found
