"""Chat completions that are kept because `store` asked for it: list, get, update, delete, their messages (wire.md 3.2).

In: a path, a query, a body. Out: documents from the session's store. Rules have no say here.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct, structs

from understudy.dialects import Moment, Options
from understudy.dialects._asked import loose_object
from understudy.dialects._openai.check import missing
from understudy.dialects._openai.check_texts import metadata as check_metadata
from understudy.dialects._openai.listing import page
from understudy.dialects._session import store_of
from understudy.dialects.openai.wishes import metadata
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.http import Request
from understudy.model.ports import Store
from understudy.model.reply import Failure, Reply

Json = dict[str, Any]

_KIND = "chat.completion"
_DONE = b"[DONE]\n\n"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Request fields that the kept document shows besides the answer, and what they are when nobody sent them.
_SHOWN: Json = {
    "tool_choice": None,
    "seed": None,
    "top_p": 1.0,
    "temperature": 1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "tools": None,
    "response_format": None,
}


class Lookup(Struct, gc=False):
    """A request for what is kept: `path` follows the name of the resource."""

    path: tuple[str, ...] = ()
    query: dict[str, str] = {}
    body: Json = {}
    strict: bool = True


class Kept(Struct, gc=False):
    """A completion and the messages it answers."""

    document: Json
    messages: list[Json]


_write = msgspec.json.encode
_read = msgspec.json.Decoder(Kept).decode


def looked_up(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode a request for what is kept."""
    path = tuple(part for part in params.get("path", "").split("/") if part)
    query = dict(parse_qsl(request.head.query, keep_blank_values=True))
    wish = Lookup(path, query, loose_object(request.body), options.strict)
    return Call("stored", "openai", options.default_model, extra=wish, body=request.body)


def keeps(call: Call) -> bool:
    """Say whether the answer of a call is to be kept."""
    wanted: bool = call.extra.store
    return wanted


def claim(moment: Moment) -> None:
    """Give a completion that is kept an identity of its own, though the same request was answered before."""
    again = store_of(moment).claim(f"{_KIND} {moment.key.decode()}")
    if again:
        moment.key = "".join(_BASE62[word % 62] for word in moment.random.words(f"stored-{again}", 22)).encode()


def keep(call: Call, answer: Body, stream: Stream | None, moment: Moment) -> None:
    """Keep a completion when its answer has gone out; what failed on the way, or was not waited for, leaves none."""
    store, failures = store_of(moment), list[bytes]()

    def settle(outcome: str) -> None:
        has_gone_out = outcome == "done" or (stream is None and outcome != "client_gone")
        if has_gone_out and not failures:
            _keep(call, answer, store)

    def failed(_first: bytes, last: bytes, error: bytes) -> bytes:
        if not last.endswith(_DONE):
            failures.append(error)
        return error

    moment.afterwards = settle
    if stream is not None and stream.grammar is not None:
        stream.grammar = structs.replace(stream.grammar, failed=failed)


def _keep(call: Call, answer: Body, store: Store) -> None:
    given = loose_object(call.body)
    document = msgspec.json.decode(answer.data)
    identifier = document.get("id") if isinstance(document, dict) else None
    if not isinstance(identifier, str):
        return  # a style whose documents have no identifier has nothing to be found by
    shown = {name: usual if given.get(name) is None else given[name] for name, usual in _SHOWN.items()}
    shown |= {"input_user": given.get("user"), "metadata": call.extra.metadata or {}}
    listed = given.get("messages")
    messages = [_message(identifier, i, m) for i, m in enumerate(listed if isinstance(listed, list) else ())]
    store.put(_KIND, identifier, _write(Kept({**document, **shown}, messages)))


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /chat/completions: those with that model and that metadata, the first made first."""
    wish: Lookup = call.extra
    store = store_of(moment)
    found = [kept.document for name in store.names(_KIND) if (kept := _find(store, name)) is not None]
    fitting = sorted((document for document in found if _fits(document, wish.query)), key=itemgetter("created"))
    return _body(page(fitting, wish.query, "asc", strict=wish.strict))


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /chat/completions/{id} and its messages."""
    wish: Lookup = call.extra
    match wish.path[1:]:
        case ():
            return _body(_found(call, moment).document)
        case ("messages",):
            return _body(page(_found(call, moment).messages, wish.query, "asc", strict=wish.strict))
    raise _nowhere("GET", wish)


def update(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /chat/completions/{id}: the metadata is what may change."""
    wish: Lookup = call.extra
    if len(wish.path) != 1:
        raise _nowhere("POST", wish)
    kept = _found(call, moment)
    if wish.strict and "metadata" not in wish.body:
        missing("metadata")
    given = wish.body.get("metadata")
    if wish.strict and given is not None:
        check_metadata(given, "metadata")
    kept.document["metadata"] = metadata(given) or {}
    store_of(moment).put(_KIND, wish.path[0], _write(kept))
    return _body(kept.document)


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /chat/completions/{id}."""
    wish: Lookup = call.extra
    if len(wish.path) != 1:
        raise _nowhere("DELETE", wish)
    if not store_of(moment).drop(_KIND, wish.path[0]) and wish.strict:
        _not_found(wish.path[0])
    return _body({"object": "chat.completion.deleted", "id": wish.path[0], "deleted": True})


def _message(identifier: str, index: int, message: Any) -> Json:
    """A message as the list shows it: its content as one text, or as parts."""
    given = message if isinstance(message, dict) else {"role": "user", "content": message}
    content = given.get("content")
    parts = content if isinstance(content, list) else None
    shown = {"id": f"{identifier}-{index}", **given, "content": None if parts is not None else content}
    return {**shown, "name": given.get("name"), "content_parts": parts}


def _fits(document: Json, query: Mapping[str, str]) -> bool:
    wanted = {name[9:-1]: value for name, value in query.items() if name.startswith("metadata[") and name.endswith("]")}
    model = query.get("model")
    return model in (None, "", document["model"]) and set(wanted.items()) <= set(document["metadata"].items())


def _find(store: Store, identifier: str) -> Kept | None:
    data = store.get(_KIND, identifier)
    return None if data is None else _read(data)


def _found(call: Call, moment: Moment) -> Kept:
    wish: Lookup = call.extra
    kept = _find(store_of(moment), wish.path[0])
    if kept is not None:
        return kept
    if wish.strict:
        _not_found(wish.path[0])
    return _standin(wish.path[0], call.model, moment)


def _standin(identifier: str, model: str, moment: Moment) -> Kept:
    """What a lenient server shows of a completion it never made."""
    message: Json = {"role": "assistant", "content": "", "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    document = {"id": identifier, "object": _KIND, "created": moment.created, "model": model, "choices": [choice]}
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    return Kept({**document, "usage": usage, **_SHOWN, "metadata": {}}, [])


def _body(document: Any) -> Body:
    return Body(msgspec.json.format(_write(document), indent=2) + b"\n")


def _not_found(identifier: str) -> NoReturn:
    message = f"Chat completion with id '{identifier}' not found."
    raise RequestError(Failure(404, "not_found", message, type="invalid_request_error"))


def _nowhere(method: str, wish: Lookup) -> RequestError:
    path = "/".join(("/v1/chat/completions", *wish.path))
    return RequestError(Failure(404, "not_found", f"Invalid URL ({method} {path})"))
