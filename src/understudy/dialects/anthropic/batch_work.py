"""The work on a batch: its requests are answered one by one, and at its end their results are kept (wire.md 11.7).

In: a batch that is kept, an agent that asks the server. Out: waits between two requests. A batch that is gone from the store is
not gone on with; one that is being cancelled, or is too old, ends with what was done so far.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from understudy.dialects.anthropic.batch_items import Item
from understudy.dialects.anthropic.kept import Json, spelled
from understudy.model.ports import Agent, Store, Told
from understudy.untrusted import NOT_JSON

BATCHES, RESULTS = "anthropic-batch", "anthropic-batch-results"
DAY = 86_400
ENDS = "ends"  # the moment a batch is too old, in unix seconds, which is no member of the wire
_PATH = "/v1/messages"
_BEFORE = 0.02  # seconds until a batch is looked at
_BETWEEN = 0.001  # seconds between two requests
_LARGEST = 96 << 20  # bytes of results
_FULL = "This request was not executed because the batch's results take too much room."
_STREAMED = "`stream=True` is not supported in the Message Batches API"

Rest = Literal["canceled", "expired", ""]


class Job(Struct):
    """A batch under way, and what was made of it so far."""

    identifier: str
    items: tuple[Item, ...]
    store: Store
    agent: Agent
    rows: list[bytes] = []
    counts: dict[str, int] = {}
    size: int = 0


class _Params(Struct, gc=False):
    stream: Any = None


_params = msgspec.json.Decoder(_Params).decode


def find(store: Store, name: str) -> Json | None:
    """Look a batch up."""
    data = store.get(BATCHES, name)
    return None if data is None else msgspec.json.decode(data)


def keep(store: Store, document: Json) -> None:
    """Keep a batch, new or changed."""
    store.put(BATCHES, document["id"], msgspec.json.encode(document))


def counted(**counts: int) -> dict[str, int]:
    """Write how many requests there are of each kind."""
    return {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0} | counts


def work(job: Job) -> Iterator[float]:
    """Do all the work; yields the seconds to wait before going on."""
    yield _BEFORE
    for at, item in enumerate(job.items):
        document = find(job.store, job.identifier)
        if document is None:
            return
        rest = _why_not(job, document)
        if rest:
            for left in job.items[at:]:
                _add(job, left, {"type": rest})
            break
        _add(job, item, _result(job, item))
        yield _BETWEEN
    document = find(job.store, job.identifier)
    if document is not None:
        _end(job, document)


def _why_not(job: Job, document: Json) -> Rest:
    """Why a batch is not gone on with, "" when it is."""
    if document["processing_status"] == "canceling":
        return "canceled"
    return "expired" if job.agent.wall() >= document[ENDS] else ""


def _result(job: Job, item: Item) -> Json:
    """Ask one request, unless a batch does not ask such."""
    if job.size > _LARGEST:
        return _error("api_error", _FULL)
    try:
        streams = _params(item.params).stream is True
    except NOT_JSON:
        streams = False
    if streams:
        return _refused({"type": "invalid_request_error", "message": _STREAMED})
    return _told(job.agent.ask(_PATH, item.params))


def _told(told: Told) -> Json:
    """The result that an answer is; what is not the API's is an error of the server."""
    try:
        answered: Any = msgspec.json.decode(told.body)
    except NOT_JSON:
        answered = None
    kind = answered.get("type") if isinstance(answered, dict) else None
    if kind == "message" and told.status < 400:
        if isinstance(answered.get("usage"), dict):
            answered["usage"]["service_tier"] = "batch"
        return {"type": "succeeded", "message": answered}
    if kind == "error" and told.status < 500 and isinstance(answered.get("error"), dict):
        return _refused(answered["error"])
    if kind == "error":
        return {"type": "errored", "error": answered}
    return _error("api_error", "Internal server error")


def _refused(error: Json) -> Json:
    """The result that says what was wrong with a request, which had no identifier of its own (captured in September 2026)."""
    said = {"details": {"error_visibility": "user_facing"}, **error}
    return {"type": "errored", "error": {"type": "error", "error": said, "request_id": None}}


def _error(kind: str, message: str) -> Json:
    return {"type": "errored", "error": {"type": "error", "error": {"type": kind, "message": message}, "request_id": None}}


def _add(job: Job, item: Item, result: Json) -> None:
    row = msgspec.json.encode({"custom_id": item.custom_id, "result": result})
    job.rows.append(row)
    job.size += len(row)
    kind = result["type"]
    job.counts[kind] = job.counts.get(kind, 0) + 1


def _end(job: Job, document: Json) -> None:
    """Keep the results, and the end of the batch; only now it is counted what became of its requests."""
    job.store.put(RESULTS, job.identifier, b"\n".join([*job.rows, b""]))
    document |= {"processing_status": "ended", "ended_at": spelled(job.agent.wall()), "request_counts": counted(**job.counts)}
    keep(job.store, document)
    job.rows = []
