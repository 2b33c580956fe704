"""Tries without a pause that grows."""

import pytest


def retry(client, *pauses, **fields):
    client.ask(status=500, **fields)
    for pause in pauses:
        client.ask(after=pause, status=500, **fields)
    client.ask(after=20.0)


def test_tries_at_once_are_found(client):
    retry(client, 0.01, 0.01)
    assert client.ids() == ["no-backoff"]
    assert client.finding("no-backoff").seen == "2 tries of one request came less than 20 ms after a failure."


def test_pauses_that_do_not_grow_are_found(client):
    client.ask(status=500)
    for _ in range(3):
        client.ask(after=1.0, status=500)
    client.ask(after=1.0)
    assert client.finding("no-backoff").seen == "4 pauses of one request were all 1.0 s long."


@pytest.mark.parametrize("pauses", [(0.01,), (0.4, 0.9), (0.5, 1.0, 2.0, 4.0, 8.0, 7.0, 8.0)])
def test_growing_pauses_and_one_quick_try_are_not(client, pauses):
    retry(client, *pauses)
    assert client.ids() == []


@pytest.mark.parametrize("pauses", [(0.05, 0.09, 1.2), (0.01, 0.03, 0.7), (3.0, 2.0, 1.0), (1.0, 0.8, 1.2, 0.9)])
def test_pauses_that_a_random_back_off_can_draw_are_not(client, pauses):
    retry(client, *pauses)
    assert client.ids() == []


def test_three_short_pauses_are_found(client):
    retry(client, 0.05, 0.09, 0.07)
    assert client.finding("no-backoff").seen == "3 tries of one request came less than 100 ms after a failure."


def test_pauses_shorter_than_the_server_asked_for_count(client):
    for _ in range(3):
        client.ask(after=0.01, status=429, failure="rate_limit", retry_after=1.0)
    assert client.ids() == ["no-backoff", "retry-after-ignored"]


def test_pauses_the_server_asked_for_do_not_count(client):
    for _ in range(4):
        client.ask(after=1.0, status=429, failure="rate_limit", retry_after=1.0)
    client.ask(after=1.0)
    assert client.ids() == []


def test_tries_at_once_after_answers_that_broke_are_found(client):
    for _ in range(3):
        client.ask(after=0.01, stream=True, outcome="aborted", sent=100)
    assert client.ids() == ["no-backoff"]
