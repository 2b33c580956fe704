"""Bytes on their way into a file: Google's resumable uploads, and those in one piece (wire.md 12).

In: a request below `/upload`. Out: an upload begun, continued or ended; what was ended becomes a file. Header names and their
order are those of the protocol that the official clients speak (google-genai 3.4.0); refusals are in words of our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn

import msgspec
from msgspec import Struct

from understudy.dialects import Moment, Options
from understudy.dialects._asked import json_of, mapping
from understudy.dialects._session import store_of
from understudy.dialects.gemini import files
from understudy.dialects.gemini.kept import Ask, Document, answer, ask, identifier
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.ports import Store
from understudy.model.reply import Failure, Reply

_UPLOADS, _BYTES = "gemini-upload", "gemini-upload-data"
_GRANULE = "8388608"
_ENDED = (("x-goog-upload-status", "final"),)
_ANY = "application/octet-stream"
_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,70})')
_KIND = re.compile(rb"(?i)(?:\A|\r\n)content-type:[ \t]*([^\r]*)")


class Begun(Struct):
    """An upload under way: what the file will be, how many bytes were said to come (0: nobody knows), how many came."""

    file: Document
    size: int
    received: int = 0


def decode(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /upload/v1beta/files: what the body holds depends on the command."""
    return ask(request, params, options)


def upload(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Begin, continue or end an upload."""
    wish: Ask = call.extra
    if "upload_id" in wish.query:
        return _continue(wish, moment)
    protocol = wish.headers.get("x-goog-upload-protocol", wish.query.get("uploadType", "raw"))
    if protocol == "resumable":
        return _begin(wish, moment)
    if protocol == "multipart":
        return _together(wish, moment)
    return _ended(files.keep({}, wish.headers.get("content-type", _ANY), wish.body, wish, moment))


def _begin(wish: Ask, moment: Moment) -> Body:
    file = _described(wish.body)
    kind = wish.headers.get("x-goog-upload-header-content-type") or file.get("mimeType") or _ANY
    size = wish.headers.get("x-goog-upload-header-content-length", "")
    name = wish.headers.get("x-goog-upload-file-name")
    if name and "displayName" not in file:
        file["displayName"] = name
    identity = identifier(moment, "upload")
    begun = Begun({**file, "mimeType": kind}, int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0)
    _keep(store_of(moment), identity, begun)
    url = f"{wish.base}{wish.path}?upload_id={identity}&upload_protocol=resumable"
    headers = (
        ("x-guploader-uploadid", identity),
        ("x-goog-upload-status", "active"),
        ("x-goog-upload-url", url),
        ("x-goog-upload-control-url", url),
        ("x-goog-upload-chunk-granularity", _GRANULE),
    )
    return Body(b"", content_type="text/plain; charset=utf-8", headers=headers)


def _continue(wish: Ask, moment: Moment) -> Body:
    store, identity = store_of(moment), wish.query["upload_id"]
    begun = _found(store, identity)
    commands = [word.strip() for word in wish.headers.get("x-goog-upload-command", "upload, finalize").split(",")]
    if "query" in commands:
        return _active(begun)
    if "cancel" in commands:
        _forget(store, identity)
        return Body(b"", content_type="text/plain; charset=utf-8", headers=(("x-goog-upload-status", "cancelled"),))
    data = store.get(_BYTES, identity) or b""
    if "upload" in commands:
        offset = wish.headers.get("x-goog-upload-offset", str(begun.received))
        if offset != str(begun.received):
            _refuse(f"Upload offset {offset}: expected {begun.received}.")
        data += wish.body
        begun.received = len(data)
    if "finalize" not in commands:
        store.put(_BYTES, identity, data)
        _keep(store, identity, begun)
        return _active(begun)
    if begun.size and begun.received != begun.size:
        _refuse(f"Upload has {begun.received} bytes: expected {begun.size}.")
    _forget(store, identity)
    return _ended(files.keep(begun.file, begun.file["mimeType"], data, wish, moment))


def _together(wish: Ask, moment: Moment) -> Body:
    """Read a description and the bytes behind it."""
    boundary = _BOUNDARY.search(wish.headers.get("content-type", ""))
    if boundary is None:
        _refuse("Upload without a boundary: expected content-type: multipart/related; boundary=...")
    pieces = (b"\r\n" + wish.body).split(b"\r\n--" + boundary[1].encode())[1:-1]
    if len(pieces) != 2:
        _refuse(f"Upload of {len(pieces)} parts: expected a description and a file.")
    (_, described), (kind, data) = map(_part, pieces)
    return _ended(files.keep(_described(described), kind, data, wish, moment))


def _part(piece: bytes) -> tuple[str, bytes]:
    """Read a part of a multipart/related body: its type, and what is in it."""
    head, _, data = piece.partition(b"\r\n\r\n")
    kind = _KIND.search(head)
    return kind[1].decode("latin-1").strip() if kind else _ANY, data


def _described(body: bytes) -> Document:
    value = mapping(json_of(body)) if body.strip() else {}
    file = mapping(value.get("file"))
    names = {"display_name": "displayName", "mime_type": "mimeType"}
    return {names.get(name, name): text for name, text in file.items() if isinstance(text, str)}


def _active(begun: Begun) -> Body:
    headers = (("x-goog-upload-status", "active"), ("x-goog-upload-size-received", str(begun.received)))
    return Body(b"", content_type="text/plain; charset=utf-8", headers=headers)


def _ended(document: Document) -> Body:
    return answer({"file": document}, _ENDED)


def _found(store: Store, identity: str) -> Begun:
    data = store.get(_UPLOADS, identity)
    if data is None:
        raise RequestError(Failure(404, "not_found", "Upload not found.", headers=_ENDED))
    return msgspec.msgpack.decode(data, type=Begun)


def _keep(store: Store, identity: str, begun: Begun) -> None:
    store.put(_UPLOADS, identity, msgspec.msgpack.encode(begun))


def _forget(store: Store, identity: str) -> None:
    for kind in (_UPLOADS, _BYTES):
        store.drop(kind, identity)


def _refuse(message: str) -> NoReturn:
    raise RequestError(Failure(400, "invalid_request", message, headers=_ENDED))
