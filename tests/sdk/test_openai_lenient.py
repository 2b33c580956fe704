"""A lenient server, read strictly by the official client: what was never made is answered for, limits come to the nearest."""

from __future__ import annotations

import openai
import pytest

from understudy import Understudy


@pytest.fixture(scope="module")
def lenient():
    with (
        Understudy(validation="lenient") as server,
        openai.OpenAI(base_url=server.openai_url, api_key="any", max_retries=0, _strict_response_validation=True) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("name", "retrieve"),
    [
        ("file-x", lambda client, name: client.files.retrieve(name)),
        ("batch_x", lambda client, name: client.batches.retrieve(name)),
        ("batch_x", lambda client, name: client.batches.cancel(name)),
        ("upload_x", lambda client, name: client.uploads.cancel(name)),
        ("resp_x", lambda client, name: client.responses.retrieve(name)),
        ("resp_x", lambda client, name: client.responses.cancel(name)),
        ("conv_x", lambda client, name: client.conversations.retrieve(name)),
        ("conv_x", lambda client, name: client.conversations.update(name, metadata={"a": "b"})),
        ("msg_x", lambda client, name: client.conversations.items.retrieve(name, conversation_id="conv_x")),
        ("chatcmpl-x", lambda client, name: client.chat.completions.retrieve(name)),
    ],
)
def test_what_is_not_kept_is_made_up_under_its_name(lenient, name, retrieve):
    assert retrieve(lenient, name).id == name


def test_what_is_not_kept_is_deleted(lenient):
    assert lenient.files.delete("file-x").deleted
    assert lenient.conversations.delete("conv_x").deleted
    assert lenient.chat.completions.delete("chatcmpl-x").deleted
    lenient.responses.delete("resp_x")


def test_what_is_not_kept_has_nothing_in_it(lenient):
    assert lenient.files.content("file-x").read() == b""
    assert list(lenient.responses.input_items.list("resp_x")) == []
    assert list(lenient.conversations.items.list("conv_x")) == []
    assert list(lenient.chat.completions.messages.list("chatcmpl-x")) == []


def test_a_limit_out_of_range_comes_to_the_nearest(lenient):
    made = lenient.conversations.create(items=[{"role": "user", "content": text} for text in "ab"])
    page = lenient.conversations.items.list(made.id, limit=0)
    assert (len(page.data), page.has_more) == (1, True)
    assert len(lenient.conversations.items.list(made.id, limit=1000).data) == 2


def test_by_default_it_is_not_found(client):
    for ask in (client.files.retrieve, client.batches.retrieve, client.responses.retrieve, client.conversations.retrieve):
        with pytest.raises(openai.NotFoundError):
            ask("x_unknown")
