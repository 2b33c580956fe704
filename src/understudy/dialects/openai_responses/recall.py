"""What a call refers to: the response it goes on from, the conversation it belongs to, items by their identifiers.

In: a decoded call and the session's store. Out: the call with every message it comes to, or the refusal of a reference that
leads nowhere (wire.md 2.4, A.3).
"""

from __future__ import annotations

from typing import NoReturn

from msgspec.structs import replace

from understudy.dialects._asked import last_user
from understudy.dialects._openai.check import refuse
from understudy.dialects._openai.families import family
from understudy.dialects._openai.prompt import chat_tokens
from understudy.dialects.openai_responses.decode import spoken
from understudy.dialects.openai_responses.kept import chain, items_beside
from understudy.dialects.openai_responses.kept_conversations import find_conversation, items_in_conversation
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.ports import Store
from understudy.model.reply import Failure

_BUSY = "Another process is currently operating on this conversation. Please retry in a few seconds."
_NOT_PERSISTED = (
    " Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your "
    "input."
)
_CALLS = {"function_call": "function_call_output", "custom_tool_call": "custom_tool_call_output"}


def recall(call: Call, store: Store, wall: float) -> Call:
    """Complete a call for a new response."""
    wish: Wish = call.extra
    history = _conversation(call, store, wall) or _previous(wish, store, wall)
    if wish.strict and isinstance(prompt := wish.body.get("prompt"), dict):
        not_found("Prompt", str(prompt.get("id", "")))
    if history or not all(map(_stands_alone, wish.given)):
        given = [_resolved(item, wish, store, wall) for item in wish.given]
        if wish.strict:
            _only_once([*history, *given])
            _answered([*history, *given])
        wish = replace(wish, given=given, history=history)
    messages = spoken(wish)
    call = replace(call, messages=messages, user=last_user(messages), extra=wish)
    return _shortened(call) if wish.body.get("truncation") == "auto" else call


def not_found(what: str, identifier: str, why: str = "", param: str | None = None) -> NoReturn:
    """Raise the 404 of something that is not kept."""
    message = f"{what} with id '{identifier}' not found.{why}"
    raise RequestError(Failure(404, "not_found", message, param, "invalid_request_error"))


def _conversation(call: Call, store: Store, wall: float) -> list[Json]:
    wish: Wish = call.extra
    if wish.conversation is None:
        return []
    found = find_conversation(store, wish.conversation, wall)
    if found is None and wish.strict:
        not_found("Conversation", wish.conversation)
    if found is not None and found.runs and wish.strict and call.operation == "chat":
        refuse(_BUSY, "conversation", "conversation_locked")
    return [] if found is None else found.items


def _previous(wish: Wish, store: Store, wall: float) -> list[Json]:
    if wish.previous is None:
        return []
    items, lost = chain(store, wish.previous, wall)
    if lost is not None and wish.strict:
        message = f"Previous response with id '{lost}' not found."
        refuse(message, "previous_response_id", "previous_response_not_found")
    return items


def _stands_alone(item: Json) -> bool:
    """Say whether an item has nothing to do with any other, whatever that is."""
    return item["type"] == "message" and item.get("id") is None


def _resolved(item: Json, wish: Wish, store: Store, wall: float) -> Json:
    """Put the item in place of a reference to it; thoughts that are not sent along are referred to, too."""
    kind, identifier = item["type"], item.get("id")
    is_reference = kind == "item_reference" or (
        kind == "reasoning" and not item.get("encrypted_content") and not item.get("content")
    )
    if not is_reference or not isinstance(identifier, str):
        return item
    beside = [*items_beside(store, identifier, wall), *items_in_conversation(store, identifier)]
    found = next((other for other in beside if other.get("id") == identifier), None)
    if found is None and wish.strict:
        not_found("Item", identifier, _NOT_PERSISTED, "input")
    return found or item


def _only_once(items: list[Json]) -> None:
    """Check that no item is there twice."""
    seen = set()
    for item in items:
        name = item.get("id")
        if name is not None and name in seen:
            refuse(f"Duplicate item found with id {name}. Remove duplicate items from your input and try again.", "input")
        seen.add(name)


def _answered(items: list[Json]) -> None:
    """Check that every call has its output and every output its call."""
    calls = {item.get("call_id"): item["type"] for item in items if item.get("type") in _CALLS}
    outputs = {item.get("call_id"): item["type"] for item in items if item.get("type") in _CALLS.values()}
    for name in outputs:
        if name not in calls:
            refuse(f"No tool call found for function call output with call_id {name}.", "input")
    for name, kind in calls.items():
        if name not in outputs:
            what = "custom tool call" if kind == "custom_tool_call" else "function call"
            refuse(f"No tool output found for {what} {name}.", "input")


def _shortened(call: Call) -> Call:
    """Forget the oldest messages until the prompt fits the model's window; instructions and the last message stay."""
    window, messages = family(call.model).window, list(call.messages)
    at = 1 if messages and messages[0].role == "system" else 0
    # a message alone counts for a little more than it does among others, so one pass may not be enough
    while window and (excess := chat_tokens(call) - window) > 0 and len(messages) > at + 1:
        while excess > 0 and len(messages) > at + 1:
            excess -= chat_tokens(replace(call, messages=[messages.pop(at)], tools=()))
        call = replace(call, messages=messages)
    return call
