"""Message batches: made, run, listed, cancelled, deleted; what is refused, and what leniency makes of it."""

from __future__ import annotations

import json

import pytest

RULES = "rules: [{when: {user: ping}, reply: pong}, {when: {user: no}, reply: {error: 529}}]"
PATH = "/v1/messages/batches"
COUNTS = {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
MEMBERS = (
    *("id", "type", "processing_status", "request_counts", "ended_at", "created_at", "expires_at", "archived_at"),
    *("cancel_initiated_at", "results_url"),
)


@pytest.fixture
def item(body):
    """A request of a batch."""
    return lambda name="a", text="ping", **fields: {"custom_id": name, "params": body(text, **fields)}


@pytest.fixture
def waiting(engine):
    """An engine whose jobs wait until they are played, and what plays them."""
    found = engine(RULES)
    jobs = []
    found.attend(jobs.append)

    def play():
        for plan in jobs:
            list(plan.steps)

    return found, play


def test_a_batch_is_run_to_its_end(engine, say, item):
    to = engine(RULES, validation="lenient")
    begun = say({"requests": [item("a"), item("b", "no"), item("c", stream=True)]}, PATH, to=to).json
    assert tuple(begun) == MEMBERS
    assert begun["id"].startswith("msgbatch_01")
    assert len(begun["id"]) == len("msgbatch_") + 24
    assert (begun["processing_status"], begun["request_counts"]) == ("in_progress", COUNTS | {"processing": 3})
    assert begun["ended_at"] is begun["results_url"] is None
    assert (begun["created_at"], begun["expires_at"]) == ("2023-11-14T22:13:20.000000Z", "2023-11-15T22:13:20.000000Z")
    ended = say(path=f"{PATH}/{begun['id']}", method="GET", to=to).json
    assert (ended["processing_status"], ended["ended_at"] is not None) == ("ended", True)
    assert ended["request_counts"] == COUNTS | {"succeeded": 1, "errored": 2}
    assert ended["results_url"] == f"http://test{PATH}/{begun['id']}/results"
    answer = say(path=f"{PATH}/{begun['id']}/results", method="GET", to=to)
    assert answer.headers["content-type"] == "application/x-jsonl"
    good, bad, streamed = [json.loads(row) for row in answer.body.splitlines()]
    assert list(good) == ["custom_id", "result"]
    assert (good["custom_id"], good["result"]["type"]) == ("a", "succeeded")
    assert good["result"]["message"]["content"] == [{"type": "text", "text": "pong"}]
    assert good["result"]["message"]["usage"]["service_tier"] == "batch"
    assert (bad["custom_id"], bad["result"]["type"]) == ("b", "errored")
    assert bad["result"]["error"]["error"] == {"type": "overloaded_error", "message": "Overloaded"}
    assert streamed["result"]["error"] == {
        "type": "error",
        "error": {
            "details": {"error_visibility": "user_facing"},
            "type": "invalid_request_error",
            "message": "`stream=True` is not supported in the Message Batches API",
        },
        "request_id": None,
    }


def test_the_address_of_the_results_is_the_one_the_client_knows(engine, say, item):
    to = engine(RULES, validation="lenient")
    begun = say({"requests": [item()]}, f"/anthropic{PATH}?beta=true", to=to).json
    head = {"host": "proxy:1", "x-forwarded-proto": "https"}
    ended = say(path=f"/anthropic{PATH}/{begun['id']}?beta=true", method="GET", headers=head, to=to).json
    assert ended["results_url"] == f"https://proxy:1/anthropic{PATH}/{begun['id']}/results"


def test_batches_are_listed_the_newest_first(waiting, say, item):
    to, _ = waiting
    ids = [say({"requests": [item()]}, PATH, to=to).json["id"] for _ in range(3)]
    assert len(set(ids)) == 3
    first = say(path=f"{PATH}?limit=2", method="GET", to=to).json
    assert [batch["id"] for batch in first["data"]] == ids[:0:-1]
    assert (first["has_more"], first["first_id"], first["last_id"]) == (True, ids[2], ids[1])
    rest = say(path=f"{PATH}?limit=2&after_id={ids[1]}", method="GET", to=to).json
    assert ([batch["id"] for batch in rest["data"]], rest["has_more"]) == ([ids[0]], False)


def test_a_batch_is_cancelled_then_deleted(waiting, say, item, refusal):
    to, play = waiting
    name = say({"requests": [item()]}, PATH, to=to).json["id"]
    path = f"{PATH}/{name}"
    early = say(path=f"{path}/results", method="GET", to=to)
    told = {"type": "not_found_error", "message": f"Message Batch {name} has no available results."}
    assert (early.status, early.json["error"]) == (404, told)
    said = "In progress batches cannot be deleted. Consider canceling the batch instead."
    assert refusal(b"", path=path, method="DELETE", to=to) == said
    begun = say(path=f"{path}/cancel", to=to).json
    assert (begun["processing_status"], begun["cancel_initiated_at"] is not None) == ("canceling", True)
    assert say(path=f"{path}/cancel", to=to).json == begun
    play()
    ended = say(path=path, method="GET", to=to).json
    assert (ended["processing_status"], ended["request_counts"]) == ("ended", COUNTS | {"canceled": 1})
    assert say(path=f"{path}/results", method="GET", to=to).json == {"custom_id": "a", "result": {"type": "canceled"}}
    assert "cannot be canceled" in refusal(b"", path=f"{path}/cancel", to=to)
    assert say(path=path, method="DELETE", to=to).json == {"id": ended["id"], "type": "message_batch_deleted"}
    for tail, method in (("", "GET"), ("/results", "GET"), ("/cancel", "POST"), ("", "DELETE")):
        gone = say(path=path + tail, method=method, to=to)
        assert gone.status == 404
        assert gone.json["error"] == {"type": "not_found_error", "message": f"Message Batch {name} not found."}


def test_what_is_wrong_is_said_at_once(refusal, item):
    assert refusal({}, path=PATH) == "requests: Field required"
    assert refusal({"requests": []}, path=PATH) == "requests: List should have at least 1 item after validation, not 0"
    said = "requests: custom_id's must be unique within a batch. Duplicate custom_id found: a"
    assert refusal({"requests": [item(), item()]}, path=PATH) == said


@pytest.mark.parametrize(
    ("tail", "method", "status"), [("/x/y", "GET", 404), ("/x", "POST", 405), ("/x/results", "DELETE", 404)]
)
def test_other_paths_lead_nowhere(say, tail, method, status):
    assert say(path=PATH + tail, method=method).status == status


def test_leniently_any_batch_has_ended(engine, say):
    to = engine(validation="lenient")
    found = say(path=f"{PATH}/mine", method="GET", to=to).json
    assert (found["id"], found["processing_status"]) == ("mine", "ended")
    assert say(path=f"{PATH}/mine/results", method="GET", to=to).body == b""
    assert say(path=f"{PATH}/mine/cancel", to=to).json["id"] == "mine"
    assert say(path=f"{PATH}/mine", method="DELETE", to=to).json["type"] == "message_batch_deleted"
    assert say(path=f"{PATH}?before_id=x&after_id=y", method="GET", to=to).json["data"] == []


def test_requests_are_asked_as_who_made_the_batch(engine, say, item):
    to = engine(RULES, api_keys=["sk-ant-any"])
    name = say({"requests": [item(), item("b", temperature=9)]}, PATH, to=to).json["id"]
    good, bad = [json.loads(row) for row in say(path=f"{PATH}/{name}/results", method="GET", to=to).body.splitlines()]
    assert good["result"]["type"] == "succeeded"
    assert bad["result"]["error"]["error"]["message"] == "temperature: range: 0..1"
    assert bad["result"]["error"]["error"]["details"] == {"error_visibility": "user_facing"}
