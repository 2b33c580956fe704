"""The files API: documents and their bytes, kept apart so that a list does not read the bytes (wire.md 12).

What was uploaded cannot be downloaded again, as in the API. A file is kept for two days, and is ready at once. The words of a
missing file are googleapis/python-genai 1218's; those of a name that is taken and of a download are our own.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._session import store_of
from understudy.dialects.gemini.check import refuse
from understudy.dialects.gemini.kept import Ask, Document, answer, forbidden, identifier, page_of, spelled
from understudy.dialects.gemini.media import file_of
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.frame import Body
from understudy.model.ports import Store
from understudy.model.reply import Failure, Reply

_DOCUMENTS, _DATA = "gemini-file", "gemini-file-data"
_SECONDS = 48 * 3600
_ENDS = "ends"  # the moment in unix seconds, which is no member of the wire
_NAME = re.compile(r"(?:files/)?([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)")


def keep(described: Document, kind: str, data: bytes, wish: Ask, moment: Moment) -> Document:
    """Make a file of what was uploaded."""
    store, name = store_of(moment), _name(described, wish, moment)
    at, version = moment.wall, re.sub(r"\A.*?/upload", "", wish.path)
    prefix = wish.path[: len(wish.path) - len(version) - len("/upload")]
    document: Document = {
        "name": f"files/{name}",
        **({"displayName": described["displayName"]} if described.get("displayName") else {}),
        "mimeType": kind,
        "sizeBytes": str(len(data)),
        "createTime": spelled(at),
        "updateTime": spelled(at),
        "expirationTime": spelled(at + _SECONDS),
        "sha256Hash": b64encode(sha256(data).hexdigest().encode()).decode(),
        "uri": f"{wish.base}{prefix}{version}/{name}",
        "state": "ACTIVE",
        "source": "UPLOADED",
    }
    store.put(_DATA, name, data)
    store.put(_DOCUMENTS, name, msgspec.json.encode({**document, _ENDS: at + _SECONDS}))
    return document


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /files, the newest first."""
    store = store_of(moment)
    found = [find(store, name, moment.wall) for name in reversed(store.names(_DOCUMENTS))]
    return page_of([document for document in found if document is not None], call.extra, "files", 10, 100)


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /files/{name}."""
    return answer(_found(call.extra, moment))


def download(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /files/{name}:download: of files that the API made, which these are not."""
    _found(call.extra, moment)
    refuse("Only generated files can be downloaded, this one was uploaded.")


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /files/{name}."""
    _found(call.extra, moment)
    for kind in (_DOCUMENTS, _DATA):
        store_of(moment).drop(kind, call.extra.name)
    return answer({})


def find(store: Store, name: str, now: float) -> Document | None:
    """Look a file up, as the wire has it; None when there is none, or its time is over."""
    data = store.get(_DOCUMENTS, name)
    document: Document | None = None if data is None else msgspec.json.decode(data)
    if document is not None and document.pop(_ENDS) <= now:
        store.drop(_DOCUMENTS, name)
        store.drop(_DATA, name)
        return None
    return document


def filled(messages: Sequence[Message], store: Store, now: float, *, strict: bool) -> list[Message]:
    """Put the content of files into the parts that show them, so that it counts.

    Raises:
        RequestError: when one is not there; leniently it counts as any address.
    """
    return [
        Message(said.role, [_filled(part, store, now, strict=strict) for part in said.content], *_rest(said))
        if isinstance(said.content, list)
        else said
        for said in messages
    ]


def _rest(said: Message) -> tuple[str | None, list[Any] | None, str | None]:
    return said.name, said.tool_calls, said.tool_call_id


def _filled(part: Document, store: Store, now: float, *, strict: bool) -> Document:
    name = file_of(part)
    if name is None:
        return part
    document = find(store, name, now)
    if document is None:
        if strict:
            raise missing(name)
        return part
    data = b64encode(store.get(_DATA, name) or b"").decode()
    return {**part, "fileData": {**part["fileData"], "mimeType": document["mimeType"], "data": data}}


def missing(name: str) -> RequestError:
    """The refusal of a file that is not there."""
    return forbidden(f"You do not have permission to access the File {name} or it may not exist.")


def _name(described: Document, wish: Ask, moment: Moment) -> str:
    """The name that is wanted, else a new one."""
    wanted = described.get("name")
    if not wanted:
        return identifier(moment, "file")
    found = _NAME.fullmatch(wanted)
    if found is None:
        if wish.strict:
            refuse(f"File name {wanted!r}: expected 1 to 40 lowercase letters, digits or dashes, none of these first or last.")
        return identifier(moment, "file")
    if wish.strict and find(store_of(moment), found[1], moment.wall) is not None:
        raise RequestError(Failure(409, "conflict", f"File {found[1]} already exists.", type="ALREADY_EXISTS"))
    return found[1]


def _found(wish: Ask, moment: Moment) -> Document:
    document = find(store_of(moment), wish.name, moment.wall)
    if document is None:
        raise missing(wish.name)
    return document
