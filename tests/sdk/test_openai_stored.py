"""The official Python client: chat completions that the server keeps."""

from __future__ import annotations

import openai
import pytest

pytestmark = pytest.mark.sdk


@pytest.fixture
def chats(serve, connect):
    """The chat resource of a client that nobody else uses; the strict client knows no stored message but an assistant's."""
    return connect(serve(), _strict_response_validation=False).chat.completions


def made(chats, text="hello", **wishes):
    wishes = {"model": "gpt-4o-mini", "store": True} | wishes
    return chats.create(messages=[{"role": "user", "content": text}], **wishes)


def test_a_completion_is_kept_until_it_is_deleted(chats):
    answer = made(chats, metadata={"team": "red"}, temperature=0.5)
    kept = chats.retrieve(answer.id)
    assert (kept.choices, kept.usage, kept.metadata, kept.temperature) == (answer.choices, answer.usage, {"team": "red"}, 0.5)
    assert chats.update(answer.id, metadata={"team": "blue"}).metadata == {"team": "blue"}
    assert chats.retrieve(answer.id).metadata == {"team": "blue"}
    gone = chats.delete(answer.id)
    assert (gone.id, gone.deleted, gone.object) == (answer.id, True, "chat.completion.deleted")
    with pytest.raises(openai.NotFoundError):
        chats.retrieve(answer.id)


def test_what_nobody_asked_to_keep_is_not_kept(chats):
    answer = made(chats, store=False)
    with pytest.raises(openai.NotFoundError):
        chats.retrieve(answer.id)
    assert chats.list().data == []


def test_the_same_request_twice_is_two_completions(chats):
    first, second = made(chats), made(chats)
    assert first.id != second.id
    assert [kept.id for kept in chats.list()] == [first.id, second.id]


def test_a_streamed_completion_is_kept_whole(chats):
    chunks = list(made(chats, stream=True))
    kept = chats.retrieve(chunks[0].id)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert kept.choices[0].message.content == said


def test_lists_come_in_pages_and_are_filtered(chats):
    answers = [made(chats, f"number {i}", metadata={"odd": str(i % 2)}) for i in range(5)]
    other = made(chats, model="gpt-4o")
    ids = [answer.id for answer in answers]
    assert [kept.id for kept in chats.list(limit=2)] == [*ids, other.id]
    assert [kept.id for kept in chats.list(metadata={"odd": "1"})] == [ids[1], ids[3]]
    assert [kept.id for kept in chats.list(model="gpt-4o")] == [other.id]
    newest = chats.list(order="desc", limit=1)
    assert ([kept.id for kept in newest.data], newest.has_more) == ([other.id], True)


def test_the_messages_of_a_completion_are_listed(chats):
    parts = [{"type": "text", "text": "and this?"}]
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts}]
    answer = chats.create(model="gpt-4o-mini", messages=messages, store=True)
    system, user = chats.messages.list(answer.id)
    assert (system.role, system.content, system.content_parts) == ("system", "Be brief.", None)
    assert (user.id, user.content, user.content_parts[0].text) == (f"{answer.id}-1", None, "and this?")


def test_an_update_without_metadata_is_refused(chats):
    answer = made(chats)
    with pytest.raises(openai.BadRequestError, match="Missing required parameter: 'metadata'"):
        chats._client.post(f"/chat/completions/{answer.id}", body={}, cast_to=object)


def test_a_lenient_server_makes_up_what_it_never_kept(serve, connect):
    chats = connect(serve(validation="lenient")).chat.completions
    assert chats.retrieve("chatcmpl-any").id == "chatcmpl-any"
    assert chats.update("chatcmpl-any", metadata={"a": "b"}).metadata == {"a": "b"}
    assert chats.delete("chatcmpl-any").deleted
