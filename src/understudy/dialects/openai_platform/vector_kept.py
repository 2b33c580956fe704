"""Vector stores as they are kept: their documents, the files in them, what was made of those, and batches of files.

In: the session's store. Out: documents as the API shows them; counts and sizes are added up when somebody looks. A vector
store whose time is over stays, and says so.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects.openai_platform.ask import Ask, Json, found_or
from understudy.dialects.openai_platform.vector_check import check_identifier
from understudy.model.ports import Store

STORES = "vector-store"
_FILES, _INDEX, _BATCHES = "vector-file", "vector-index", "vector-batch"
_DAY = 86_400
_SHOWN = (
    *("id", "object", "created_at", "name", "description", "usage_bytes", "file_counts", "status", "expires_after"),
    *("expires_at", "last_active_at", "metadata"),
)
_STATUSES = ("in_progress", "completed", "failed", "cancelled")


class Chunk(Struct, array_like=True, frozen=True):
    """A piece of a file's text, and its vector as 32-bit floats of this machine."""

    text: str
    vector: bytes


class Index(Struct, frozen=True):
    """What was made of a file: its name and its chunks, in order."""

    filename: str
    chunks: list[Chunk]


class Batch(Struct):
    """A batch of files: its document, and the files it brought in."""

    document: Json
    files: list[str]


_read_index = msgspec.msgpack.Decoder(Index).decode
_read_batch = msgspec.msgpack.Decoder(Batch).decode


def new_store(identifier: str, created: int, fields: Json) -> Json:
    """Make the document of a vector store of what its client wished."""
    name, described, metadata = fields.get("name"), fields.get("description"), fields.get("metadata")
    document = {
        "id": identifier,
        "object": "vector_store",
        "name": name if isinstance(name, str) else "",
        "description": described if isinstance(described, str) else None,
        "created_at": created,
        "metadata": metadata if isinstance(metadata, dict) else {},
        "expires_after": expiry(fields.get("expires_after")),
    }
    return active(document, created)


def expiry(wanted: Any) -> Json | None:
    """Read `expires_after`; what makes no sense counts as absent."""
    days = wanted.get("days") if isinstance(wanted, dict) else None
    return {"anchor": "last_active_at", "days": days} if isinstance(days, int) else None


def active(document: Json, now: int) -> Json:
    """Note that a vector store was used, which puts off its end."""
    expires = document["expires_after"]
    return document | {"last_active_at": now, "expires_at": now + expires["days"] * _DAY if expires else None}


def is_expired(document: Json, now: float) -> bool:
    """Say whether the time of a vector store is over."""
    return document["expires_at"] is not None and document["expires_at"] <= now


def keep_store(store: Store, document: Json) -> None:
    """Keep the document of a vector store."""
    store.put(STORES, document["id"], msgspec.json.encode(document))


def find_store(store: Store, identifier: str) -> Json | None:
    """Look a vector store up."""
    data = store.get(STORES, identifier)
    return None if data is None else msgspec.json.decode(data)


def found_store(store: Store, ask: Ask, now: int) -> Json:
    """The vector store of a path; leniently any name has one."""
    name = ask.path[0]
    if ask.strict:
        check_identifier(name, "vector_store_id", "vs_")
    return found_or(find_store(store, name), lambda: new_store(name, now, {}), ask, f"No vector store found with id '{name}'.")


def drop_store(store: Store, identifier: str) -> None:
    """Forget a vector store and everything in it."""
    for kind in (_FILES, _INDEX, _BATCHES):
        for name in store.names(f"{kind} {identifier}"):
            store.drop(f"{kind} {identifier}", name)
    store.drop(STORES, identifier)


def shown(store: Store, document: Json, now: float) -> Json:
    """A vector store as the API shows it."""
    files = entries(store, document["id"])
    counts = counted(files)
    status = "expired" if is_expired(document, now) else "in_progress" if counts["in_progress"] else "completed"
    size = sum(file["usage_bytes"] for file in files)
    known = document | {"usage_bytes": size, "file_counts": counts, "status": status}
    return {name: known[name] for name in _SHOWN}


def counted(files: list[Json]) -> Json:
    """How many files have which status."""
    statuses = [file["status"] for file in files]
    return {status: statuses.count(status) for status in _STATUSES} | {"total": len(statuses)}


def new_entry(identifier: str, within: str, created: int, strategy: Json, attributes: Any) -> Json:
    """Make the document of a file in a vector store."""
    return {
        "id": identifier,
        "object": "vector_store.file",
        "usage_bytes": 0,
        "created_at": created,
        "vector_store_id": within,
        "status": "in_progress",
        "last_error": None,
        "chunking_strategy": strategy,
        "attributes": attributes if isinstance(attributes, dict) else {},
    }


def keep_entry(store: Store, document: Json) -> None:
    """Keep the document of a file."""
    store.put(f"{_FILES} {document['vector_store_id']}", document["id"], msgspec.json.encode(document))


def find_entry(store: Store, within: str, identifier: str) -> Json | None:
    """Look a file of a vector store up."""
    data = store.get(f"{_FILES} {within}", identifier)
    return None if data is None else msgspec.json.decode(data)


def entries(store: Store, within: str) -> list[Json]:
    """All files of a vector store, the first added first."""
    found = [find_entry(store, within, name) for name in store.names(f"{_FILES} {within}")]
    return [document for document in found if document is not None]


def drop_entry(store: Store, within: str, identifier: str) -> None:
    """Take a file out of a vector store."""
    store.drop(f"{_FILES} {within}", identifier)
    store.drop(f"{_INDEX} {within}", identifier)


def keep_index(store: Store, within: str, identifier: str, index: Index) -> None:
    """Keep what was made of a file."""
    store.put(f"{_INDEX} {within}", identifier, msgspec.msgpack.encode(index))


def find_index(store: Store, within: str, identifier: str) -> Index | None:
    """What was made of a file."""
    data = store.get(f"{_INDEX} {within}", identifier)
    return None if data is None else _read_index(data)


def keep_batch(store: Store, batch: Batch) -> None:
    """Keep a batch of files."""
    document = batch.document
    store.put(f"{_BATCHES} {document['vector_store_id']}", document["id"], msgspec.msgpack.encode(batch))


def find_batch(store: Store, within: str, identifier: str) -> Batch | None:
    """Look a batch of files up."""
    data = store.get(f"{_BATCHES} {within}", identifier)
    return None if data is None else _read_batch(data)
