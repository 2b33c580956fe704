"""From the requests of Text Generation Inference to calls: texts to go on with, chats, and several of them at once.

In: a request. Out: a `Call`. What cannot be read is refused by the web framework, what is out of bounds by the server
(`check`). A grammar is a schema or an expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects._constrained import expression
from understudy.dialects._kin import decode as kin
from understudy.dialects._kin import serde
from understudy.dialects._kin.completion import completion
from understudy.dialects._kin.decode import Decode, Extra, model_of
from understudy.dialects._kin.plain import body_of, refuse
from understudy.dialects.tgi import check
from understudy.model.call import Call, Message
from understudy.model.http import Request

_PLAIN = frozenset(("model", "inputs", "parameters", "stream"))
_PLAIN_WANTED = frozenset(
    (
        *("max_new_tokens", "stop", "details", "do_sample", "seed", "temperature", "top_k", "top_p", "typical_p"),
        *("frequency_penalty", "repetition_penalty"),
    )
)
_NO_INSTANCE = "Input validation error"
_NO_PROMPT = "Empty array detected. Do not use an empty array for the prompt."
_NO_FORM = "data did not match any variant of untagged enum PromptDeserializer"


def grammar_of(given: Any) -> dict[str, Any] | None:
    """The schema of what an answer must be; None where it may be anything."""
    form = asked.mapping(given)
    value = form.get("value", form.get("json_schema"))
    match form.get("type"):
        case "json" | "json_object" if isinstance(value, dict):
            return value
        case "json_schema" if isinstance(value, dict):
            schema = value.get("schema")
            return schema if isinstance(schema, dict) else None
        case "regex" if isinstance(value, str):
            return expression(value)
    return None


def bare(call: Call) -> dict[str, Any] | None:
    """The schema of an answer that is said without quotes."""
    body = call.extra.body
    given = asked.mapping(body.get("response_format")) or asked.mapping(asked.mapping(body.get("parameters")).get("grammar"))
    return grammar_of(given) if given.get("type") == "regex" else None


def generating(*, stream: bool | None) -> Decode:
    """Make the decoder of a text to go on with; `stream` of None leaves it to the body."""

    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        return _generation(body_of(request, options, "inputs"), request, options, stream)

    return decode


def _generation(value: dict[str, Any], request: Request, options: Options, stream: bool | None) -> Call:
    wanted, prompt = asked.mapping(value.get("parameters")), str(value.get("inputs") or "")
    streams = value.get("stream") is True if stream is None else stream
    if options.strict:
        check.generation(wanted, prompt, stream=streams)
    schema, kind, extra = grammar_of(wanted.get("grammar")), None, Extra(value, asked.texts(wanted.get("stop")))
    model, limit = model_of(value, options), asked.whole(wanted.get("max_new_tokens"))
    is_plain = isinstance(value.get("inputs"), str) and value.keys() <= _PLAIN and wanted.keys() <= _PLAIN_WANTED
    if is_plain:
        kind = ("generate", stream is None, model, limit, extra.stops, wanted.get("details") is True)
        extra.body = {**value, "inputs": ""}
    return Call(
        "chat",
        "tgi",
        model,
        [Message("user", prompt)],
        prompt,
        streams,
        limit,
        extra,
        request.body,
        kind,
        asked.sampling(wanted),
        response_format=None if schema is None else asked.json_schema(schema),
    )


def conversing(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v1/chat/completions."""
    value = body_of(request, options, "messages")
    if options.strict:
        check.conversation(value)
    return _conversation(value, request, options)


def _conversation(value: dict[str, Any], request: Request, options: Options) -> Call:
    call, schema = kin.conversation("tgi", value, request, options), grammar_of(value.get("response_format"))
    if schema is not None:
        call.response_format = asked.json_schema(schema)
    return call


def completing(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v1/completions."""
    value = body_of(request, options, "prompt")
    if options.strict:
        prompt = value["prompt"]
        if prompt == []:
            refuse(serde.unfit("prompt", _NO_PROMPT, request.body))
        if not isinstance(prompt, str) and not _are_texts(prompt):
            refuse(serde.unfit("prompt", _NO_FORM, request.body))
        check.completion(value)
    call: Call = completion("tgi")(request, params, structs.replace(options, strict=False))
    return call


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def templating(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /chat_tokenize: a chat that is not answered."""
    call = _conversation(body_of(request, options, "messages"), request, options)
    call.operation = "stored"
    return call


def tokenizing(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /tokenize."""
    value = body_of(request, options, "inputs")
    user = str(value.get("inputs") or "")
    return Call("stored", "tgi", model_of(value, options), user=user, extra=Extra(value), body=request.body)


def invoking(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /invocations: a chat, a completion, or (as at the server's root) a text to go on with."""
    value = asked.object_of(request.body, strict=False, missing="")
    read = conversing if "messages" in value else completing if "prompt" in value else generating(stream=None)
    return read(request, params, options)


def predicting(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /vertex: several texts or chats, each of which is answered; rules see each by itself."""
    value = body_of(request, options, "instances")
    instances = asked.objects(value.get("instances"))
    if options.strict and not instances:
        check.refuse(_NO_INSTANCE, _NO_INSTANCE)
    calls = [
        _conversation(each, request, options) if "messages" in each else _generation(each, request, options, stream=False)
        for each in instances
    ]
    inputs = tuple(call.user for call in calls)
    return Call(
        "completion",
        "tgi",
        model_of(value, options),
        user=inputs[0] if inputs else "",
        extra=Extra(value),
        body=request.body,
        inputs=inputs or ("",),
        max_tokens=max((call.max_tokens for call in calls if call.max_tokens is not None), default=None),
    )
