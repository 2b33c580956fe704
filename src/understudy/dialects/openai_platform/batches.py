"""The batches API (wire.md 9.5): create, look at, cancel, list. The work itself is in `batch_work`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Moment, Options
from understudy.dialects._openai.check import Check, fields, missing, one_of, string
from understudy.dialects._openai.check_texts import metadata
from understudy.dialects._openai.listing import nowhere, page
from understudy.dialects._session import agent_of, store_of
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import Ask, Json, found_or, json_body, stored
from understudy.dialects.openai_platform.batch_lines import ENDPOINTS
from understudy.dialects.openai_platform.batch_work import BATCHES, Job, find_batch, keep_batch, work
from understudy.dialects.openai_platform.files import MONTH, check_lifetime
from understudy.dialects.openai_platform.names import digits, letters
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply

_DAY = 86_400
_OPEN = ("validating", "in_progress", "finalizing")
_MOMENTS = (
    *("in_progress_at", "expires_at", "finalizing_at", "completed_at", "failed_at", "expired_at", "cancelling_at"),
    "cancelled_at",
)


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("input_file_id", string),
    ("endpoint", one_of(*ENDPOINTS)),
    ("completion_window", one_of("24h")),
    ("metadata", metadata),
    ("output_expires_after", check_lifetime),
)


def created(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /batches."""
    ask = json_body(request, options)
    if options.strict:
        for name in ("input_file_id", "endpoint", "completion_window"):
            if ask.fields.get(name) is None:
                missing(name)
        fields(ask.fields, _CHECKS)
    return stored(ask, request, params, options)


def create(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Begin a batch: its requests are answered from now on."""
    ask: Ask = call.extra
    agent = agent_of(moment)
    document = _new(ask, digits(moment, "batch_"), moment.created)
    keep_batch(store_of(moment), document)
    names = (letters(moment, "file-", 22), letters(moment, "file-", 22))
    models = tuple(listed.id for listed in moment.options.listed) if moment.options.only_listed else None
    job = Job(document["id"], store_of(moment), agent, moment.random, names, _lifetime(ask), models)
    agent.later(work(job))
    return body(document)


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /batches."""
    ask: Ask = call.extra
    store = store_of(moment)
    found = [find_batch(store, name) for name in store.names(BATCHES)]
    documents = [document for document in found if document is not None]
    return body(page(documents, ask.query, strict=ask.strict))


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /batches/{id}."""
    ask: Ask = call.extra
    if len(ask.path) != 1:
        raise nowhere("GET", "batches", ask.path)
    return body(_found(ask, moment))


def cancel(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /batches/{id}/cancel; what is over cannot be cancelled."""
    ask: Ask = call.extra
    if ask.path[1:] != ("cancel",):
        raise nowhere("POST", "batches", ask.path)
    document = _found(ask, moment)
    if document["status"] in _OPEN:
        document |= {"status": "cancelling", "cancelling_at": moment.created}
        keep_batch(store_of(moment), document)
    elif ask.strict and document["status"] != "cancelling":
        message = f"Cannot cancel a batch with status '{document['status']}'."
        raise RequestError(Failure(409, "conflict", message, type="invalid_request_error"))
    return body(document)


def _lifetime(ask: Ask) -> int:
    """For how many seconds the files of a batch stay."""
    wanted = ask.fields.get("output_expires_after")
    seconds = wanted.get("seconds") if isinstance(wanted, dict) else None
    return seconds if isinstance(seconds, int) and not isinstance(seconds, bool) else MONTH


def _new(ask: Ask, identifier: str, created_at: int) -> Json:
    given: Any = ask.fields.get("metadata")
    document: Json = {
        "id": identifier,
        "object": "batch",
        "endpoint": ask.text("endpoint") or ENDPOINTS[0],
        "model": None,
        "errors": None,
        "input_file_id": ask.text("input_file_id"),
        "completion_window": ask.text("completion_window") or "24h",
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": created_at,
        **dict.fromkeys(_MOMENTS),
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": None,
        "metadata": {name: str(text) for name, text in given.items()} if isinstance(given, dict) else None,
    }
    document["expires_at"] = created_at + _DAY
    return document


def _found(ask: Ask, moment: Moment) -> Json:
    identifier = ask.path[0] if ask.path else ""
    made_up = {"status": "completed", "completed_at": moment.created}
    return found_or(
        find_batch(store_of(moment), identifier),
        lambda: _new(Ask({}, strict=False), identifier, moment.created) | made_up,
        ask,
        f"No batch found with id '{identifier}'.",
    )
