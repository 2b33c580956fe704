"""Conversations as they are kept.

The items of a response come to its conversation when it has completed, all at once; until then the conversation is busy, and
no other response may begin in it. Responses in the background are looked at when somebody looks at the conversation.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from understudy.dialects.openai_responses.kept import find_response
from understudy.dialects.openai_responses.names import shared
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.ports import Store

_CONVERSATIONS = "conversation"
_ADDS = ("completed", "incomplete")


class KeptConversation(Struct):
    """A conversation and its items, oldest first.

    `runs` are responses under way, and when each is over (unix time), None when it says so itself.
    """

    document: Json
    items: list[Json] = []
    runs: dict[str, float | None] = {}


_write = msgspec.json.Encoder().encode
_conversation = msgspec.json.Decoder(KeptConversation).decode


def find_conversation(store: Store, identifier: str, wall: float) -> KeptConversation | None:
    """Look a conversation up, as it is at that time."""
    data = store.get(_CONVERSATIONS, shared(identifier))
    found = None if data is None else _conversation(data)
    if found is None or found.document["id"] != identifier:
        return None
    if found.runs and _caught_up(store, found, wall):
        keep_conversation(store, found)
    return found


def keep_conversation(store: Store, conversation: KeptConversation) -> None:
    """Keep a conversation, new or changed."""
    store.put(_CONVERSATIONS, shared(conversation.document["id"]), _write(conversation))


def drop_conversation(store: Store, identifier: str, wall: float) -> bool:
    """Forget a conversation."""
    return find_conversation(store, identifier, wall) is not None and store.drop(_CONVERSATIONS, shared(identifier))


def begin_run(store: Store, identifier: str, response: str, over: float | None, wall: float) -> None:
    """Note that a response is under way in a conversation until some time, or until it says itself that it is over."""
    conversation = find_conversation(store, identifier, wall)
    if conversation is not None:
        conversation.runs[response] = over
        keep_conversation(store, conversation)


def end_run(store: Store, identifier: str, response: str, added: list[Json], wall: float) -> None:
    """Note that a response is over, and what it adds to its conversation."""
    conversation = find_conversation(store, identifier, wall)
    if conversation is not None:
        conversation.runs.pop(response, None)
        conversation.items += added
        keep_conversation(store, conversation)


def items_in_conversation(store: Store, item: str) -> list[Json]:
    """The items of the conversation that an item was added to by itself."""
    data = store.get(_CONVERSATIONS, shared(item))
    return [] if data is None else _conversation(data).items


def _caught_up(store: Store, conversation: KeptConversation, wall: float) -> bool:
    """Take in what the responses added that are over by now; say whether any was."""
    before = len(conversation.runs)
    for name, over in list(conversation.runs.items()):
        response = find_response(store, name, wall)
        if response is None or not response.background:
            is_over = over is not None and wall >= over  # a stream in the foreground says itself what it adds
        else:
            is_over = response.is_over(wall)
            if is_over and response.at(wall)["status"] in _ADDS:
                conversation.items += response.said(wall)
        if is_over:
            del conversation.runs[name]
    return len(conversation.runs) < before
