"""The vector stores API: create, list, look at, change, forget, search.

What lies below one is in `vector_files` and `vector_batches`. Files are indexed after the answer, in turns, and found again by
the similarity that the embeddings endpoint has.
"""

from __future__ import annotations

from understudy.dialects import Moment
from understudy.dialects._openai.check import fields
from understudy.dialects._openai.listing import nowhere
from understudy.dialects._session import store_of
from understudy.dialects.openai_platform import vector_batches, vector_files
from understudy.dialects.openai_platform.answers import body, polled
from understudy.dialects.openai_platform.ask import Ask, Json
from understudy.dialects.openai_platform.names import digits
from understudy.dialects.openai_platform.pages import paged
from understudy.dialects.openai_platform.vector_check import CREATE, UPDATE
from understudy.dialects.openai_platform.vector_files import Wish, added
from understudy.dialects.openai_platform.vector_kept import (
    STORES,
    active,
    drop_store,
    expiry,
    find_store,
    found_store,
    keep_store,
    new_store,
    shown,
)
from understudy.dialects.openai_platform.vector_search import search
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply

_NAME = "vector_stores"


def create(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /vector_stores: its files are indexed from now on."""
    ask: Ask = call.extra
    if ask.strict:
        fields(ask.fields, CREATE)
    store = store_of(moment)
    document = new_store(digits(moment, "vs_"), moment.created, ask.fields)
    keep_store(store, document)
    names = ask.fields.get("file_ids")
    strategy = ask.fields.get("chunking_strategy")
    wishes = [Wish(name, strategy) for name in names if isinstance(name, str)] if isinstance(names, list) else []
    index = added(document["id"], wishes, moment, strict=ask.strict)
    answer = body(shown(store, document, moment.created))
    index()
    return answer


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /vector_stores."""
    ask: Ask = call.extra
    store = store_of(moment)
    found = [find_store(store, name) for name in store.names(STORES)]
    answer = paged([document for document in found if document is not None], ask)
    return body(answer | {"data": [shown(store, document, moment.created) for document in answer["data"]]})


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /vector_stores/{id} and below."""
    ask: Ask = call.extra
    match ask.path[1:]:
        case ():
            store = store_of(moment)
            return body(shown(store, found_store(store, ask, moment.created), moment.created))
        case ("files",):
            return body(vector_files.listed(ask, moment))
        case ("files", identifier):
            return polled(vector_files.retrieve(ask, moment, identifier))
        case ("files", identifier, "content"):
            return body(vector_files.content(ask, moment, identifier))
        case ("file_batches", identifier):
            return polled(vector_batches.retrieve(ask, moment, identifier))
        case ("file_batches", identifier, "files"):
            return body(vector_batches.files(ask, moment, identifier))
    raise nowhere("GET", _NAME, ask.path)


def change(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /vector_stores/{id} and below."""
    ask: Ask = call.extra
    match ask.path[1:]:
        case ():
            return body(_updated(ask, moment))
        case ("search",):
            return body(search(ask, moment))
        case ("files",):
            return vector_files.create(ask, moment)
        case ("files", identifier):
            return body(vector_files.update(ask, moment, identifier))
        case ("file_batches",):
            return vector_batches.create(ask, moment)
        case ("file_batches", identifier, "cancel"):
            return body(vector_batches.cancel(ask, moment, identifier))
    raise nowhere("POST", _NAME, ask.path)


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /vector_stores/{id} and its files."""
    ask: Ask = call.extra
    store = store_of(moment)
    match ask.path[1:]:
        case ():
            document = found_store(store, ask, moment.created)
            drop_store(store, document["id"])
            return body({"id": document["id"], "object": "vector_store.deleted", "deleted": True})
        case ("files", identifier):
            return body(vector_files.delete(ask, moment, identifier))
    raise nowhere("DELETE", _NAME, ask.path)


def _updated(ask: Ask, moment: Moment) -> Json:
    """Change what may change: name, expiry, metadata; what is not said stays."""
    if ask.strict:
        fields(ask.fields, UPDATE)
    store = store_of(moment)
    document = found_store(store, ask, moment.created)
    given = ask.fields
    if isinstance(given.get("name"), str):
        document["name"] = given["name"]
    if "metadata" in given:
        document["metadata"] = given["metadata"] if isinstance(given["metadata"], dict) else {}
    if "expires_after" in given:
        document["expires_after"] = expiry(given["expires_after"])
    document = active(document, moment.created)
    if not ask.strict or find_store(store, document["id"]) is not None:
        keep_store(store, document)
    return shown(store, document, moment.created)
