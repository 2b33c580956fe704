"""The files of a vector store: add, list, look at, change attributes, read, take out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._openai.check import fields, mapping, missing, string
from understudy.dialects._session import agent_of, store_of
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import Ask, Json, found_or, not_found
from understudy.dialects.openai_platform.pages import paged, with_status
from understudy.dialects.openai_platform.vector_check import AUTO, FILE, strategy
from understudy.dialects.openai_platform.vector_index import Task, UnusableError, readable, work
from understudy.dialects.openai_platform.vector_kept import (
    active,
    drop_entry,
    entries,
    find_entry,
    find_store,
    found_store,
    keep_entry,
    keep_store,
    new_entry,
)
from understudy.model.frame import Body


class Wish(Struct, frozen=True):
    """A file that is to be in a vector store, and how."""

    file: str
    strategy: Any = None
    attributes: Any = None


def added(within: str, wishes: list[Wish], moment: Moment, *, strict: bool) -> Callable[[], None]:
    """Put files into a vector store, and return what begins to index them: to be called when the answer is written."""
    store, agent = store_of(moment), agent_of(moment)
    for wish in wishes:
        drop_entry(store, within, wish.file)
        keep_entry(store, new_entry(wish.file, within, moment.created, strategy(wish.strategy), wish.attributes))
    document = find_store(store, within)
    if wishes and document is not None:
        keep_store(store, active(document, moment.created))
    task = Task(within, tuple(dict.fromkeys(wish.file for wish in wishes)), store, agent, strict)
    return lambda: agent.later(work(task)) if task.files else None


def create(ask: Ask, moment: Moment) -> Body:
    """POST /vector_stores/{id}/files."""
    if ask.strict:
        if ask.fields.get("file_id") is None:
            missing("file_id")
        string(ask.fields["file_id"], "file_id")
        fields(ask.fields, FILE)
    store = store_of(moment)
    within = found_store(store, ask, moment.created)["id"]
    wish = Wish(ask.text("file_id") or "file", ask.fields.get("chunking_strategy"), ask.fields.get("attributes"))
    index = added(within, [wish], moment, strict=ask.strict)
    answer = body(find_entry(store, within, wish.file))
    index()
    return answer


def listed(ask: Ask, moment: Moment) -> Json:
    """GET /vector_stores/{id}/files."""
    store = store_of(moment)
    return paged(with_status(entries(store, found_store(store, ask, moment.created)["id"]), ask), ask)


def retrieve(ask: Ask, moment: Moment, identifier: str) -> Json:
    """GET /vector_stores/{id}/files/{file}."""
    store = store_of(moment)
    within = found_store(store, ask, moment.created)["id"]
    return found_or(
        find_entry(store, within, identifier),
        lambda: new_entry(identifier, within, moment.created, AUTO, None) | {"status": "completed"},
        ask,
        f"No file found with id '{identifier}' in vector store '{within}'.",
    )


def update(ask: Ask, moment: Moment, identifier: str) -> Json:
    """POST /vector_stores/{id}/files/{file}: the attributes are what may change."""
    given = ask.fields.get("attributes")
    if ask.strict:
        if "attributes" not in ask.fields:
            missing("attributes")
        if given is not None:
            mapping(given, "attributes")
            fields(ask.fields, FILE)
    document = retrieve(ask, moment, identifier)
    document["attributes"] = given if isinstance(given, dict) else {}
    keep_entry(store_of(moment), document)
    return document


def content(ask: Ask, moment: Moment, identifier: str) -> Json:
    """GET /vector_stores/{id}/files/{file}/content: the text that was read."""
    document = retrieve(ask, moment, identifier)
    try:
        _, text = readable(store_of(moment), document["id"], moment.created, strict=ask.strict)
    except UnusableError as error:
        raise not_found(str(error)) from None
    data = [{"type": "text", "text": text}]
    return {"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None}


def delete(ask: Ask, moment: Moment, identifier: str) -> Json:
    """DELETE /vector_stores/{id}/files/{file}; the file itself stays."""
    document = retrieve(ask, moment, identifier)
    drop_entry(store_of(moment), document["vector_store_id"], identifier)
    return {"id": identifier, "object": "vector_store.file.deleted", "deleted": True}
