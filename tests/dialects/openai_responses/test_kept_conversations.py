"""When the items of a response come to its conversation, and what that keeps waiting."""

from __future__ import annotations

import pytest

SLOW = """
timing: {ttft: 2s, itl: 1s}
rules:
  - reply: "one two three"
"""


@pytest.fixture
def client(talk):
    return talk(SLOW)


@pytest.fixture
def conversation(client):
    return client("POST", "/conversations", {}).json["id"]


def roles(client, conversation):
    return [item["role"] for item in client("GET", f"/conversations/{conversation}/items?order=asc").json["data"]]


def test_a_response_in_the_background_adds_its_items_when_it_has_run(client, conversation):
    made = client.create(background=True, conversation=conversation).json
    assert roles(client, conversation) == []
    client.clock.advance(3.0)
    assert roles(client, conversation) == []
    client.clock.advance(2.0)
    assert roles(client, conversation) == ["user", "assistant"]
    assert roles(client, conversation) == ["user", "assistant"]
    on = client.create("and?", conversation=conversation).json
    assert on["usage"]["input_tokens"] > client("GET", f"/responses/{made['id']}").json["usage"]["input_tokens"]


def test_a_conversation_is_busy_while_a_response_runs_in_it(client, conversation):
    client.create(background=True, conversation=conversation)
    refused = client.create("and?", conversation=conversation)
    words = "Another process is currently operating on this conversation. Please retry in a few seconds."
    assert (refused.status, refused.error) == (400, (words, "conversation", "conversation_locked"))
    client.clock.advance(5.0)
    assert client.create("and?", conversation=conversation).status == 200


def test_a_stream_keeps_it_busy_until_it_ends(client, conversation):
    _, end = client.begin(conversation=conversation)
    assert client.create("and?", conversation=conversation).error[2] == "conversation_locked"
    end("done")
    assert client.create("and?", conversation=conversation).status == 200
    assert roles(client, conversation) == ["user", "assistant"] * 2


def test_a_whole_answer_keeps_it_busy_until_it_is_given(client, conversation):
    end = client.begin_whole(conversation=conversation)
    for how in ({}, {"stream": True}, {"background": True}):
        assert client.create("and?", conversation=conversation, **how).error[2] == "conversation_locked"
    assert roles(client, conversation) == []
    end("done")
    assert roles(client, conversation) == ["user", "assistant"]
    assert client.create("and?", conversation=conversation).status == 200


def test_who_does_not_wait_for_a_whole_answer_frees_it(client, conversation):
    client.begin_whole(conversation=conversation)("client_gone")
    assert client.create("and?", conversation=conversation).status == 200
    assert roles(client, conversation) == ["user", "assistant"]


def test_a_stream_that_is_read_slowly_keeps_it_busy_beyond_its_time(client, conversation):
    _, end = client.begin(conversation=conversation)
    client.clock.advance(60.0)
    assert client.create("and?", conversation=conversation).error[2] == "conversation_locked"
    end("done")
    assert client.create("and?", conversation=conversation).status == 200


def test_what_was_cancelled_adds_nothing_and_frees_the_conversation(client, conversation):
    made = client.create(background=True, conversation=conversation).json
    client("POST", f"/responses/{made['id']}/cancel")
    assert client.create("and?", conversation=conversation).status == 200
    client.clock.advance(60.0)
    assert roles(client, conversation) == ["user", "assistant"]


def test_what_failed_adds_nothing(talk):
    client = talk("rules: [{reply: {error: server_error}}]")
    conversation = client("POST", "/conversations", {}).json["id"]
    client.create(background=True, conversation=conversation)
    assert roles(client, conversation) == []


def test_what_was_deleted_while_it_ran_adds_nothing_and_frees_the_conversation_in_its_time(client, conversation):
    made = client.create(background=True, conversation=conversation).json
    client("DELETE", f"/responses/{made['id']}")
    assert client.create("and?", conversation=conversation).status == 400
    client.clock.advance(5.0)
    assert client.create("and?", conversation=conversation).status == 200
    assert roles(client, conversation) == ["user", "assistant"]


def test_lenient_validation_waits_for_nothing(talk):
    client = talk(SLOW, validation="lenient")
    conversation = client("POST", "/conversations", {}).json["id"]
    client.create(background=True, conversation=conversation)
    assert client.create("and?", conversation=conversation).status == 200


def test_counting_is_no_response(client, conversation):
    client.create(background=True, conversation=conversation)
    body = {"model": "gpt-4o-mini", "input": "and?", "conversation": conversation}
    assert client("POST", "/responses/input_tokens", body).status == 200
