"""From Bedrock's requests to calls: Converse, whose form is the same for all models, and Invoke, whose form is the model's own.

In: a request and the model of its path. Out: a `Call`; `extra.form` says in which form it was asked and is answered.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects.bedrock import check, check_bodies, coheres, coral, openais, pictures, plain, vectors
from understudy.dialects.bedrock.bodies import as_converse, claudes_format
from understudy.dialects.bedrock.catalogue import APPLICATION, without_region
from understudy.dialects.bedrock.conversation import Extra, conversation, told_to_think
from understudy.dialects.bedrock.forms import Form, form_of, limits, sampling
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Operation
from understudy.model.http import Request
from understudy.model.reply import Failure


def body_of(request: Request, options: Options) -> dict[str, Any]:
    """Read the body of a request."""
    return asked.object_of(request.body, strict=options.strict, missing="The request body is missing.")


def model_of(params: Mapping[str, str], options: Options) -> str:
    """Read the model of the path; of an ARN the name at its end. A profile of an application may stand for any listed model."""
    name = params["model"]
    model = name.rpartition("/")[2] if name.startswith("arn:") else name
    if APPLICATION not in name:
        asked.require_listed(without_region(model), options)
    return model


def converse(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/converse."""
    return _converse(request, params, options, stream=False)


def converse_stream(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/converse-stream."""
    return _converse(request, params, options, stream=True)


def _converse(request: Request, params: Mapping[str, str], options: Options, *, stream: bool) -> Call:
    body = plain.read(request.body)
    if body is not None:
        found = plain.called(body, request.body, model_of(params, options), stream=stream)
        if found is not None:
            return found
    value, model = body_of(request, options), model_of(params, options)
    if options.strict:
        coral.fit(value)
        check.conversation(value, model, stream=stream)
    call = conversation(value, model, request.body, "chat")
    call.stream = stream
    return call


def count(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/count-tokens, whose input is a request of either form."""
    given = asked.mapping(body_of(request, options).get("input"))
    model = model_of(params, options)
    if "converse" in given:
        value = asked.mapping(given["converse"])
        if options.strict:
            coral.fit(value)
            check.conversation(value, model)
        return conversation(value, model, request.body, "stored")
    body = asked.mapping(given.get("invokeModel")).get("body")
    text = asked.object_of(_unpacked(body), strict=False, missing="") if isinstance(body, str) else {}
    return _invoked(text, model, request, options, operation="stored")


def _unpacked(text: str) -> bytes:
    try:
        return b64decode(text)
    except (Error, ValueError):
        raise RequestError(Failure(400, "malformed_json")) from None


def invoke(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/invoke."""
    return _invoked(body_of(request, options), model_of(params, options), request, options)


def invoke_stream(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/invoke-with-response-stream."""
    call = invoke(request, params, options)
    if call.operation != "chat" and options.strict:
        asked.refuse("The model is unsupported for streaming.")
    call.stream = call.operation == "chat"
    return call


def _invoked(value: dict[str, Any], model: str, request: Request, options: Options, operation: Operation = "chat") -> Call:
    """Read a body of the model's own form."""
    form = form_of(model, value)
    if form is None and options.strict:
        asked.refuse("Malformed input request, please reformat your input and try again.")
    if form is not None and options.strict:
        check_bodies.body(value, form, model)
    form = form or "claude"
    if form == "openai":
        call = openais.read(value, model, request, options)
        call.operation, call.extra = operation, Extra(form, inner=call.extra)
        return call
    call = _READERS.get(form, _plain)(value, model, form)
    call.body = request.body
    if operation != "chat":
        call.operation = operation
    return call


def _spoken(value: dict[str, Any], model: str, form: Form) -> Call:
    """Read a conversation of Claude's or Nova's."""
    call, told = conversation(as_converse(value), model, b"", "chat"), told_to_think(value)
    thinks = asked.mapping(value.get("thinking")).get("type") != "disabled"
    call.max_tokens, stops = limits(form, value)
    call.extra, call.sampling = Extra(form, stops, thinks=thinks, told=told), sampling(form, value)
    call.response_format = claudes_format(value)
    return call


def _vectors(value: dict[str, Any], model: str, form: Form) -> Call:
    wish = vectors.read(value, model)
    extra = Extra(form, inner=wish)
    return Call("embedding", "bedrock", model, user=wish.inputs[0], extra=extra, inputs=wish.inputs)


def _pictures(value: dict[str, Any], model: str, form: Form) -> Call:
    wish = pictures.read(value, model)
    return Call("image", "bedrock", model, user=wish.prompt, extra=Extra(form, inner=wish), choices=wish.count)


def _ranking(value: dict[str, Any], model: str, form: Form) -> Call:
    given = value.get("documents")
    documents = tuple(_document(item) for item in given) if isinstance(given, list) else ()
    query = str(value.get("query") or "")
    extra = Extra(form, documents=documents, most=asked.whole(value.get("top_n")) or None)
    return Call("embedding", "bedrock", model, user=query, extra=extra, inputs=(query,))


def _document(item: Any) -> str:
    return item if isinstance(item, str) else msgspec.json.encode(item).decode()


def _command_r(value: dict[str, Any], model: str, form: Form) -> Call:
    call = _plain(value, model, form)
    call.messages = coheres.messages(value)
    call.user, call.tools = asked.last_user(call.messages), coheres.tools(value)
    return call


def _plain(value: dict[str, Any], model: str, form: Form) -> Call:
    """Read a prompt that is one text."""
    prompt = str(value.get("prompt") or value.get("inputText") or "")
    limit, stops = limits(form, value)
    asks = sampling(form, value)
    return Call("chat", "bedrock", model, [Message("user", prompt)], prompt, False, limit, Extra(form, stops), sampling=asks)


_READERS: dict[Form, Callable[[dict[str, Any], str, Form], Call]] = {
    "claude": _spoken,
    "nova": _spoken,
    "vector": _vectors,
    "picture": _pictures,
    "ranking": _ranking,
    "command-r": _command_r,
}
