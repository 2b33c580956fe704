"""Finished exchanges."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from understudy.model.exchange import Context, Exchange
from understudy.model.http import Request, RequestHead
from understudy.observe.finished import Finished
from understudy.observe.readings import Readings, Timekeeping
from understudy.runtime.lateness import Lateness


def build_exchange(**fields: Any) -> Exchange:
    path = fields.pop("path", "/v1/chat/completions")
    head = RequestHead(fields.pop("method", "POST"), path, path, "", {})
    context = Context(
        session=fields.pop("session", "default"),
        dialect=fields.pop("dialect", "openai_chat"),
        operation=fields.pop("operation", "chat"),
    )
    request = Request(head, fields.pop("body", b"{}"), 0.0)
    return Exchange(fields.pop("started", 1.5), request, context, fields.pop("model", "gpt-4o-mini"), **fields)


@pytest.fixture
def make_exchange():
    return build_exchange


@pytest.fixture
def queue():
    """What a simulated engine tells of itself."""
    counts = {"waiting": 4, "running": 8, "preemptions": 1, "prefix_queries": 100, "prefix_hits": 60, "rejected": 2}
    cache = {"kv_used": 0.75, "block_size": 16, "blocks": 25_000, "prefix_cache": True}
    return SimpleNamespace(**counts, **cache, running_adapters=("sql",), waiting_adapters=("math", "sql"), max_num_seqs=8)


@pytest.fixture
def readings():
    """One look at instruments that have seen a little of everything."""
    measured = Lateness()
    measured.late.add_exactly(0.001)
    measured.lag.add_exactly(0.0005)
    measured.first(0.25, 0.251)
    measured.itl_planned.add_exactly(0.02)
    measured.itl_actual.add_exactly(0.021)
    measured.kept_back, measured.pauses, measured.paused_seconds, measured.streams = 39, 2, 0.5, 5
    period = Timekeeping(measured.late.histogram(), measured.lag.histogram())
    finished = Finished()
    finished.add([build_exchange(duration=0.5, prompt_tokens=30, completion_tokens=12)], in_detail=True)
    row = {"model": "gpt-4o", "dialect": "openai", "operation": "chat"}
    gone = {"outcomes": {"client_gone": 1}, "finishes": {}}
    counts = {
        "by": [
            {**row, "status": 200, "requests": 3, "prompt_tokens": 30, "completion_tokens": 12, **gone},
            {**row, "status": 429, "requests": 1, "prompt_tokens": 0, "completion_tokens": 0, "outcomes": {}, "finishes": {}},
        ],
        **gone,
    }

    def made(period: Timekeeping = period, **fields: Any) -> Readings:
        return Readings("1.2.3", 60.0, "llama", 9, False, 0.01, counts, {"gpt-4o": finished}, measured, period, **fields)

    return made
