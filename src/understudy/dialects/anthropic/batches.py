"""The message batches API (wire.md 11.7): create, look at, list, cancel, delete, results. The work is in `batch_work`.

Refusals have the words of answers that were captured in September 2026 (the notes on OpenRouter's adapter); only that of a
batch that has ended and is to be cancelled has words of our own. What nobody made is not found; leniently it counts as a batch
that has ended, without results.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects._session import agent_of, store_of
from understudy.dialects.anthropic.batch_items import Item, items_of
from understudy.dialects.anthropic.batch_work import BATCHES, DAY, ENDS, RESULTS, Job, counted, find, keep, work
from understudy.dialects.anthropic.check import refuse
from understudy.dialects.anthropic.kept import Ask, Json, ask, identifier, look_up, not_found, nowhere, spelled
from understudy.dialects.anthropic.pages import bounds, page_of
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Reply

_RESOURCE = "/messages/batches"


def created(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v1/messages/batches."""
    return ask(request, params, options, _RESOURCE, items_of(request.body, strict=options.strict))


def looked_up(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode a request for batches that are kept."""
    return ask(request, params, options, _RESOURCE)


def create(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Begin a batch: its requests are answered from now on."""
    wish: Ask = call.extra
    items: tuple[Item, ...] = wish.wanted
    agent = agent_of(moment)
    document = _new(identifier(moment, "msgbatch"), len(items), moment.wall)
    keep(store_of(moment), document)
    agent.later(work(Job(document["id"], items, store_of(moment), agent)))
    return _body(document, wish)


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /v1/messages/batches, the newest first."""
    wish: Ask = call.extra
    store = store_of(moment)
    names = store.names(BATCHES)[::-1]
    start, end, has_more = bounds(names, page_of(wish.parameters, strict=wish.strict), "batch", strict=wish.strict)
    page = [_shown(document, wish) for document in (find(store, name) for name in names[start:end]) if document is not None]
    first, last = (page[0]["id"], page[-1]["id"]) if page else (None, None)
    return Body(msgspec.json.encode({"data": page, "has_more": has_more, "first_id": first, "last_id": last}))


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /v1/messages/batches/{id} and /v1/messages/batches/{id}/results."""
    wish: Ask = call.extra
    if wish.path[1:] not in ((), ("results",)):
        raise nowhere("GET", wish.path)
    document = _found(wish, moment)
    if not wish.path[1:]:
        return _body(document, wish)
    if document["processing_status"] != "ended" and wish.strict:
        raise not_found(f"Message Batch {document['id']} has no available results.")
    return Body(store_of(moment).get(RESULTS, document["id"]) or b"", content_type="application/x-jsonl")


def cancel(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /v1/messages/batches/{id}/cancel; what is over cannot be cancelled."""
    wish: Ask = call.extra
    if wish.path[1:] != ("cancel",):
        raise nowhere("POST", wish.path)
    document = _found(wish, moment)
    if document["processing_status"] == "in_progress":
        document |= {"processing_status": "canceling", "cancel_initiated_at": spelled(moment.wall)}
        keep(store_of(moment), document)
    elif document["processing_status"] == "ended" and wish.strict:
        refuse(f"Message Batch {document['id']} cannot be canceled: its processing has ended.")
    return _body(document, wish)


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /v1/messages/batches/{id}; what is under way must be cancelled first."""
    wish: Ask = call.extra
    if len(wish.path) != 1:
        raise nowhere("DELETE", wish.path)
    document = _found(wish, moment)
    if document["processing_status"] != "ended" and wish.strict:
        refuse("In progress batches cannot be deleted. Consider canceling the batch instead.")
    for kind in (BATCHES, RESULTS):
        store_of(moment).drop(kind, document["id"])
    return Body(msgspec.json.encode({"id": document["id"], "type": "message_batch_deleted"}))


def _new(name: str, requests: int, now: float) -> Json:
    return {
        "id": name,
        "type": "message_batch",
        "processing_status": "in_progress",
        "request_counts": counted(processing=requests),
        "ended_at": None,
        "created_at": spelled(now),
        "expires_at": spelled(now + DAY),
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": None,
        ENDS: now + DAY,
    }


def _shown(document: Json, wish: Ask) -> Json:
    """The document on the wire, with the address of the results as this client knows the server."""
    shown = {name: value for name, value in document.items() if name != ENDS}
    if document["processing_status"] == "ended":
        shown["results_url"] = f"{wish.base}{_RESOURCE}/{document['id']}/results"
    return shown


def _body(document: Json, wish: Ask) -> Body:
    return Body(msgspec.json.encode(_shown(document, wish)))


def _found(wish: Ask, moment: Moment) -> Json:
    ended = {"processing_status": "ended", "ended_at": spelled(moment.wall)}
    return look_up(wish, moment, find, _missing, lambda name: _new(name, 0, moment.wall) | ended)


def _missing(name: str) -> RequestError:
    return not_found(f"Message Batch {name} not found.")
