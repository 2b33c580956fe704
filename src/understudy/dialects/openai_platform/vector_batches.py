"""Batches of files: many put into a vector store at once, counted and cancelled together."""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._openai.check import fields, missing
from understudy.dialects._session import store_of
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import Ask, Json, found_or
from understudy.dialects.openai_platform.names import digits
from understudy.dialects.openai_platform.pages import paged, with_status
from understudy.dialects.openai_platform.vector_check import FILE, check_described, check_files, check_identifier
from understudy.dialects.openai_platform.vector_files import Wish, added
from understudy.dialects.openai_platform.vector_kept import (
    Batch,
    counted,
    find_batch,
    find_entry,
    found_store,
    keep_batch,
    keep_entry,
)
from understudy.model.frame import Body
from understudy.model.ports import Store


def create(ask: Ask, moment: Moment) -> Body:
    """POST /vector_stores/{id}/file_batches."""
    if ask.strict:
        fields(ask.fields, (("file_ids", check_files), ("files", check_described), *FILE))
        if not ask.fields.get("file_ids") and not ask.fields.get("files"):
            missing("file_ids")
    store = store_of(moment)
    within = found_store(store, ask, moment.created)["id"]
    wishes = _wishes(ask.fields)
    index = added(within, wishes, moment, strict=ask.strict)
    batch = Batch(_new(digits(moment, "vsfb_"), within, moment.created), list(dict.fromkeys(wish.file for wish in wishes)))
    keep_batch(store, batch)
    answer = body(_shown(store, batch))
    index()
    return answer


def retrieve(ask: Ask, moment: Moment, identifier: str) -> Json:
    """GET /vector_stores/{id}/file_batches/{batch}."""
    return _shown(store_of(moment), _found(ask, moment, identifier))


def files(ask: Ask, moment: Moment, identifier: str) -> Json:
    """GET /vector_stores/{id}/file_batches/{batch}/files."""
    batch = _found(ask, moment, identifier)
    return paged(with_status(_entries(store_of(moment), batch), ask), ask)


def cancel(ask: Ask, moment: Moment, identifier: str) -> Json:
    """POST /vector_stores/{id}/file_batches/{batch}/cancel: files that are indexed already stay."""
    store = store_of(moment)
    batch = _found(ask, moment, identifier)
    waiting = [document for document in _entries(store, batch) if document["status"] == "in_progress"]
    for document in waiting:
        keep_entry(store, document | {"status": "cancelled"})
    if waiting:
        batch.document["status"] = "cancelled"
        keep_batch(store, batch)
    return _shown(store, batch)


def _wishes(given: Json) -> list[Wish]:
    """The files of a request: named, each alike, or described, each with its own."""
    described, named = given.get("files"), given.get("file_ids")
    if isinstance(described, list) and described:
        items: list[Any] = [item for item in described if isinstance(item, dict) and isinstance(item.get("file_id"), str)]
        return [Wish(item["file_id"], item.get("chunking_strategy"), item.get("attributes")) for item in items]
    names = [name for name in named if isinstance(name, str)] if isinstance(named, list) else []
    return [Wish(name, given.get("chunking_strategy"), given.get("attributes")) for name in names]


def _new(identifier: str, within: str, created: int) -> Json:
    return {
        "id": identifier,
        "object": "vector_store.files_batch",
        "created_at": created,
        "vector_store_id": within,
        "status": "in_progress",
    }


def _entries(store: Store, batch: Batch) -> list[Json]:
    found = [find_entry(store, batch.document["vector_store_id"], name) for name in batch.files]
    return [document for document in found if document is not None]


def _shown(store: Store, batch: Batch) -> Json:
    counts = counted(_entries(store, batch))
    status = batch.document["status"]
    if status == "in_progress" and not counts["in_progress"]:
        status = "completed"
    return batch.document | {"status": status, "file_counts": counts}


def _found(ask: Ask, moment: Moment, identifier: str) -> Batch:
    store = store_of(moment)
    within = found_store(store, ask, moment.created)["id"]
    if ask.strict:
        check_identifier(identifier, "batch_id", "vsfb_")
    return found_or(
        find_batch(store, within, identifier),
        lambda: Batch(_new(identifier, within, moment.created) | {"status": "completed"}, []),
        ask,
        f"No vector store file batch found with id '{identifier}'.",
    )
