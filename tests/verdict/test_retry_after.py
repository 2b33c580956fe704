"""Retry-After ignored."""

import pytest

from understudy.model.reply import Failure, Raw, Reply


def test_a_try_that_comes_too_early_is_found(client):
    client.ask(status=429, failure="rate_limit", retry_after=2.0)
    client.ask(after=0.5)
    finding = client.finding("retry-after-ignored")
    assert finding.seen == "A 429 asked for 2.0 s; the next try came after 500 ms."
    assert finding.evidence == tuple(exchange.request_id for exchange in client.exchanges)


@pytest.mark.parametrize("waited", [1.96, 2.0, 30.0])
def test_a_try_in_time_is_not(client, waited):
    client.ask(status=429, failure="rate_limit", retry_after=2.0)
    client.ask(after=waited)
    assert client.ids() == []


def test_another_model_or_key_need_not_wait(client):
    client.ask(status=429, failure="rate_limit", retry_after=2.0, key="a")
    client.ask(key="b")
    client.ask("other", status=429, failure="rate_limit", retry_after=2.0)
    client.ask("other", model="gpt-4o-mini")
    assert client.ids() == []


def test_a_key_in_the_query_is_a_key(client):
    client.ask(status=429, failure="rate_limit", retry_after=2.0, query="key=a")
    client.ask(query="key=b")
    client.ask("other", status=429, failure="rate_limit", retry_after=2.0, query="key=a")
    client.ask("other", query="alt=sse&key=a")
    assert client.finding("retry-after-ignored").count == 1


def test_a_loop_around_an_official_client_has_no_such_excuse(client):
    client.ask(status=429, failure="rate_limit", retry_after=90.0, number=0)
    client.ask(after=0.5, number=0)
    assert client.ids() == ["retry-after-ignored"]


def test_official_clients_may_find_a_minute_too_long(client):
    client.ask(status=429, failure="rate_limit", retry_after=90.0, number=0)
    client.ask(after=0.5, number=1)
    assert client.ids() == []


@pytest.mark.parametrize(
    "answer",
    [
        Reply(failure=Failure(429, "rate_limit", headers=(("Retry-After", "2"),))),
        Reply(raw=Raw(429, (("retry-after-ms", "2000"),))),
        Reply(raw=Raw(429, (("retry-after", "Tue, 14 Nov 2023 22:13:22 GMT"),))),
    ],
)
def test_a_wait_in_the_headers_of_a_script_counts(client, answer):
    client.ask(status=429, reply=answer)
    client.ask(after=0.5)
    assert client.finding("retry-after-ignored").seen == "A 429 asked for 2.0 s; the next try came after 500 ms."


@pytest.mark.parametrize("dialect", ["gemini", "openai"])
def test_what_a_refusal_notes_is_asked_of_every_provider(client, dialect):
    client.ask(status=429, failure="rate_limit", retry_after=1.5, dialect=dialect)
    client.ask(after=1.0, dialect=dialect)
    assert client.ids() == ["retry-after-ignored"]
