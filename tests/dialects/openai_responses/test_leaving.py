"""What is kept of a response in the foreground whose answer came to harm."""

from __future__ import annotations

import gc

import pytest

from understudy.dialects.openai_responses.events import Events
from understudy.dialects.openai_responses.kept import KeptResponse
from understudy.dialects.openai_responses.leaving import Leaving

SLOW = """
timing: {ttft: 2s, itl: 1s}
rules:
  - reply: "one two three"
"""


def struck(fault, **fields):
    return {"stream": True, **fields}, {"headers": {"x-understudy-fault": fault}}


def post(client, fault, **fields):
    body, head = struck(fault, model="gpt-4o-mini", input="ping", **fields)
    return client("POST", "/responses", body, **head)


def items(client, conversation):
    return client("GET", f"/conversations/{conversation}/items?order=asc").json["data"]


def conversation_of(client):
    return client("POST", "/conversations", {}).json["id"]


def test_a_stream_that_failed_is_kept_as_it_told(talk):
    client = talk()
    conversation = conversation_of(client)
    told = post(client, "error-event;event=6;error=rate_limit", conversation=conversation)
    assert told.kinds[-2:] == ["error", "failed"]
    last = told.events[-1]["response"]
    kept = client("GET", f"/responses/{last['id']}").json
    assert kept.pop("billing") == {"payer": "developer"}
    assert kept == last
    assert (kept["status"], kept["error"]["code"], kept["output"]) == ("failed", "rate_limit_exceeded", [])
    assert items(client, conversation) == []
    assert client.create("and?", conversation=conversation).status == 200


def test_a_stream_that_goes_on_behind_the_error_is_kept_whole(talk):
    client = talk()
    told = post(client, "error-event;event=6;then=go-on").events[-1]["response"]
    assert client("GET", f"/responses/{told['id']}").json["status"] == "completed"


def test_an_error_behind_the_end_changes_nothing(talk):
    client = talk()
    told = post(client, "error-event;at=end")
    assert told.kinds[-2:] == ["completed", "error"]
    assert client("GET", f"/responses/{told.events[0]['response']['id']}").json["status"] == "completed"


@pytest.mark.parametrize("fault", ["reset;event=6", "close;event=6", "hang;event=6"])
def test_what_was_made_before_the_connection_broke_is_kept_but_no_conversation_gets_it(talk, fault):
    client = talk()
    conversation = conversation_of(client)
    told = post(client, fault, conversation=conversation)
    assert "completed" not in told.kinds
    kept = client("GET", f"/responses/{told.events[0]['response']['id']}").json
    assert (kept["status"], len(kept["output"])) == ("completed", 1)
    assert items(client, conversation) == []


@pytest.mark.parametrize("fault", ["truncated-json", "early-end", "missing-finish"])
def test_what_only_spoils_the_events_changes_nothing_that_is_kept(talk, fault):
    client = talk()
    conversation = conversation_of(client)
    told = post(client, fault, conversation=conversation)
    assert client("GET", f"/responses/{told.events[0]['response']['id']}").json["status"] == "completed"
    assert len(items(client, conversation)) == 2


def test_who_leaves_while_it_is_made_cancels_it(talk):
    client = talk(SLOW)
    conversation = conversation_of(client)
    identifier, end = client.begin(conversation=conversation)
    client.clock.advance(3.0)
    end("client_gone")
    assert client("GET", f"/responses/{identifier}").status == 404
    assert client.create("and?", previous_response_id=identifier).error[2] == "previous_response_not_found"
    assert items(client, conversation) == []
    assert client.create("and?", conversation=conversation).status == 200


def test_who_leaves_when_it_is_made_leaves_it_there(talk):
    client = talk(SLOW)
    conversation = conversation_of(client)
    identifier, end = client.begin(conversation=conversation)
    client.clock.advance(4.5)
    end("client_gone")
    assert client("GET", f"/responses/{identifier}").json["status"] == "completed"
    assert items(client, conversation) == []


def test_a_response_is_not_there_before_it_is_over(talk):
    client = talk(SLOW)
    identifier, end = client.begin()
    assert client("GET", f"/responses/{identifier}").status == 404
    client.clock.advance(4.5)
    end("done")
    assert client("GET", f"/responses/{identifier}").json["status"] == "completed"


def test_a_whole_answer_is_made_before_its_connection_breaks(talk):
    client = talk()
    conversation = conversation_of(client)
    told = post(client, "reset", stream=False, conversation=conversation)
    assert (told.status, told.outcome) == (0, "aborted")
    assert len(items(client, conversation)) == 2


def test_who_does_not_wait_for_a_whole_answer_cancels_it(talk):
    client = talk()
    conversation = conversation_of(client)
    assert post(client, "hang", stream=False, conversation=conversation).outcome == "client_gone"
    assert items(client, conversation) == []


def test_nothing_is_kept_of_a_failure_that_nobody_wants_kept(talk):
    client = talk()
    told = post(client, "error-event;event=6", store=False)
    assert client("GET", f"/responses/{told.events[-1]['response']['id']}").status == 404


