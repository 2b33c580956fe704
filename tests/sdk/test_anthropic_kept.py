"""The official Anthropic client for Python: message batches and files, each answer checked against the client's types."""

from __future__ import annotations

import asyncio

import anthropic
import pytest

pytestmark = pytest.mark.sdk

RULES = "rules: [{when: {user: ping}, reply: pong}, {when: {user: no}, reply: {error: 529}}]"
MODEL = "claude-sonnet-5"
OWN = {"api_key": "sk-ant-any", "max_retries": 0, "_strict_response_validation": True}


@pytest.fixture
def link(made):
    """Make a strict client of a server; it does not try again."""
    return lambda server: made(anthropic.Anthropic, base_url=server.url, **OWN)


@pytest.fixture
def claude(plain, link):
    return link(plain)


def requests(*texts: str) -> list:
    params = [{"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": text}]} for text in texts]
    return [{"custom_id": f"q{i}", "params": found} for i, found in enumerate(params)]


@pytest.mark.parametrize("api", ["messages", "beta"])
def test_a_batch_there_and_back(serve, link, api):
    client = link(serve(RULES, validation="lenient"))
    batches = client.messages.batches if api == "messages" else client.beta.messages.batches
    batch = batches.create(requests=requests("ping", "no"))
    assert batch.request_counts.processing == 2
    for _ in range(10_000):
        if batch.processing_status == "ended":
            break
        batch = batches.retrieve(batch.id)
    assert (batch.request_counts.succeeded, batch.request_counts.errored) == (1, 1)
    good, bad = sorted(batches.results(batch.id), key=lambda row: row.custom_id)
    assert (good.result.message.content[0].text, good.result.message.usage.service_tier) == ("pong", "batch")
    assert bad.result.error.error.type == "overloaded_error"
    assert [found.id for found in batches.list(limit=1)] == [batch.id]
    assert batches.delete(batch.id).type == "message_batch_deleted"
    assert batches.list().data == []


def test_a_batch_is_cancelled(serve, link):
    client = link(serve(RULES))
    batch = client.messages.batches.create(requests=requests(*["ping"] * 2000))
    with pytest.raises(anthropic.BadRequestError, match="In progress batches cannot be deleted"):
        client.messages.batches.delete(batch.id)
    assert client.messages.batches.cancel(batch.id).processing_status == "canceling"


@pytest.mark.parametrize("api", ["files", "beta"])
def test_a_file_there_and_back(claude, api):
    files = claude.files if api == "files" else claude.beta.files
    made = files.upload(file=("note.txt", b"Call me Ishmael. " * 20, "text/plain"), expires_in_seconds=3600)
    assert (made.filename, made.mime_type, made.size_bytes, made.downloadable) == ("note.txt", "text/plain", 340, False)
    assert files.retrieve_metadata(made.id) == made
    assert made.id in [found.id for found in files.list(limit=1)]
    block = {"type": "document", "source": {"type": "file", "file_id": made.id}}
    question = {"model": MODEL, "messages": [{"role": "user", "content": [block, {"type": "text", "text": "hello"}]}]}
    assert claude.beta.messages.create(max_tokens=100, **question).usage.input_tokens > 100
    with pytest.raises(anthropic.BadRequestError) as refused:
        files.download(made.id)
    assert refused.value.body["error"]["details"] == {"error_code": "file_not_downloadable"}
    assert files.delete(made.id).type == "file_deleted"
    with pytest.raises(anthropic.NotFoundError):
        claude.beta.messages.create(max_tokens=100, **question)


def test_leniently_what_was_uploaded_is_downloaded(serve, link):
    client = link(serve(validation="lenient"))
    assert client.files.download(client.files.upload(file=b"bytes").id).read() == b"bytes"


def test_the_asynchronous_client(plain):
    async def main() -> tuple[str, int]:
        async with anthropic.AsyncAnthropic(base_url=plain.url, **OWN) as client:
            file = await client.files.upload(file=b"x")
            batch = await client.messages.batches.create(requests=requests("hello"))
            return file.type, batch.request_counts.processing

    assert asyncio.run(main()) == ("file", 1)
