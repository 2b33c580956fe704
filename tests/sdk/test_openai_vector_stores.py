"""The official client on vector stores, sync and async, with strict validation of every document."""

from __future__ import annotations

import asyncio

import openai
import pytest

from understudy import Understudy

HARBOUR = b"The harbour office opens at seven in the morning. Tickets for the ferry are sold there."
BREAD = b"The bakery sells rye bread, rolls and cakes. Sourdough needs two days of rest."
SOON = 5  # milliseconds between two polls


@pytest.fixture
def upload(client):
    return lambda data, name="a.md": client.files.create(file=(name, data), purpose="assistants").id


@pytest.fixture
def within(client):
    """An empty vector store."""
    return client.vector_stores.create(name="town", metadata={"a": "b"}).id


def test_files_are_uploaded_indexed_and_found(client, within):
    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=within, file=("harbour.md", HARBOUR), poll_interval_ms=SOON, attributes={"topic": "sea"}
    )
    assert (file.status, file.last_error, file.attributes) == ("completed", None, {"topic": "sea"})
    batch = client.vector_stores.file_batches.upload_and_poll(
        within, files=[("bread.txt", BREAD), ("picture.png", b"\x89PNG")], poll_interval_ms=SOON
    )
    assert (batch.status, batch.file_counts.completed, batch.file_counts.failed) == ("completed", 1, 1)
    assert client.vector_stores.retrieve(within).file_counts.total == 3
    first, *_ = client.vector_stores.search(within, query="When does the harbour office open?", max_num_results=5)
    assert (first.file_id, first.filename, first.content[0].text) == (file.id, "harbour.md", HARBOUR.decode())
    sea = {"type": "eq", "key": "topic", "value": "sea"}
    assert [found.file_id for found in client.vector_stores.search(within, query="rye bread", filters=sea)] == [file.id]
    [content] = client.vector_stores.files.content(file.id, vector_store_id=within)
    assert content.text == HARBOUR.decode()


def test_files_are_added_changed_and_taken_out(client, within, upload):
    name = upload(HARBOUR)
    static = {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 20}
    made = client.vector_stores.files.create_and_poll(
        name,
        vector_store_id=within,
        poll_interval_ms=SOON,
        max_wait_seconds=10,
        chunking_strategy={"type": "static", "static": static},
    )
    assert (made.status, made.chunking_strategy.static.max_chunk_size_tokens) == ("completed", 200)
    changed = client.vector_stores.files.update(name, vector_store_id=within, attributes={"a": 1, "b": True})
    assert changed.attributes == {"a": 1, "b": True}
    assert [file.id for file in client.vector_stores.files.list(within, filter="completed")] == [name]
    assert client.vector_stores.files.delete(name, vector_store_id=within).deleted
    with pytest.raises(openai.NotFoundError, match="No file found"):
        client.vector_stores.files.retrieve(name, vector_store_id=within)


def test_batches_are_polled_listed_and_cancelled(client, within, upload):
    names = [upload(HARBOUR), upload(BREAD)]
    batch = client.vector_stores.file_batches.create_and_poll(within, file_ids=names, poll_interval_ms=SOON)
    assert batch.file_counts.completed == 2
    listed = client.vector_stores.file_batches.list_files(batch.id, vector_store_id=within, order="asc", limit=1)
    assert [file.id for file in listed] == names
    long = [upload(b"\n".join(b"Line %d of a long file." % k for k in range(40_000))), *names]
    again = client.vector_stores.file_batches.create(within, file_ids=long)
    cancelled = client.vector_stores.file_batches.cancel(again.id, vector_store_id=within)
    assert (cancelled.status, cancelled.file_counts.cancelled) == ("cancelled", 3)
    assert client.vector_stores.file_batches.retrieve(again.id, vector_store_id=within).status == "cancelled"


def test_stores_are_listed_changed_and_deleted(client, within):
    other = client.vector_stores.create(expires_after={"anchor": "last_active_at", "days": 1})
    assert other.expires_at == other.last_active_at + 86_400
    assert {within, other.id} <= {store.id for store in client.vector_stores.list(limit=1)}
    assert client.vector_stores.update(other.id, name="city", expires_after=None).expires_at is None
    assert client.vector_stores.delete(other.id).deleted
    with pytest.raises(openai.NotFoundError, match="No vector store found"):
        client.vector_stores.retrieve(other.id)


def test_the_asynchronous_client_does_the_same(plain: Understudy):
    async def run() -> None:
        async with openai.AsyncOpenAI(base_url=plain.openai_url, api_key="a", _strict_response_validation=True) as client:
            store = await client.vector_stores.create(name="town")
            files = [("a.md", HARBOUR), ("b.md", BREAD)]
            batch = await client.vector_stores.file_batches.upload_and_poll(store.id, files=files, poll_interval_ms=SOON)
            assert batch.file_counts.completed == 2
            file = await client.vector_stores.files.upload_and_poll(
                vector_store_id=store.id, file=("c.md", HARBOUR), poll_interval_ms=SOON
            )
            assert file.status == "completed"
            found = await client.vector_stores.search(store.id, query="rye bread")
            assert found.data[0].filename == "b.md"
            newest = (await client.vector_stores.files.list(store.id, limit=1)).data[0]
            assert newest.id == file.id
            assert (await client.vector_stores.delete(store.id)).deleted

    asyncio.run(run())
