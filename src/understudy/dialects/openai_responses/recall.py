"""What a call refers to: the response it goes on from, the conversation it belongs to, items by their identifiers.

In: a decoded call and the session's store. Out: the call with every message it comes to, or the refusal of a reference that
leads nowhere (wire.md 2.4, A.3).
"""

from __future__ import annotations

from typing import NoReturn

from msgspec.structs import replace

from understudy.dialects._openai.check import refuse
from understudy.dialects._openai.families import family
from understudy.dialects._openai.prompt import chat_tokens
from understudy.dialects.openai_responses.decode import last_user, spoken
from understudy.dialects.openai_responses.kept import chain, find_conversation, find_item
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.ports import Store
from understudy.model.reply import Failure

_CALLS = {"function_call": "function_call_output", "custom_tool_call": "custom_tool_call_output"}


def recall(call: Call, store: Store) -> Call:
    """Complete a call for a new response."""
    wish: Wish = call.extra
    history = _conversation(wish, store) or _previous(wish, store)
    if wish.strict and isinstance(prompt := wish.body.get("prompt"), dict):
        not_found("Prompt", str(prompt.get("id", "")))
    given = [_resolved(item, wish, store) for item in wish.given]
    if wish.strict:
        _answered([*history, *given])
    wish = replace(wish, given=given, history=history)
    messages = spoken(wish)
    call = replace(call, messages=messages, user=last_user(messages), extra=wish)
    return _shortened(call) if wish.body.get("truncation") == "auto" else call


def untouched(call: Call, _store: Store) -> Call:
    """Leave a call for what is kept as it is: its encoder looks things up."""
    return call


def not_found(what: str, identifier: str) -> NoReturn:
    """Raise the 404 of something that is not kept."""
    message = f"{what} with id '{identifier}' not found."
    raise RequestError(Failure(404, "not_found", message, type="invalid_request_error"))


def _conversation(wish: Wish, store: Store) -> list[Json]:
    if wish.conversation is None:
        return []
    found = find_conversation(store, wish.conversation)
    if found is None and wish.strict:
        not_found("Conversation", wish.conversation)
    return [] if found is None else found.items


def _previous(wish: Wish, store: Store) -> list[Json]:
    if wish.previous is None:
        return []
    found = chain(store, wish.previous)
    if found is None and wish.strict:
        message = f"Previous response with id '{wish.previous}' not found."
        refuse(message, "previous_response_id", "previous_response_not_found")
    return found or []


def _resolved(item: Json, wish: Wish, store: Store) -> Json:
    """Put the item in place of a reference to it."""
    kind, identifier = item.get("type", "item_reference"), item.get("id")
    if kind != "item_reference" or not isinstance(identifier, str):
        return item
    found = find_item(store, identifier)
    if found is None and wish.strict:
        not_found("Item", identifier)
    return found or item


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
    excess = chat_tokens(call) - window
    at = 1 if messages and messages[0].role == "system" else 0
    while window and excess > 0 and len(messages) > at + 1:
        excess -= chat_tokens(replace(call, messages=[messages.pop(at)], tools=()))
    return replace(call, messages=messages)
