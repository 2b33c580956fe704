"""The files API (wire.md 11.7): documents and their bytes, kept apart so that a list does not read the bytes.

A request that names the beta in which the API began gets the forms of that time (the guide to files, 2026: "Migrate from
files-api-2025-04-14"). Of that guide are the words of a missing file, of a user's report (June 2026) those of a file that is
not downloaded; other refusals have the class and status of the guide, in words of our own. What was uploaded cannot be
downloaded again, as in the API; leniently it can, and a file that nobody uploaded is made up.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects._session import store_of
from understudy.dialects.anthropic.check import refuse
from understudy.dialects.anthropic.kept import Ask, Json, ask, identifier, look_up, not_found, nowhere, spelled
from understudy.dialects.anthropic.pages import bounds, limit_of, page_of
from understudy.dialects.anthropic.uploads import Upload, upload_of
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.ports import Store
from understudy.model.reply import Failure, Reply

_DOCUMENTS, _DATA = "anthropic-file", "anthropic-file-data"
_MOST_NAMED = 100
_BETA = "files-api-2025-04-14"
_CURSORS = ("before_id", "after_id")  # of the beta
_ENDS = "ends"  # the moment in unix seconds, which is no member of the wire


def uploaded(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v1/files."""
    return ask(request, params, options, "/files", upload_of(request, options))


def looked_up(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode a request for files that are kept."""
    return ask(request, params, options, "/files")


def upload(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Keep a file."""
    wish: Ask = call.extra
    file: Upload = wish.wanted
    document = _document(identifier(moment, "file"), file, moment.wall)
    store_of(moment).put(_DATA, document["id"], file.data)
    store_of(moment).put(_DOCUMENTS, document["id"], msgspec.json.encode(document))
    return _body(document, wish)


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /v1/files: in pages by an opaque mark, in the beta by identifiers."""
    wish: Ask = call.extra
    store = store_of(moment)
    documents = [_shown(find(store, name), wish) for name in reversed(store.names(_DOCUMENTS))]
    named = [name for key, value in wish.query if key in ("ids", "ids[]") for name in value.split(",")]
    if named:
        return _named(documents, dict.fromkeys(named), wish)
    names = [document["id"] for document in documents]
    if _BETA in wish.betas:
        start, end, has_more = bounds(names, page_of(wish.parameters, strict=wish.strict), "file", strict=wish.strict)
        page = documents[start:end]
        first, last = (page[0]["id"], page[-1]["id"]) if page else (None, None)
        found = {"data": page, "has_more": has_more, "first_id": first, "last_id": last}
    else:
        cursor = next((name for name in _CURSORS if name in wish.parameters), None)
        if cursor is not None and wish.strict:
            refuse(f"{cursor}: Extra inputs are not permitted")
        limit, start = limit_of(wish.parameters, strict=wish.strict), _begins(names, wish)
        page = documents[start : start + limit]
        found = {"data": page, "next_page": _mark(names[start + limit - 1]) if start + limit < len(names) else None}
    return Body(msgspec.json.encode(found))


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /v1/files/{id} and /v1/files/{id}/content."""
    wish: Ask = call.extra
    if wish.path[1:] not in ((), ("content",)):
        raise nowhere("GET", wish.path)
    document = _found(wish, moment)
    if not wish.path[1:]:
        return _body(document, wish)
    if wish.strict and not document["downloadable"]:
        raise RequestError(Failure(400, "invalid_request", "File is not downloadable", code="file_not_downloadable"))
    return Body(content(store_of(moment), document, moment.wall) or b"", content_type=document["mime_type"])


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /v1/files/{id}."""
    wish: Ask = call.extra
    if len(wish.path) != 1:
        raise nowhere("DELETE", wish.path)
    name = _found(wish, moment)["id"]
    for kind in (_DOCUMENTS, _DATA):
        store_of(moment).drop(kind, name)
    return Body(msgspec.json.encode({"id": name, "type": "file_deleted"}))


def find(store: Store, name: str) -> Json | None:
    """Look a file up."""
    data = store.get(_DOCUMENTS, name)
    return None if data is None else msgspec.json.decode(data)


def content(store: Store, document: Json, now: float) -> bytes | None:
    """The bytes of a file, None when they are forgotten.

    Raises:
        RequestError: when its time is over.
    """
    if document[_ENDS] is not None and document[_ENDS] <= now:
        store.drop(_DATA, document["id"])
        raise not_found(f"File expired: {document['id']}", "file_expired")
    return store.get(_DATA, document["id"])


def missing(name: str) -> RequestError:
    """The refusal of a file that is not there."""
    return not_found(f"File `{name}` not found.")


def _document(name: str, file: Upload, now: float) -> Json:
    return {
        "type": "file",
        "id": name,
        "size_bytes": len(file.data),
        "created_at": spelled(now),
        "filename": file.name,
        "mime_type": file.kind,
        "downloadable": False,
        _ENDS: None if file.seconds is None else now + file.seconds,
    }


def _shown(document: Json | None, wish: Ask) -> Json:
    """The document on the wire; only in the beta it does not say how long a file is kept."""
    shown = dict(document or {})
    ends = shown.pop(_ENDS, None)
    if _BETA not in wish.betas:
        shown["expires_at"] = None if ends is None else spelled(ends)
    return shown


def _body(document: Json, wish: Ask) -> Body:
    return Body(msgspec.json.encode(_shown(document, wish)))


def _found(wish: Ask, moment: Moment) -> Json:
    nothing = Upload("file", "application/octet-stream", b"")
    return look_up(wish, moment, find, missing, lambda name: _document(name, nothing, moment.wall) | {"downloadable": True})


def _named(documents: list[Json], names: Mapping[str, Any], wish: Ask) -> Body:
    """The files of these names, on one page; those that are not there are left out."""
    if wish.strict and not {"page", "limit"}.isdisjoint(wish.parameters):
        refuse("ids: may not be combined with page or limit")
    if wish.strict and len(names) > _MOST_NAMED:
        refuse(f"ids: List should have at most {_MOST_NAMED} items after validation, not {len(names)}")
    page = [document for document in documents if document["id"] in names]
    return Body(msgspec.json.encode({"data": page, "next_page": None}))


def _mark(name: str) -> str:
    return "page_" + urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _begins(names: list[str], wish: Ask) -> int:
    """Where the page begins that a mark of the one before calls for."""
    mark = wish.parameters.get("page", "")
    if not mark:
        return 0
    text = mark.removeprefix("page_")
    try:
        last = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:  # not base64, or no text in it
        last = ""
    if last in names:
        return names.index(last) + 1
    if wish.strict:
        refuse("page: Invalid page cursor")
    return 0
