"""Gemini as OpenAI's clients ask it: chats, vectors, models and pictures below `/openai`, of Vertex AI chats and vectors.

Requests are read leniently, as Google does. Errors are those of the API, in an array (Simpleyyt/ai-manus 101 and others); what
`extra_body.google` asks is read by `extras`. Order of members and what is left out of the documents are from memory.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import Endpoint, ErrorBody, Moment, Options, always
from understudy.dialects import _asked as asked
from understudy.dialects._asked import prompt_tokens
from understudy.dialects._kin import Answered, Kin, chat
from understudy.dialects._kin.decode import Extra, body_of, model_of
from understudy.dialects._kin.decode import catalogue as asks_models
from understudy.dialects._kin.decode import embedding as embedding_of
from understudy.dialects._kin.dialect import embeddings
from understudy.dialects.gemini import extras
from understudy.dialects.gemini.errors import error_body
from understudy.dialects.gemini.families import vector_size
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.http import Request, RequestHead
from understudy.model.reply import Failure, Reply
from understudy.text.picture import png

_SIDE = 1024  # pixels of a picture
_MOST = 4  # pictures of a request
_VERTEX = "/projects/{project}/endpoints/openapi"
_BLOCKED = Failure(400, "content_filter", "The prompt was blocked.")
_FAMILY = Kin(
    "gemini",
    (),
    identify=lambda moment: moment.key.decode(),
    identify_call=lambda moment, position: f"function-call-{moment.random.integer(f'call-{position}', 10**18, 10**19 - 1)}",
    thought=(),
    opens=False,
    streams_calls="whole",
    whole=lambda document, answered: _sorted(extras.signed(document, answered)),
    chunk=lambda document, answered: _sorted(_bare(extras.signed(document, answered), answered)),
)


def _sorted(document: dict[str, Any]) -> dict[str, Any]:
    """Put the members in order, and leave out what is nothing."""
    for choice in document["choices"]:
        choice.pop("logprobs", None)
        if choice.get("finish_reason") is None:
            choice.pop("finish_reason", None)
    return {name: document[name] for name in sorted(document) if document[name] is not None}


def _bare(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        choice["delta"]["role"] = "assistant"
        for call in choice["delta"].get("tool_calls", ()):
            call["type"] = "function"
    if answered.place == "usage":
        document["choices"] = []
    return document


def _chat(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a chat, with its thoughts for who asks for them."""
    return chat.encode(extras.showing(_FAMILY) if extras.shows(call) else _FAMILY, call, replies, moment)


def _listed(name: str) -> dict[str, Any]:
    title = " ".join(word.capitalize() for word in name.split("-"))
    return {"id": f"models/{name}", "object": "model", "owned_by": "google", "display_name": title}


def _models(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    return Body(msgspec.json.encode({"object": "list", "data": [_listed(model.id) for model in moment.options.listed]}))


def _asks_model(request: Request, params: Mapping[str, str], options: Options) -> Call:
    return asks_models("gemini")(request, {"id": params["id"].removeprefix("models/")}, options)


def _model(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    return Body(msgspec.json.encode(_listed(call.model)))


def _vectors(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    own = replace(_FAMILY, vector_size=vector_size(call.model))
    found = embeddings(own, call, replies, moment)
    document = msgspec.json.decode(found.data)
    usage = {"prompt_tokens": found.prompt_tokens, "total_tokens": found.prompt_tokens}
    whole = {"object": "list", "data": document["data"], "model": call.model, "usage": usage}
    return Body(msgspec.json.encode(whole), found.prompt_tokens)


def _asks_pictures(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /openai/images/generations."""
    value = body_of(request, options, "prompt")
    prompt, count = str(value.get("prompt") or ""), asked.whole(value.get("n")) or 1
    model = model_of(value, options)
    return Call("image", "gemini", model, user=prompt, extra=Extra(value), body=request.body, choices=min(count, _MOST))


def _pictures(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Draw what a rule says, else the prompt."""
    drawn = [png(reply.text or call.user, _SIDE, _SIDE, tint) for tint, reply in enumerate(replies)]
    data = [{"b64_json": b64encode(file).decode()} for file in drawn]
    return Body(msgspec.json.encode({"created": moment.created, "data": data}), moment.prompt_tokens)


def _refused(error: ErrorBody, _head: RequestHead) -> ErrorBody:
    """Put an error into an array; a blocked prompt is one here."""
    said = error.data if error.status != 200 else error_body(_BLOCKED).data
    return replace(error, status=_BLOCKED.status if error.status == 200 else error.status, data=b"[%b]" % said)


def _endpoint(method: str, path: str, operation: Any, decode: Any, encode: Any, **kept: Any) -> Endpoint:
    return Endpoint(method, path, operation, decode, encode, prompt_tokens, refuses=_refused, **kept)


def _both(base: str) -> tuple[Endpoint, ...]:
    return (
        _endpoint("POST", f"{base}/chat/completions", "chat", extras.chat, _chat, recall=extras.recall, keeps=always),
        _endpoint("POST", f"{base}/embeddings", "embedding", embedding_of("gemini"), _vectors),
    )


ENDPOINTS = (
    *_both("/openai"),
    *_both(_VERTEX),
    _endpoint("GET", "/openai/models", "models", asks_models("gemini"), _models),
    _endpoint("GET", "/openai/models/{id}", "model", _asks_model, _model),
    _endpoint("POST", "/openai/images/generations", "image", _asks_pictures, _pictures),
)
