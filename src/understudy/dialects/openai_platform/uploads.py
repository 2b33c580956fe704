"""The uploads API: a file in parts, put together when all of them are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import md5
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment, Options
from understudy.dialects._openai.check import Check, fields, missing, number, refuse, string, wrong_type
from understudy.dialects._openai.listing import nowhere
from understudy.dialects._session import store_of
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import Ask, Json, form, json_body, lenient_body, not_found, stored
from understudy.dialects.openai_platform.files import check_expiry, check_purpose, expiry, keep_file, new_file
from understudy.dialects.openai_platform.names import digits, letters
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.ports import Store
from understudy.model.reply import Reply
from understudy.wire.multipart import is_form

_UPLOADS, _PARTS = "upload", "upload-part"
_HOUR = 3_600
_LARGEST = 8 << 30
_LARGEST_PART = 64 << 20
_CHECKS: tuple[tuple[str, Check], ...] = (
    ("filename", string),
    ("bytes", number(1, _LARGEST, whole=True)),
    ("mime_type", string),
)


class _Kept(Struct):
    """An upload under way: its document, the expiry its file is to have, the sizes of its parts."""

    document: Json
    expires_at: int | None
    parts: dict[str, int] = {}

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return sum(self.parts.values())


def begun(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /uploads."""
    ask = json_body(request, options)
    if options.strict:
        for name in ("filename", "purpose", "bytes", "mime_type"):
            if ask.fields.get(name) is None:
                missing(name)
        check_purpose(ask.fields)
        fields(ask.fields, _CHECKS)
        check_expiry(ask.fields)
    return stored(ask, request, params, options)


def continued(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /uploads/{id}/parts, /complete and /cancel."""
    by_form = is_form(request.head.headers.get("content-type", ""))
    return stored(form(request, options) if by_form else lenient_body(request), request, params, options)


def begin(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Begin an upload."""
    ask: Ask = call.extra
    size = ask.fields.get("bytes")
    document = {
        "id": digits(moment, "upload_"),
        "object": "upload",
        "bytes": size if isinstance(size, int) and 0 <= size <= _LARGEST else 0,
        "created_at": moment.created,
        "filename": ask.text("filename") or "file",
        "purpose": ask.text("purpose") or "user_data",
        "status": "pending",
        "expires_at": moment.created + _HOUR,
        "file": None,
    }
    _keep(store_of(moment), _Kept(document, expiry(ask.fields, moment.created)))
    return body(document)


def go_on(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Add a part to an upload, complete it or cancel it."""
    ask: Ask = call.extra
    action = _ACTIONS.get(ask.path[1:])
    if action is None:
        raise nowhere("POST", "uploads", ask.path)
    return body(action(ask, _found(ask, moment), moment))


def _add(ask: Ask, upload: _Kept, moment: Moment) -> Json:
    part = ask.file("data")
    if part is None and ask.strict:
        missing("data")
    data = part.data if part is not None else b""
    if ask.strict and len(data) > _LARGEST_PART:
        refuse(f"Part is too large: expected at most {_LARGEST_PART} bytes, got {len(data)}.", "data", "invalid_value")
    if ask.strict and upload.size + len(data) > upload.document["bytes"]:
        refuse(
            f"The parts exceed the {upload.document['bytes']} bytes that this upload was created for.", "data", "invalid_value"
        )
    identifier = letters(moment, "part_", 24)
    upload.parts[identifier] = len(data)
    store_of(moment).put(_PARTS, identifier, data)
    _keep(store_of(moment), upload)
    return {"id": identifier, "object": "upload.part", "created_at": moment.created, "upload_id": upload.document["id"]}


def _complete(ask: Ask, upload: _Kept, moment: Moment) -> Json:
    store, document = store_of(moment), upload.document
    data = b"".join(_part(store, upload, name, strict=ask.strict) for name in _wanted(ask))
    if ask.strict and len(data) != document["bytes"]:
        message = f"The upload has {len(data)} bytes in its parts: expected the {document['bytes']} it was created for."
        refuse(message, "part_ids", "invalid_value")
    digest = ask.text("md5")
    if ask.strict and digest and digest.lower() != md5(data, usedforsecurity=False).hexdigest():
        refuse("The MD5 checksum does not match the uploaded data.", "md5", "invalid_value")
    file = new_file(letters(moment, "file-", 22), document["filename"], len(data), document["purpose"], moment.created)
    file["expires_at"] = upload.expires_at
    keep_file(store, file, data)
    return _ended(store, upload, "completed", file)


def _cancel(_ask: Ask, upload: _Kept, moment: Moment) -> Json:
    return _ended(store_of(moment), upload, "cancelled", None)


_ACTIONS: dict[tuple[str, ...], Callable[[Ask, _Kept, Moment], Json]] = {
    ("parts",): _add,
    ("complete",): _complete,
    ("cancel",): _cancel,
}


def _wanted(ask: Ask) -> list[str]:
    names: Any = ask.fields.get("part_ids")
    if names is None and ask.strict:
        missing("part_ids")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        if ask.strict:
            wrong_type("part_ids", "an array of strings", names)
        return []
    return names


def _part(store: Store, upload: _Kept, name: str, *, strict: bool) -> bytes:
    data = store.get(_PARTS, name) if name in upload.parts else None
    if data is None and strict:
        refuse(f"Part '{name}' does not belong to upload '{upload.document['id']}'.", "part_ids", "invalid_value")
    return data or b""


def _ended(store: Store, upload: _Kept, status: str, file: Json | None) -> Json:
    for name in upload.parts:
        store.drop(_PARTS, name)
    upload.parts = {}
    upload.document = {**upload.document, "status": status, "file": file}
    _keep(store, upload)
    return upload.document


def _keep(store: Store, upload: _Kept) -> None:
    store.put(_UPLOADS, upload.document["id"], msgspec.json.encode(upload))


def _found(ask: Ask, moment: Moment) -> _Kept:
    """The upload of a path, which must still be open."""
    identifier = ask.path[0]
    data = store_of(moment).get(_UPLOADS, identifier)
    if data is None:
        if ask.strict:
            raise not_found(f"No upload found with id '{identifier}'.", "id")
        return _made_up(identifier, moment.created)
    upload = msgspec.json.decode(data, type=_Kept)
    if upload.document["status"] == "pending" and upload.document["expires_at"] <= moment.created:
        _ended(store_of(moment), upload, "expired", None)
    if ask.strict and upload.document["status"] != "pending":
        refuse(f"Upload '{identifier}' is {upload.document['status']}: expected a pending one.", "id", "invalid_value")
    return upload


def _made_up(identifier: str, created: int) -> _Kept:
    """What lenient validation goes on with when there is no such upload."""
    document = {
        "id": identifier,
        "object": "upload",
        "bytes": 0,
        "created_at": created,
        "filename": "file",
        "purpose": "user_data",
        "status": "pending",
        "expires_at": created + _HOUR,
        "file": None,
    }
    return _Kept(document, None)
