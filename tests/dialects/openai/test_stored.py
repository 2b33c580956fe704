"""Which completions are kept when their answers come to harm."""

from __future__ import annotations

import pytest

from understudy.model.plan import Delivery, Plan, spelled_out

CHAT = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "ping"}], "store": True}


@pytest.fixture
def kept(engine, make_request, respond):
    """Ask for a completion that is to be kept, let its answer end in some way, and say what is kept."""
    to = engine()

    def found(outcome="done", fault="", **fields):
        head = {"x-understudy-fault": fault} if fault else {}
        answer = to.respond(make_request({**CHAT, **fields}, headers=head))
        if isinstance(answer, Plan):
            sent = b"".join(step for step in spelled_out(answer.steps) if isinstance(step, bytes))
            answer.ended(Delivery(outcome, len(sent)))
        listed = respond(to, make_request(b"", "/v1/chat/completions", method="GET")).json["data"]
        return [completion["choices"][0]["message"]["role"] for completion in listed]

    return found


@pytest.mark.parametrize("stream", [False, True])
def test_what_was_answered_is_kept(kept, stream):
    assert kept(stream=stream) == ["assistant"]


@pytest.mark.parametrize("outcome", ["aborted", "closed", "client_gone"])
def test_a_stream_that_broke_off_leaves_none(kept, outcome):
    assert kept(outcome, "reset;event=3", stream=True) == []


def test_a_stream_that_failed_leaves_none(kept):
    assert kept(fault="error-event;event=3", stream=True) == []


@pytest.mark.parametrize("fault", ["error-event;event=3;then=go-on", "error-event;at=end", "early-end"])
def test_a_stream_that_came_to_its_end_all_the_same_is_kept(kept, fault):
    assert kept(fault=fault, stream=True) == ["assistant"]


def test_a_whole_answer_is_made_before_its_connection_breaks(kept):
    assert kept("aborted", "reset") == ["assistant"]


def test_who_does_not_wait_for_a_whole_answer_cancels_it(kept):
    assert kept("client_gone", "hang") == []


def test_leniently_metadata_that_is_no_text_is_absent(engine, ask):
    to = engine(validation="lenient")
    path = f"/v1/chat/completions/{ask(CHAT, to=to).json['id']}"
    changed = ask({"metadata": {"a": "b", "c": ["x"], "d": {}}}, path, to=to).json
    assert changed["metadata"] == {"a": "b"}
    for query in ("", "?metadata[a]=b"):
        assert ask(b"", f"/v1/chat/completions{query}", method="GET", to=to).json["data"] == [changed]
