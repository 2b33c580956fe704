"""From Bedrock's requests to calls: Converse, whose form is the same for all models, and Invoke, whose form is the model's own.

In: a request and the model of its path. Out: a `Call`; `extra.form` says in which form it was asked and is answered.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects.bedrock import coheres, openais
from understudy.dialects.bedrock.bodies import as_converse, claudes_format
from understudy.dialects.bedrock.forms import Form, form_of, limits, sampling
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Operation, Tool
from understudy.model.http import Request
from understudy.model.reply import Failure


class Extra(Struct, gc=False):
    """What only this dialect asks.

    `form` is that of the request, `thinks` whether thoughts are shown, `dimensions` the size of a vector, `documents` are to be
    ranked and `most` of them wanted, `inner` is what OpenAI's form asks beside a call.
    """

    form: Form = "converse"
    stops: tuple[str, ...] = ()
    thinks: bool = True
    dimensions: int | None = None
    documents: tuple[str, ...] = ()
    most: int | None = None
    inner: Any = None


def _body(request: Request, options: Options) -> dict[str, Any]:
    return asked.object_of(request.body, strict=options.strict, missing="The request body is missing.")


def _model(params: Mapping[str, str], options: Options) -> str:
    """The model of the path; of an ARN the name at its end."""
    name = params["model"]
    model = name.rpartition("/")[2] if name.startswith("arn:") else name
    asked.require_listed(model, options)
    return model


def converse(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/converse."""
    return _converse(request, params, options, stream=False)


