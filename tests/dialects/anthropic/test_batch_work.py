"""The work on a batch, step by step: cancelled, too old, forgotten, too large; and every kind of answer."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.anthropic import batch_work
from understudy.dialects.anthropic.batch_items import Item
from understudy.dialects.anthropic.batch_work import Job, counted, find, keep, work
from understudy.engine.store import MemoryStore
from understudy.model.ports import Told

GOOD = b'{"type": "message", "usage": {"service_tier": "standard"}}'


class Asked:
    """An agent that answers the same each time, and whose clock is set by hand."""

    def __init__(self) -> None:
        self.now, self.asked = 1000.0, []
        self.answer = Told(200, "", GOOD)

    def ask(self, path: str, body: bytes) -> Told:
        self.asked.append((path, body))
        return self.answer

    def later(self, job) -> None: ...

    def wall(self) -> float:
        return self.now


@pytest.fixture
def under_way():
    """A batch of ten requests, its agent and its work."""
    store, agent = MemoryStore().of("s"), Asked()
    keep(store, {"id": "m", "processing_status": "in_progress", "request_counts": counted(processing=10), "ends": 2000.0})
    return store, agent, work(Job("m", tuple(Item(f"{k}", b"{}") for k in range(10)), store, agent))


def results(store):
    return [json.loads(row)["result"] for row in store.get(batch_work.RESULTS, "m").splitlines()]


def take(steps, count: int) -> None:
    for _ in range(count):
        next(steps)


def test_it_counts_only_at_its_end(under_way):
    store, agent, steps = under_way
    take(steps, 4)
    assert agent.asked == [("/v1/messages", b"{}")] * 3
    assert find(store, "m")["request_counts"] == counted(processing=10)
    assert len(list(steps)) == 7
    batch = find(store, "m")
    assert (batch["processing_status"], batch["request_counts"]) == ("ended", counted(succeeded=10))
    assert batch["ended_at"] == "1970-01-01T00:16:40.000000Z"
    assert results(store)[0] == {"type": "succeeded", "message": {"type": "message", "usage": {"service_tier": "batch"}}}


@pytest.mark.parametrize("end", ["canceled", "expired"])
def test_what_was_not_asked_is_said_to_be_so(under_way, end):
    store, agent, steps = under_way
    take(steps, 4)
    if end == "canceled":
        keep(store, find(store, "m") | {"processing_status": "canceling"})
    else:
        agent.now = 2000.0
    assert list(steps) == []
    assert find(store, "m")["request_counts"] == counted(succeeded=3, **{end: 7})
    assert results(store)[3:] == [{"type": end}] * 7


def test_a_batch_that_is_forgotten_is_not_gone_on_with(under_way):
    store, agent, steps = under_way
    take(steps, 3)
    store.drop(batch_work.BATCHES, "m")
    assert list(steps) == []
    assert len(agent.asked) == 2
    assert store.get(batch_work.RESULTS, "m") is None


def test_results_are_bounded(under_way, monkeypatch):
    monkeypatch.setattr(batch_work, "_LARGEST", 200)
    store, agent, steps = under_way
    list(steps)
    assert 1 < len(agent.asked) < 10
    assert results(store)[-1]["error"]["error"]["type"] == "api_error"
    assert sum(find(store, "m")["request_counts"].values()) == 10


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, b'{"type": "error", "error": {"type": "rate_limit_error", "message": "m"}}', "rate_limit_error"),
        (500, b'{"error": {"message": "The connection was closed."}}', "api_error"),
        (502, b"<html>", "api_error"),
        (200, b"[1]", "api_error"),
    ],
)
def test_what_is_no_message_is_an_error(under_way, status, body, kind):
    store, agent, steps = under_way
    agent.answer = Told(status, "", body)
    list(steps)
    assert find(store, "m")["request_counts"] == counted(errored=10)
    error = results(store)[0]["error"]
    assert (error["type"], error["error"]["type"]) == ("error", kind)


def test_a_stream_is_not_asked_for(under_way):
    store, agent, _ = under_way
    list(work(Job("m", (Item("a", b'{"stream": true}'), Item("b", b'{"stream": false}')), store, agent)))
    assert agent.asked == [("/v1/messages", b'{"stream": false}')]
    assert results(store)[0]["error"]["error"]["message"].startswith("`stream=True` is not supported")
