"""The conversations API (wire.md 8): items that the server keeps between responses, and what is said about them."""

from __future__ import annotations

from understudy.dialects import Moment
from understudy.dialects._openai.check import missing
from understudy.dialects._openai.listing import nowhere, page
from understudy.dialects._session import store_of
from understudy.dialects.openai_responses import check, standins
from understudy.dialects.openai_responses.answers import body
from understudy.dialects.openai_responses.includes import shown
from understudy.dialects.openai_responses.items import kept, normalised
from understudy.dialects.openai_responses.kept_conversations import (
    KeptConversation,
    drop_conversation,
    find_conversation,
    keep_conversation,
)
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.recall import not_found
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply


def create(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /conversations."""
    wish = _checked(call)
    names = Names(moment)
    document = {
        "id": names.named("conv"),
        "object": "conversation",
        "created_at": moment.created,
        "metadata": wish.body.get("metadata") or {},
    }
    conversation = KeptConversation(document, kept(normalised(wish.body.get("items")), names))
    keep_conversation(store_of(moment), conversation)
    return body(document)


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /conversations/{id}, its items, one of them."""
    wish: Wish = call.extra
    conversation = _found(wish, moment)
    match wish.path[1:]:
        case ():
            return body(conversation.document)
        case ("items",):
            return body(page([shown(item, wish.included) for item in conversation.items], wish.query, strict=wish.strict))
        case ("items", identifier):
            return body(shown(_item(conversation, identifier, wish), wish.included))
    raise nowhere("GET", "conversations", wish.path)


def change(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /conversations/{id} (metadata) and /conversations/{id}/items."""
    wish = _checked(call)
    conversation = _found(wish, moment)
    answer = conversation.document
    if not wish.path[1:]:
        if wish.strict and "metadata" not in wish.body:
            missing("metadata")
        answer["metadata"] = wish.body.get("metadata") or {}
    elif wish.path[1:] == ("items",):
        added = kept(normalised(wish.body.get("items")), Names(moment))
        conversation.items += added
        answer = page(added, {"order": "asc", "limit": "100"})
    else:
        raise nowhere("POST", "conversations", wish.path)
    keep_conversation(store_of(moment), conversation)
    return body(answer)


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /conversations/{id} and one of its items."""
    wish: Wish = call.extra
    conversation = _found(wish, moment)
    match wish.path[1:]:
        case ():
            drop_conversation(store_of(moment), wish.path[0], moment.wall)
            return body({"id": wish.path[0], "object": "conversation.deleted", "deleted": True})
        case ("items", identifier):
            gone = _item(conversation, identifier, wish)
            conversation.items = [item for item in conversation.items if item is not gone]
            keep_conversation(store_of(moment), conversation)
            return body(conversation.document)
    raise nowhere("DELETE", "conversations", wish.path)


def _checked(call: Call) -> Wish:
    wish: Wish = call.extra
    if wish.strict:
        check.conversation(wish.body)
    if wish.strict and wish.path[1:] == ("items",) and wish.body.get("items") is None:
        missing("items")
    return wish


def _found(wish: Wish, moment: Moment) -> KeptConversation:
    identifier = wish.path[0] if wish.path else ""
    found = find_conversation(store_of(moment), identifier, moment.wall)
    if found is None and not wish.strict:
        return standins.conversation(identifier, moment)
    if found is None:
        not_found("Conversation", identifier)
    return found


def _item(conversation: KeptConversation, identifier: str, wish: Wish) -> Json:
    found = next((item for item in conversation.items if item.get("id") == identifier), None)
    if found is None and not wish.strict:
        return standins.item(identifier)
    if found is None:
        not_found("Item", identifier)
    return found