def converse_stream(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/converse-stream."""
    return _converse(request, params, options, stream=True)


def count(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/count-tokens, whose input is a request of either form."""
    given = asked.mapping(_body(request, options).get("input"))
    if "converse" in given:
        return _conversation(asked.mapping(given["converse"]), request, params, options, "stored")
    body = asked.mapping(given.get("invokeModel")).get("body")
    text = asked.object_of(_unpacked(body), strict=False, missing="") if isinstance(body, str) else {}
    return _invoked(text, request, params, options, operation="stored")


def _unpacked(text: str) -> bytes:
    try:
        return b64decode(text)
    except (Error, ValueError):
        raise RequestError(Failure(400, "malformed_json")) from None


def _converse(request: Request, params: Mapping[str, str], options: Options, *, stream: bool) -> Call:
    value = _body(request, options)
    if options.strict:
        _check(value)
    call = _conversation(value, request, params, options, "chat")
    call.stream = stream
    return call


def _check(value: dict[str, Any]) -> None:
    messages = asked.objects(value.get("messages"))
    if not messages:
        asked.refuse(
            "A conversation must start with a user message. Try again with a conversation that starts with a user message."
        )
    for item in messages:
        if not isinstance(item.get("content"), list) or not item["content"]:
            asked.refuse("The content field in the Message object is empty. Add a ContentBlock object to the content field.")
    if messages[0].get("role") != "user":
        asked.refuse(
            "A conversation must start with a user message. Try again with a conversation that starts with a user message."
        )


def _conversation(
    value: dict[str, Any], request: Request, params: Mapping[str, str], options: Options, operation: Operation
) -> Call:
    system = [{"type": "text", "text": part["text"]} for part in asked.objects(value.get("system")) if "text" in part]
    messages = [Message("system", list(system))] if system else []
    for item in asked.objects(value.get("messages")):
        messages += _turns(str(item.get("role", "user")), asked.objects(item.get("content")))
    wanted = asked.mapping(value.get("inferenceConfig"))
    tools = asked.mapping(value.get("toolConfig"))
    return Call(
        operation,
        "bedrock",
        _model(params, options),
        messages,
        asked.last_user(messages),
        False,
        asked.whole(wanted.get("maxTokens")),
        Extra("converse", asked.texts(wanted.get("stopSequences"))),
        request.body,
        tools=_tools(tools.get("tools")),
        tool_choice=_choice(tools.get("toolChoice")),
        response_format=_format(asked.mapping(value.get("outputConfig")).get("textFormat"))
        or claudes_format(asked.mapping(value.get("additionalModelRequestFields"))),
        sampling=sampling("converse", value),
    )


def _turns(role: str, blocks: list[dict[str, Any]]) -> list[Message]:
    """A message; results of tools become messages of their own, before what stands beside them."""
    calls = [asked.mapping(block["toolUse"]) for block in blocks if "toolUse" in block]
    results = [asked.mapping(block["toolResult"]) for block in blocks if "toolResult" in block]
    rest: list[Any] = [
        block for block in blocks if not {"toolUse", "toolResult", "cachePoint", "reasoningContent"} & block.keys()
    ]
    found = [
        Message("tool", _told(result.get("content")), tool_call_id=str(result.get("toolUseId") or "")) for result in results
    ]
    if calls:
        told = [asked.called(call.get("name"), call.get("input"), call.get("toolUseId")) for call in calls]
        return [*found, Message(role, rest, tool_calls=told)]
    return [*found, Message(role, rest)] if rest or not found else found


def _told(content: Any) -> list[Any]:
    """The result of a tool; what is JSON becomes its text."""
    blocks = asked.objects(content)
    return [
        {"type": "text", "text": msgspec.json.encode(block["json"]).decode()} if "json" in block else block for block in blocks
    ]


def _tools(value: Any) -> tuple[Tool, ...]:
    specs = [asked.mapping(item.get("toolSpec")) for item in asked.objects(value)]
    return tuple(
        Tool(
            spec["name"],
            str(spec.get("description") or ""),
            asked.schema(asked.mapping(spec.get("inputSchema")).get("json")),
        )
        for spec in specs
        if isinstance(spec.get("name"), str)
    )


def _choice(value: Any) -> Any:
    choice = asked.mapping(value)
    if "tool" in choice:
        return {"type": "function", "function": {"name": asked.mapping(choice["tool"]).get("name")}}
    return "required" if "any" in choice else "auto" if "auto" in choice else None


def _format(value: Any) -> dict[str, Any] | None:
    structure = asked.mapping(asked.mapping(value).get("structure"))
    schema = asked.mapping(structure.get("jsonSchema")).get("schema")
    if not isinstance(schema, str):
        return None
    try:
        found = msgspec.json.decode(schema)
    except msgspec.DecodeError:
        asked.refuse("The JSON schema of outputConfig.textFormat is not valid JSON.")
    return asked.json_schema(found) if isinstance(found, dict) else None


def invoke(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/invoke."""
    return _invoked(_body(request, options), request, params, options)


def invoke_stream(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /model/{model}/invoke-with-response-stream."""
    call = _invoked(_body(request, options), request, params, options)
    call.stream = call.operation == "chat"
    return call


def _invoked(
    value: dict[str, Any],
    request: Request,
    params: Mapping[str, str],
    options: Options,
    operation: Operation = "chat",
) -> Call:
    """Read a body of the model's own form."""
    model = _model(params, options)
    form = form_of(model, value)
    if form is None:
        if options.strict:
            asked.refuse("Malformed input request, please reformat your input and try again.")
        form = "claude"
    limit, stops = limits(form, value)
    extra = Extra(form, stops)
    if form == "vector":
        inputs = asked.texts(value.get("inputText") or value.get("texts"))
        extra.dimensions = asked.whole(value.get("dimensions"))
        user = inputs[0] if inputs else ""
        kind: Operation = "embedding" if operation == "chat" else operation
        return Call(kind, "bedrock", model, user=user, extra=extra, body=request.body, inputs=inputs or ("",))
    if form == "ranking":
        given = value.get("documents")
        extra.documents = tuple(_document(item) for item in given) if isinstance(given, list) else ()
        extra.most, query = asked.whole(value.get("top_n")) or None, str(value.get("query") or "")
        return Call("embedding", "bedrock", model, user=query, extra=extra, body=request.body, inputs=(query,))
    if form == "openai":
        call = openais.read(value, model, request, options)
        call.operation, extra.inner = operation, call.extra
        call.extra = extra
        return call
    if form in ("claude", "nova"):
        call = _conversation(as_converse(value), request, params, options, operation)
        call.max_tokens, call.extra, call.sampling = limit, extra, sampling(form, value)
        extra.thinks = asked.mapping(value.get("thinking")).get("type") != "disabled"
        call.response_format = claudes_format(value)
        return call
    prompt = str(value.get("prompt") or value.get("inputText") or "")
    messages = [Message("user", prompt)]
    if form == "command-r":
        messages = coheres.messages(value)
        prompt = messages[-1].text
    asks = sampling(form, value)
    return Call(operation, "bedrock", model, messages, prompt, max_tokens=limit, extra=extra, body=request.body, sampling=asks)


def _document(item: Any) -> str:
    return item if isinstance(item, str) else msgspec.json.encode(item).decode()
