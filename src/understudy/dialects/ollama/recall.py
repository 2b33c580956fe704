"""What a model that was asked was made of: the system, the messages and the options that stand beside those of a request.

In: a decoded call, the store. Out: the call as the model gets it, or a refusal: of a model that was deleted, of one that a
closed list does not show, of one that only makes vectors. Words and order are those of the server's source (`ChatHandler` and
`GenerateHandler` in `server/routes.go`, August 2026).
"""

from __future__ import annotations

from typing import Any

from msgspec import structs

from understudy.dialects import Listed
from understudy.dialects import _asked as asked
from understudy.dialects.ollama.decode import Extra, limit, message_of
from understudy.dialects.ollama.details import is_embedder, vector_size
from understudy.dialects.ollama.kept import Made, from_list, remembered, there
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.ports import Store
from understudy.model.reply import Failure


def found(store: Store, name: str, call: Call, words: str | None = None) -> Made:
    """Find a model that is only looked at: any name will do unless it was deleted or the list is closed.

    Raises:
        RequestError: where it is not there; `words` have a hole for the name, None leaves them to the dialect.
    """
    extra: Extra = call.extra
    made = there(store, name, extra.settings.listed)
    if made is not None:
        return made
    if extra.settings.only_listed or remembered(store, name) is not None:
        raise RequestError(Failure(404, "model_not_found", None if words is None else words.format(name), subject=name))
    return from_list(Listed(name))


def chat(call: Call, store: Store, _wall: float) -> Call:
    """Complete a chat."""
    made = _able(call, store, "chat")
    if not call.messages:
        return call
    said = [message_of(item) for item in made.messages]
    return _with(call, made, [*said, *call.messages], made.system)


def generate(call: Call, store: Store, _wall: float) -> Call:
    """Complete a completion: what a model was made to say before comes in unless a conversation is gone on with."""
    made = _able(call, store, "generate")
    if not call.messages:
        return call
    raw, told = call.extra.raw, any(message.role == "system" for message in call.messages)
    said = [] if raw or call.extra.continues else [message_of(item) for item in made.messages]
    return _with(call, made, [*call.messages[:-1], *said, call.messages[-1]], "" if raw or told else made.system)


def embedding(call: Call, store: Store, _wall: float) -> Call:
    """Refuse vectors of a model that is not there; those of a copy have the length of its original's."""
    made = found(store, call.model, call, 'model "{}" not found, try pulling it first')
    call.extra.dimensions = call.extra.dimensions or vector_size(made.base)
    return call


def _able(call: Call, store: Store, what: str) -> Made:
    made = found(store, call.model, call)
    if call.extra.settings.strict and call.extra.only is None and is_embedder(made.base):
        asked.refuse(f'"{call.model}" does not support {what}')
    return made


def _with(call: Call, made: Made, messages: list[Message], system: str) -> Call:
    """Put what a model has of its own around a call."""
    if system and call.messages[0].role != "system":
        messages.insert(0, Message("system", system))
    if len(messages) == len(call.messages) and not made.parameters:
        return structs.replace(call, kind=call.extra.kind) if call.extra.kind is not None else call
    options: dict[str, Any] = {**made.parameters, **call.extra.options}
    extra = structs.replace(call.extra, stops=asked.texts(options.get("stop")), options=options, counted=None)
    changed = structs.replace(call, messages=messages, extra=extra)
    limit(changed, options, call.sampling.suffix if call.sampling is not None else "")
    return changed
