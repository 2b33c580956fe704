"""The files API (wire.md 9.4): documents and their bytes, kept apart so that a list does not read the bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects._openai.check import mapping, missing, number, one_of, refuse, required
from understudy.dialects._openai.listing import nowhere, page
from understudy.dialects._session import store_of
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import Ask, Json, form, not_found, stored, typed
from understudy.dialects.openai_platform.names import letters
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.ports import Store
from understudy.model.reply import Reply

PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
MONTH = 30 * 86_400
_DOCUMENTS, _DATA = "file", "file-data"
_SOONEST, _LATEST = 3_600, MONTH
_MOST = 10_000


def uploaded(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /files."""
    ask = form(request, options)
    if options.strict:
        if "file" not in ask.files:
            missing("file")
        check_purpose(ask.fields)
        check_expiry(ask.fields)
        if ask.text("purpose") == "batch" and not (ask.files["file"][0].filename or "").endswith(".jsonl"):
            refuse("Invalid file format for Batch API. Must be .jsonl", "file", "invalid_file_format")
    return stored(ask, request, params, options)


def upload(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Keep a file."""
    ask: Ask = call.extra
    part = ask.file("file")
    name, data = (part.filename or "file", part.data) if part is not None else ("file", b"")
    document = new_file(letters(moment, "file-", 22), name, len(data), ask.text("purpose") or "user_data", moment.created)
    document["expires_at"] = expiry(ask.fields, moment.created)
    keep_file(store_of(moment), document, data)
    return body(document)


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /files."""
    ask: Ask = call.extra
    store, purpose = store_of(moment), ask.query.get("purpose")
    found = [find_file(store, name, moment.created) for name in store.names(_DOCUMENTS)]
    documents = [document for document in found if document is not None and purpose in (None, "", document["purpose"])]
    return body(page(documents, ask.query, longest=_MOST, usual=_MOST, strict=ask.strict))


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /files/{id} and /files/{id}/content."""
    ask: Ask = call.extra
    document = _found(ask, moment)
    match ask.path[1:]:
        case ():
            return body(document)
        case ("content",):
            data = file_data(store_of(moment), document["id"])
            if data is None and ask.strict:
                raise _no_such_file(document["id"])
            return Body(data or b"", content_type="application/octet-stream")
    raise nowhere("GET", "files", ask.path)


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /files/{id}."""
    ask: Ask = call.extra
    if len(ask.path) != 1:
        raise nowhere("DELETE", "files", ask.path)
    document = _found(ask, moment)
    store_of(moment).drop(_DOCUMENTS, document["id"])
    store_of(moment).drop(_DATA, document["id"])
    return body({"object": "file", "deleted": True, "id": document["id"]})


def new_file(identifier: str, name: str, size: int, purpose: str, created: int) -> Json:
    """Make the document of a file."""
    return {
        "object": "file",
        "id": identifier,
        "purpose": purpose,
        "filename": name,
        "bytes": size,
        "created_at": created,
        "expires_at": None,
        "status": "processed",
        "status_details": None,
    }


def keep_file(store: Store, document: Json, data: bytes) -> None:
    """Keep a file."""
    store.put(_DATA, document["id"], data)
    store.put(_DOCUMENTS, document["id"], msgspec.json.encode(document))


def find_file(store: Store, identifier: str, now: float) -> Json | None:
    """Look a file up; one whose time is over is forgotten."""
    data = store.get(_DOCUMENTS, identifier)
    if data is None:
        return None
    document: Json = msgspec.json.decode(data)
    if document["expires_at"] is not None and document["expires_at"] <= now:
        store.drop(_DOCUMENTS, identifier)
        store.drop(_DATA, identifier)
        return None
    return document


def file_data(store: Store, identifier: str) -> bytes | None:
    """The bytes of a file."""
    return store.get(_DATA, identifier)


def check_purpose(fields: Json) -> None:
    """Refuse a purpose that files do not have."""
    if not fields.get("purpose"):
        missing("purpose")
    one_of(*PURPOSES)(fields["purpose"], "purpose")


def check_expiry(fields: Json) -> None:
    """Refuse an expiry that cannot be."""
    wanted = fields.get("expires_after")
    if wanted is None:
        return
    if isinstance(wanted, dict):
        typed(wanted, {"seconds": int})
    check_lifetime(wanted, "expires_after")


def check_lifetime(value: Any, path: str) -> None:
    """Refuse a time that no file may have from its creation."""
    mapping(value, path)
    required(value, path, "anchor")
    one_of("created_at")(value["anchor"], f"{path}.anchor")
    required(value, path, "seconds")
    number(_SOONEST, _LATEST, whole=True)(value["seconds"], f"{path}.seconds")


def expiry(fields: Json, created: int) -> int | None:
    """The moment a file is forgotten; those of batches are after a month."""
    wanted: Any = fields.get("expires_after")
    if isinstance(wanted, dict):
        typed(wanted, {"seconds": int})
        if isinstance(wanted.get("seconds"), int):
            return created + int(wanted["seconds"])
    return created + MONTH if fields.get("purpose") == "batch" else None


def _found(ask: Ask, moment: Moment) -> Json:
    identifier = ask.path[0] if ask.path else ""
    document = find_file(store_of(moment), identifier, moment.created)
    if document is not None:
        return document
    if ask.strict:
        raise _no_such_file(identifier)
    return new_file(identifier, "file", 0, "user_data", moment.created)


def _no_such_file(identifier: str) -> RequestError:
    return not_found(f"No such File object: {identifier}", "id")
