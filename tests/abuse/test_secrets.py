"""What looks like a key is in no log, wherever a client put it."""

from __future__ import annotations

import pytest

KEYS = ["sk-proj-abcdefghijklmnop0123456789", "sk-ant-api03-abcdefghijklmnop", "AIzaSyA-abcdefghijklmnopqrstuvwxyz012345"]


@pytest.fixture(params=KEYS, ids=["openai", "anthropic", "google"])
def key(request):
    return request.param


@pytest.fixture
def server(arena):
    return arena(verbose=True, api_keys=["sk-the-good-key-0123456789abcdef"], only_listed_models=True)


def everywhere(key, chat):
    """Requests that carry a key in every place."""
    yield chat(), "/v1/chat/completions", (f"Authorization: Bearer {key}",)
    yield chat(), "/v1/chat/completions", (f"X-Api-Key: {key}",)
    yield chat(), "/v1/chat/completions", (f"Api-Key: {key}",)
    yield chat(), f"/v1/chat/completions?key={key}", ()
    yield chat(), f"/v1/chat/completions?fail={key}", ()
    yield chat(), f"/v1/{key}", ()
    for good in ((), ("Authorization: Bearer sk-the-good-key-0123456789abcdef",)):
        yield chat(f"my key is {key}"), "/v1/chat/completions", good
        yield chat(model=key), "/v1/chat/completions", good
        yield chat() | {"api_key": key}, "/v1/chat/completions", good
        yield f'{{"api_key": "{key}", broken'.encode(), "/v1/chat/completions", good
        yield chat(), "/v1/chat/completions", (*good, f"X-Understudy-Session: {key}")
        yield chat(), "/v1/chat/completions", (*good, f"X-Understudy-Rule: {key}")
        yield chat(), "/v1/chat/completions", (*good, f"X-Understudy-Fault: {key}")
        yield chat(), "/v1/chat/completions", (*good, f"Cookie: session={key}")


def test_no_key_is_logged(server, chat, key):
    client = server.client()
    for body, path, fields in everywhere(key, chat):
        assert client.post(body, path, *fields).answer().status < 500
    assert server.log.count('"event":"request"') >= 14
    assert key not in server.log
    assert key[8:] not in server.log
    assert "sk-the-good-key" not in server.log


def test_no_key_stays_in_the_headers_the_journal_keeps(server, chat, key):
    client = server.client()
    client.post(chat(), "/v1/chat/completions", f"Authorization: Bearer {key}", f"X-Api-Key: {key}").answer()
    (kept,) = server.service.journal.list()
    assert set(kept.secret_free) > {"authorization", "x-api-key"}
    assert key not in str(kept.secret_free)


def test_a_wrong_key_is_not_repeated_to_the_client(server, chat, key):
    answer = server.client().post(chat(), "/v1/chat/completions", f"Authorization: Bearer {key}").answer()
    assert answer.status == 401
    assert key.encode() not in answer.body


def test_an_internal_error_is_logged_without_the_key(arena, chat, key):
    server = arena()

    def broken(*_, **__):
        raise ValueError(f"cannot use {key}")

    server.service.engine._answer = broken
    answer = server.client().post(chat()).answer()
    assert answer.status == 500
    assert key.encode() not in answer.body
    log = server.log
    server.out.truncate(0)  # this error was wanted
    assert "ValueError" in log
    assert key not in log
