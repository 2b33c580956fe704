"""The dialect of a `Kin`: its endpoints, errors and header fields, as OpenAI's unless the provider says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from understudy.dialects import Endpoint, ErrorBody, Moment, ShapeError
from understudy.dialects._asked import prompt_tokens
from understudy.dialects._kin import chat, completion, decode
from understudy.dialects._kin.kin import Document, Kin
from understudy.dialects._kin.style import Style
from understudy.dialects._openai.errors import error_body
from understudy.dialects._openai.limits import limit_fields
from understudy.dialects._window import Fit, fitted
from understudy.model.allowance import Allowance
from understudy.model.call import Call, Operation
from understudy.model.frame import Body
from understudy.model.reply import Failure, Reply
from understudy.text.embedding import embed as vector_of
from understudy.text.embedding import encode_base64

_LARGEST = 8192  # dimensions; more would only cost memory
Encode = Callable[[Call, tuple[Reply, ...], Moment], Any]


def endpoint(
    method: str,
    path: str,
    operation: Operation,
    decode_: decode.Decode,
    encode: Encode,
    *,
    counts: bool = True,
    yields: bool = True,
    fit: Fit = fitted,
) -> Endpoint:
    """Make an endpoint, which gives way to OpenAI's own; `counts` says that its prompts cost tokens."""
    if not counts:
        return Endpoint(method, path, operation, decode_, encode, yields=yields)
    count = completion.prompt_tokens if operation == "completion" else prompt_tokens
    return Endpoint(method, path, operation, decode_, encode, count, yields=yields, fit=fit)


def standard(kin: Kin, *also: str, base: str = "") -> tuple[Endpoint, ...]:
    """Make the endpoints of a provider: chat and models, and `also` some of completions and embeddings."""
    name = kin.name
    found = [
        endpoint(
            "POST", f"{base}/chat/completions", "chat", decode.chat(name, kin.rules), partial(chat.encode, kin), fit=kin.fit
        ),
        endpoint("GET", f"{base}/models", "models", decode.catalogue(name), partial(_models, kin), counts=False),
        endpoint("GET", f"{base}/models/{{id}}", "model", decode.catalogue(name), partial(_model, kin), counts=False),
    ]
    if "completions" in also:
        encode, decode_ = partial(chat.encode, kin), completion.completion(name, kin.rules)
        found.append(endpoint("POST", f"{base}/completions", "completion", decode_, encode, fit=kin.fit))
    if "embeddings" in also:
        encode_ = partial(embeddings, kin)
        decode_ = decode.embedding(name, kin.rules, tokens=kin.vectors_of_tokens)
        found.append(endpoint("POST", f"{base}/embeddings", "embedding", decode_, encode_))
    return tuple(found)


def _entry(kin: Kin, model: str, created: int, moment: Moment) -> Document:
    if kin.list_model is not None:
        return kin.list_model(model, created, moment.options.window(model))
    return {"id": model, "object": "model", "created": created, "owned_by": kin.name}


def _models(kin: Kin, _call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    data = [_entry(kin, listed.id, listed.created, moment) for listed in moment.options.listed]
    return Body(msgspec.json.encode(data if kin.lists_bare else {"object": "list", "data": data}))


def _model(kin: Kin, call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    created = next((listed.created for listed in moment.options.listed if listed.id == call.model), moment.created)
    return Body(msgspec.json.encode(_entry(kin, call.model, created, moment)))


def embeddings(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer embeddings as most of the family do."""
    size = min(call.extra.dimensions or kin.vector_size, _LARGEST)
    data = []
    for index, (text, reply) in enumerate(zip(call.inputs, replies, strict=True)):
        vector = reply.vectors[0] if reply.vectors else vector_of(text, size, call.model)
        value: Any = encode_base64(vector) if call.extra.base64 else list(vector)
        data.append({"object": "embedding", "embedding": value, "index": index})
    prompt = moment.prompt_tokens
    usage = {"prompt_tokens": prompt, "total_tokens": prompt, "completion_tokens": 0}
    document = {"id": kin.identify(moment), "object": "list", "data": data, "model": call.model, "usage": usage}
    return Body(msgspec.json.encode(document), prompt)


class KinDialect:
    """The dialect of a provider of the family."""

    def __init__(self, kin: Kin, endpoints: tuple[Endpoint, ...]) -> None:
        self.kin = kin
        self.name = kin.name
        self.prefixes = kin.prefixes
        self.models = kin.models
        self.alike = kin.alike
        self.endpoints = endpoints

    def style(self, shapes: Mapping[str, Any]) -> Style:
        """Refuse shapes: those of OpenAI's documents stand under `openai`; each generation of the script keeps its own."""
        for name in shapes:
            raise ShapeError((name,), f"unknown shape {name!r}: expected none, the {self.name} dialect has only the API's own.")
        return Style()

    def failure(self, failure: Failure, _style: Any) -> ErrorBody:
        """Say an error as the provider does."""
        return error_body(failure, {}) if self.kin.failure is None else self.kin.failure(failure)

    def failure_event(self, failure: Failure, style: Any) -> bytes:
        """Say an error in a stream: as data."""
        event = self.kin.failure_event
        data = self.failure(failure, style).data if event is None else msgspec.json.encode(event(failure))
        return b"data: %b\n\n" % msgspec.json.format(data, indent=-1)

    def fields(self, _operation: str, _style: Any) -> str:
        """Header fields of a good answer."""
        return self.kin.fields

    def allowance(self, allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """Spell what is left of the limits as OpenAI does."""
        return limit_fields(allowance)