def test_http_1_0_ends_by_closing_and_that_is_no_harm(talk):
    client = talk()
    conversation = conversation_of(client)
    body = {"model": "gpt-4o-mini", "input": "ping", "stream": True, "conversation": conversation}
    told = client("POST", "/responses", body, version="1.0")
    assert told.outcome == "closed"
    assert len(items(client, conversation)) == 2


@pytest.mark.parametrize("how", [{}, {"stream": True}, {"stream": True, "background": True}])
@pytest.mark.parametrize("script", ["rules: [{reply: one}]", "rules: [{reply: {generate: {tokens: 9}}}]", "capacity: {}"])
def test_nothing_is_left_of_an_answer_but_what_is_kept(talk, script, how):
    client = talk(script)
    for _ in range(3):
        client.create(**how)
    gc.collect()
    assert [found for found in gc.get_objects() if isinstance(found, Leaving | KeptResponse | Events)] == []


class Working:
    """A simulated engine that takes a step when it is told to."""

    def __init__(self, client):
        self._plans, self._clock = [], client.clock
        client.engine.attend(self._plans.append)

    def step(self, times=1):
        while times:
            times -= self._go_on(next(self._plans[0].steps))

    def rest(self):
        for gate in self._plans[0].steps:
            if gate.at is None:
                return
            self._go_on(gate)

    def _go_on(self, gate):
        """Pass a gate at its moment, and shut it; say whether that took time."""
        wait, gate.at = max(0.0, gate.at - self._clock.monotonic()), None
        self._clock.advance(wait)
        return wait > 0


BUSY = "capacity: {decode-step: 1s, max-num-seqs: 1, max-waiting: 0}\nrules: [{reply: one two three}]"


def test_who_leaves_while_an_engine_makes_it_cancels_it(talk):
    client = talk(BUSY)
    engine, conversation = Working(client), conversation_of(client)
    identifier, end = client.begin(conversation=conversation)
    engine.step(2)
    end("client_gone")
    assert client("GET", f"/responses/{identifier}").status == 404
    assert items(client, conversation) == []


def test_who_leaves_when_an_engine_has_made_it_leaves_it_there(talk):
    client = talk(BUSY)
    engine, conversation = Working(client), conversation_of(client)
    identifier, end = client.begin(conversation=conversation)
    engine.rest()
    end("client_gone")
    assert client("GET", f"/responses/{identifier}").json["status"] == "completed"
    assert items(client, conversation) == []


def test_what_breaks_before_an_engine_has_made_it_is_not_there(talk):
    client = talk(BUSY)
    Working(client)
    told = post(client, "reset;event=3")
    assert told.outcome == "aborted"
    assert client("GET", f"/responses/{told.events[0]['response']['id']}").status == 404


def test_a_stream_that_an_engine_makes_keeps_its_conversation_busy(talk):
    client = talk(BUSY.replace("max-waiting: 0", "max-waiting: 9"))
    engine, conversation = Working(client), conversation_of(client)
    _, end = client.begin(conversation=conversation)
    assert client.create("and?", conversation=conversation).error[2] == "conversation_locked"
    engine.rest()
    end("done")
    assert len(items(client, conversation)) == 2


def test_what_an_engine_has_no_room_for_leaves_nothing(talk):
    client = talk(BUSY)
    Working(client)
    conversation = conversation_of(client)
    _, end = client.begin()
    for how in ({"stream": True}, {}):
        assert client.create("and?", conversation=conversation, **how).status == 503
    end("client_gone")
    assert items(client, conversation) == []
    assert client.create("and?", conversation=conversation).status == 200


WEI = {"wei": {"type": "integer", "maximum": 2**256 - 1}}
BIG = {"type": "function", "name": "pay", "strict": False, "parameters": {"type": "object", "properties": WEI}}


@pytest.mark.parametrize("how", [{}, {"stream": True}, {"background": True}])
def test_whole_numbers_of_any_size_are_kept(talk, how):
    client = talk()
    conversation = conversation_of(client)
    got = client.create([{"role": "user", "content": "hi"}], tools=[BIG], conversation=conversation, **how)
    made = got.events[-1]["response"] if got.is_stream else got.json
    kept = client("GET", f"/responses/{made['id']}").json
    assert kept["tools"][0]["parameters"]["properties"] == WEI
    assert client.create("and?", conversation=conversation).status == 200


def test_items_with_numbers_of_any_size_are_kept(talk):
    client = talk()
    item = {"type": "mcp_call", "server_label": "s", "name": "f", "arguments": "{}", "output": None, "amount": 10**30}
    conversation = client("POST", "/conversations", {"items": [item]}).json["id"]
    assert items(client, conversation)[0]["amount"] == 10**30


def test_a_response_that_cannot_be_kept_leaves_its_conversation_free(talk, monkeypatch):
    client = talk()
    conversation = conversation_of(client)

    def full(*_):
        raise MemoryError

    _, end = client.begin(conversation=conversation)
    with monkeypatch.context() as broken:
        broken.setattr("understudy.dialects.openai_responses.press.keep_told", full)
        with pytest.raises(MemoryError):
            end("done")
    assert client.create("and?", conversation=conversation).status == 200
