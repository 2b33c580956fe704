"""From OpenAI bodies to calls.

Strict decoding goes straight into typed structs whose bounds are the API's; when that fails, `check` finds the words for it.
Lenient decoding takes what can be understood of any JSON object, and of no body at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NoReturn

import msgspec
from msgspec import Meta, Struct

from understudy.dialects import Options
from understudy.dialects.openai import check
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Tool
from understudy.model.http import Request
from understudy.model.reply import Failure

_Penalty = Annotated[float, Meta(ge=-2, le=2)]
_Unit = Annotated[float, Meta(ge=0, le=1)]
_Count = Annotated[int, Meta(ge=1)]
_Text = str | list[Any]


class _StreamOptions(Struct, gc=False):
    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class _Chat(Struct, gc=False):
    messages: Annotated[list[Message], Meta(min_length=1)]
    model: Annotated[str, Meta(min_length=1)]
    stream: bool | None = None
    max_tokens: _Count | None = None
    max_completion_tokens: _Count | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: _Unit | None = None
    presence_penalty: _Penalty | None = None
    frequency_penalty: _Penalty | None = None
    n: Annotated[int, Meta(ge=1, le=128)] | None = None
    stream_options: _StreamOptions | None = None
    tools: list[Any] | None = None
    tool_choice: Any = None
    response_format: Any = None
    parallel_tool_calls: bool | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    stop: Any = None
    seed: int | None = None
    user: str | None = None
    metadata: dict[str, Any] | None = None
    store: bool | None = None
    logit_bias: dict[str, Any] | None = None


class _Completion(Struct, gc=False):
    model: Annotated[str, Meta(min_length=1)]
    prompt: str | list[Any] | None = None
    stream: bool | None = None
    max_tokens: Annotated[int, Meta(ge=0)] | None = None
    n: Annotated[int, Meta(ge=1, le=128)] | None = None
    echo: bool | None = None
    stream_options: _StreamOptions | None = None


class _Embedding(Struct, gc=False):
    input: str | list[Any]
    model: Annotated[str, Meta(min_length=1)]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: _Count | None = None


class Extra(Struct, gc=False):
    """What only this dialect asks: see the request fields of the same name."""

    include_usage: bool = False
    obfuscate: bool = True
    echo: bool = False
    base64: bool = False
    dimensions: int | None = None
    stop: tuple[str, ...] = ()
    prompts: tuple[str | tuple[int, ...], ...] = ()


_chat_body = msgspec.json.Decoder(_Chat).decode
_completion_body = msgspec.json.Decoder(_Completion).decode
_embedding_body = msgspec.json.Decoder(_Embedding).decode
_PLAIN = Extra()
_ROLES = frozenset(check.ROLES)


def chat(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a chat completion request."""
    if not options.strict:
        return _lenient_chat(request.body, options)
    try:
        body = _chat_body(request.body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        _explain(request.body, check.CHAT, "messages")
    model, messages, streams = body.model, body.messages, body.stream_options
    if options.only_listed:
        _known(model, options)
    user = ""
    for message in messages:
        content = message.content
        if message.role not in _ROLES or not isinstance(content, str):
            check.messages(check.body_object(request.body)["messages"], "messages")
        if message.role == "user":
            user = content if isinstance(content, str) else message.text
    if body.tools or body.tool_choice is not None or body.response_format is not None or body.stop is not None:
        check.fields(check.body_object(request.body), check.CHAT)
    if streams is None and body.stop is None:
        extra = _PLAIN
    else:
        extra = Extra(
            include_usage=bool(streams and streams.include_usage),
            obfuscate=not (streams and streams.include_obfuscation is False),
            stop=_stops(body.stop),
        )
        if streams is not None and not body.stream and "stream" not in request.head.query:
            check.refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    tools = _tools(body.tools) if body.tools else ()
    return Call(
        "chat",
        "openai",
        model,
        messages,
        user,
        body.stream is True,
        body.max_completion_tokens or body.max_tokens,
        tools,
        body.tool_choice,
        body.response_format,
        (),
        extra,
        request.body,
        body.n or 1,
    )


def _known(model: str, options: Options) -> None:
    if all(listed.id != model for listed in options.listed):
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise RequestError(Failure(404, "model_not_found", message))


def _explain(body: bytes, checks: tuple[tuple[str, check.Check], ...], *required: str) -> NoReturn:
    value = check.body_object(body)
    check.model_of(value)
    for name in required:
        if value.get(name) is None:
            check.missing(name)
    check.fields(value, checks)
    check.malformed()  # typed decoding refused what every check let pass: treat it as the API treats odd JSON


def _stops(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _tools(value: Any) -> tuple[Tool, ...]:
    tools = []
    for item in value:
        kind = item.get("type", "function") if isinstance(item, dict) else None
        body = item.get(kind) if kind else None
        if isinstance(body, dict) and isinstance(body.get("name"), str):
            parameters = body.get("parameters")
            tools.append(
                Tool(
                    body["name"],
                    str(body.get("description") or ""),
                    parameters if isinstance(parameters, dict) else None,
                    str(kind),
                )
            )
    return tuple(tools)


def _loose(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        check.malformed()
    return value if isinstance(value, dict) else {}


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _text_or_parts(value: Any) -> str | list[Any] | None:
    return value if isinstance(value, str | list) or value is None else msgspec.json.encode(value).decode()


def _lenient_chat(data: bytes, options: Options) -> Call:
    body = _loose(data)
    messages = []
    given = body.get("messages")
    for item in given if isinstance(given, list) else []:
        if isinstance(item, dict):
            calls = item.get("tool_calls")
            content = _text_or_parts(item.get("content"))
            messages.append(
                Message(str(item.get("role", "user")), content, tool_calls=calls if isinstance(calls, list) else None)
            )
        else:
            messages.append(Message("user", _text_or_parts(item)))
    model = body.get("model") or options.default_model
    streams = body.get("stream_options")
    streams = streams if isinstance(streams, dict) else {}
    offered = body.get("tools")
    tools = _tools(offered) if isinstance(offered, list) else ()
    users = [m.text for m in messages if m.role == "user"]
    name = model if isinstance(model, str) else str(model)
    stop = body.get("stop")
    return Call(
        "chat",
        "openai",
        name,
        messages,
        users[-1] if users else "",
        body.get("stream") is True,
        _whole(body.get("max_completion_tokens")) or _whole(body.get("max_tokens")),
        tools,
        body.get("tool_choice"),
        body.get("response_format"),
        (),
        Extra(
            include_usage=streams.get("include_usage") is True,
            obfuscate=streams.get("include_obfuscation") is not False,
            stop=tuple(
                s for s in ([stop] if isinstance(stop, str) else stop if isinstance(stop, list) else []) if isinstance(s, str)
            ),
        ),
        data,
        min(max(_whole(body.get("n")) or 1, 1), 128),
    )


def _inputs(value: Any, path: str) -> tuple[str | tuple[int, ...], ...]:
    """Read a text, a list of texts, a list of token ids, or a list of those."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        check.wrong_type(path, "one of a string or array of strings", value)
    if all(isinstance(v, int) and not isinstance(v, bool) for v in value):
        return (tuple(value),)
    inputs: list[str | tuple[int, ...]] = []
    for i, item in enumerate(value):
        if isinstance(item, str):
            inputs.append(item)
        elif isinstance(item, list) and item and all(isinstance(v, int) and not isinstance(v, bool) for v in item):
            inputs.append(tuple(item))
        else:
            check.wrong_type(f"{path}[{i}]", "a string", item)
    return tuple(inputs)


def completion(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a legacy completion request."""
    try:
        body = _completion_body(request.body if options.strict else _with_model(request.body, options))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        value = check.body_object(request.body)
        prompt = value.get("prompt")
        if prompt is not None and not isinstance(prompt, str | list):
            check.model_of(value)
            check.wrong_type("prompt", "one of a string, array of strings, array of integers, or array of arrays", prompt)
        _explain(request.body, check.COMPLETION)
    if options.strict:
        check.fields(check.body_object(request.body), check.COMPLETION)
    model, streams = body.model, body.stream_options
    if options.only_listed:
        _known(model, options)
    inputs = ("<|endoftext|>",) if body.prompt is None else _inputs(body.prompt, "prompt")
    if not inputs or inputs == ((),):
        check.empty_array("prompt")
    texts = [item if isinstance(item, str) else " ".join(map(str, item)) for item in inputs]
    return Call(
        "completion",
        "openai",
        model,
        [Message("user", text) for text in texts],
        texts[-1],
        body.stream is True,
        16 if body.max_tokens is None and options.strict else body.max_tokens,
        inputs=tuple(texts),
        extra=Extra(include_usage=bool(streams and streams.include_usage), echo=body.echo is True, prompts=inputs),
        body=request.body,
        choices=body.n or 1,
    )


def _with_model(data: bytes, options: Options) -> bytes:
    body = _loose(data)
    body["model"] = str(body.get("model") or options.default_model)
    return msgspec.json.encode({k: body[k] for k in ("model", "prompt", "stream", "max_tokens", "stream_options") if k in body})


def embedding(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode an embeddings request."""
    data = request.body
    if not options.strict:
        loose = _loose(data)
        loose["model"] = str(loose.get("model") or "text-embedding-3-small")
        data = msgspec.json.encode(loose)
    try:
        body = _embedding_body(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        value = check.body_object(data)
        check.model_of(value)
        if value.get("input") is None:
            check.missing("input")
        _inputs(value["input"], "input")
        _explain(data, check.EMBEDDING, "input")
    inputs = _inputs(body.input, "input")
    if not inputs or any(not item for item in inputs):
        check.refuse("'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.")
    if len(inputs) > 2048:
        check.refuse(
            f"Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with length "
            f"{len(inputs)} instead.",
            "input",
            "array_above_max_length",
        )
    model = body.model
    if options.only_listed:
        _known(model, options)
    texts = [item for item in inputs if isinstance(item, str)]
    return Call(
        "embedding",
        "openai",
        model,
        user=texts[-1] if texts else "",
        inputs=inputs,
        extra=Extra(base64=body.encoding_format == "base64", dimensions=body.dimensions),
        body=request.body,
    )


def catalogue(_request: Request, _params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET /v1/models."""
    return Call("models", "openai")


def listed_model(_request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode GET /v1/models/{id}; only listed models exist here when the catalogue is closed."""
    name = params["id"]
    if options.only_listed and all(model.id != name for model in options.listed):
        raise RequestError(Failure(404, "model_not_found", f"The model '{name}' does not exist", "model"))
    return Call("model", "openai", name)


def health(_request: Request, _params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET /health."""
    return Call("health", "openai")
