"""Text Generation Inference: `/generate` and `/generate_stream` of the server's own, and OpenAI's paths.

Documents, streams and errors are those of the server's source (its router, version 3.3.6) and of the answers its tests record.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Answered, Kin, KinDialect, chat, endpoint, standard
from understudy.dialects._kin.decode import Extra, body_of, catalogue, completion, conversation, model_of
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._kin.tokens import placed, prompt_of
from understudy.dialects.tgi.generate import generate
from understudy.model.call import Call, Message
from understudy.model.frame import Body, Stream
from understudy.model.http import Request
from understudy.model.reply import Failure, FailureKind, Reply

_VERSION = "3.3.6"
_TYPES = {
    422: "validation",
    424: "generation",
    429: "overloaded",
    500: "incomplete_generation",
    503: "healthcheck",
}
_OWN: dict[FailureKind, Words] = {
    "rate_limit": ("", None, "Model is overloaded"),
    "server_error": ("", None, "Incomplete generation"),
    "unavailable": ("", None, "unhealthy"),
}
# Numbers: what fits, and the tokens of the prompt (TGI's router, `ValidationError::MaxTotalTokens`).
_TOO_LONG = "`inputs` tokens + `max_new_tokens` must be <= {}. Given: {} `inputs` tokens and 1 `max_new_tokens`"
_WINDOW = 4096  # of a server that was told nothing
_encode = msgspec.json.encode


def _identify(_moment: Moment) -> str:
    return ""  # there is none


def _identify_call(_moment: Moment, position: int) -> str:
    return str(position % 1000)


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, _OWN)
    if failure.kind == "context_length" and failure.message is None:
        message = _TOO_LONG.format(*(failure.counts or (_WINDOW, _WINDOW)))
    return {"error": message, "error_type": failure.type or _TYPES.get(failure.status, "validation")}


def _headed(document: dict[str, Any]) -> dict[str, Any]:
    names = ("object", "id", "created", "model")
    rest = {name: value for name, value in document.items() if name not in names}
    return {**{name: document[name] for name in names}, "system_fingerprint": f"{_VERSION}-native", **rest}


def _ended(choice: dict[str, Any], answered: Answered) -> None:
    """Say why a choice ended as the server does: of a tool call it knows only that the model stopped."""
    if choice["finish_reason"] == "stop" and answered.turns[choice["index"]].sequence is not None:
        choice["finish_reason"] = "stop_sequence"


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        _ended(choice, answered)
        message = choice.get("message", {})
        for call in message.get("tool_calls", ()):
            call["function"] = {"description": None, **call["function"]}
        if message.get("tool_calls") and not message["content"]:
            del message["content"]
    return _headed(document)


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        _ended(choice, answered)
        delta = choice.get("delta")
        if delta is not None:
            choice["delta"] = {"role": "assistant", **(delta if "tool_calls" in delta else {"content": "", **delta})}
        for call in choice.get("delta", {}).get("tool_calls", ()):
            said = call["function"]
            call |= {"id": str(call["index"]), "type": "function"}
            call["function"] = {"name": said.get("name"), "arguments": said["arguments"]}
    if answered.call.operation == "chat":
        document.setdefault("usage", None)
    return _headed(document)


def _listed(model: str, _created: int) -> dict[str, Any]:
    return {"id": model, "object": "model", "created": 0, "owned_by": model}


def _decode(*, stream: bool | None) -> Any:
    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        value = body_of(request, options, "inputs")
        wanted, prompt = asked.mapping(value.get("parameters")), str(value.get("inputs") or "")
        return Call(
            "chat",
            "tgi",
            model_of(value, options),
            [Message("user", prompt)],
            prompt,
            value.get("stream") is True if stream is None else stream,
            asked.whole(wanted.get("max_new_tokens")),
            Extra(value, asked.texts(wanted.get("stop"))),
            request.body,
            sampling=asked.sampling(wanted),
        )

    return decode


def _info(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    name = moment.options.listed[0].id if moment.options.listed else moment.options.default_model
    limits = {
        "max_concurrent_requests": 128,
        "max_best_of": 2,
        "max_stop_sequences": 4,
        "max_input_tokens": 32767,
        "max_total_tokens": 32768,
        "validation_workers": 2,
        "max_client_batch_size": 4,
    }
    model = {"model_id": name, "model_sha": None, "model_pipeline_tag": "text-generation"}
    router = {"router": "text-generation-router", "version": _VERSION, "sha": None, "docker_label": None}
    return Body(_encode({**model, **limits, **router}))


def _tokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    return Body(_encode(placed(call.user)))


def _conversation(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /chat_tokenize: a chat that is not answered."""
    call = conversation("tgi", body_of(request, options, "messages"), request, options)
    call.operation = "stored"
    return call


def _chat_tokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    text = f"{prompt_of(call.messages)}<|assistant|>\n"
    return Body(_encode({"tokenize_response": placed(text), "templated_text": text}))


def _either(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /invocations: a chat, a completion, or (as at the server's root) a text to go on with."""
    value = asked.object_of(request.body, strict=False, missing="")
    if "messages" in value:
        return conversation("tgi", value, request, options)
    read = completion("tgi") if "prompt" in value else _decode(stream=None)
    found: Call = read(request, params, options)
    return found


def _invoke(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    generates = "inputs" in call.extra.body
    return generate(call, replies, moment, listed=True) if generates else chat.encode(KIN, call, replies, moment)


def _nothing(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    return Body(b"")


KIN = Kin(
    "tgi",
    ("meta-llama/Llama-3.1-8B-Instruct",),
    ("",),
    identify=_identify,
    identify_call=_identify_call,
    thought=(),
    finishes={"tool_calls": "stop"},
    opens=False,
    whole=_whole,
    chunk=_chunk,
    failure=spoken(_error),
    list_model=_listed,
)
DIALECT = KinDialect(
    KIN,
    (
        *standard(KIN, "completions", base="/v1"),
        endpoint("POST", "/generate", "chat", _decode(stream=False), generate),
        endpoint("POST", "/generate_stream", "chat", _decode(stream=True), generate),
        endpoint("POST", "/", "chat", _decode(stream=None), partial(generate, listed=True), yields=False),
        endpoint("POST", "/invocations", "chat", _either, _invoke, yields=False),
        endpoint("POST", "/chat_tokenize", "stored", _conversation, _chat_tokenize, counts=False),
        endpoint("POST", "/tokenize", "stored", _decode(stream=False), _tokenize, counts=False),
        endpoint("GET", "/", "health", catalogue("tgi"), _nothing, counts=False),
        endpoint("GET", "/info", "health", catalogue("tgi"), _info, counts=False),
        endpoint("GET", "/health", "health", catalogue("tgi"), _nothing, counts=False),
        endpoint("GET", "/ping", "health", catalogue("tgi"), _nothing, counts=False),
    ),
)
