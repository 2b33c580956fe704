"""How Text Generation Inference amends the documents and chunks of the family, and what it says of itself."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._constrained import freed
from understudy.dialects._kin import Answered, Kin, chat
from understudy.dialects._kin.dialect import Encode
from understudy.dialects._kin.errors import Words, words
from understudy.dialects._kin.tokens import placed, prompt_of
from understudy.dialects._turn import work_out
from understudy.dialects.tgi.check import MOST_AT_ONCE, MOST_BEST, MOST_STOPS, TOO_LONG, WINDOW
from understudy.dialects.tgi.decode import bare
from understudy.dialects.tgi.generate import generate
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Failure, FailureKind, Reply

_VERSION = "3.3.6"
_TYPES = {
    422: "validation",
    424: "generation",
    429: "overloaded",
    500: "incomplete_generation",
    503: "healthcheck",
    529: "overloaded",
}
_OWN: dict[FailureKind, Words] = {
    "rate_limit": ("", None, "Model is overloaded"),
    "overloaded": ("", None, "Model is overloaded"),
    "server_error": ("", None, "Incomplete generation"),
    "unavailable": ("", None, "unhealthy"),
}
_encode = msgspec.json.encode


def identify(_moment: Moment) -> str:
    """Make the identifier of an answer: there is none."""
    return ""


def identify_call(_moment: Moment, position: int) -> str:
    """Make the identifier of a tool call: its number."""
    return str(position % 1000)


def error(failure: Failure) -> dict[str, Any]:
    """Write the document of an error."""
    _, _, message = words(failure, _OWN)
    if failure.kind == "context_length" and failure.message is None:
        message = TOO_LONG.format(*(failure.counts or (WINDOW, WINDOW)), 1)
    usual = _TYPES.get(failure.status, "generation" if failure.status >= 500 else "validation")
    return {"error": message, "error_type": failure.type or ("overloaded" if failure.kind == "overloaded" else usual)}


def _headed(document: dict[str, Any]) -> dict[str, Any]:
    names = ("object", "id", "created", "model")
    rest = {name: value for name, value in document.items() if name not in names}
    return {**{name: document[name] for name in names}, "system_fingerprint": f"{_VERSION}-native", **rest}


def _ended(choice: dict[str, Any], answered: Answered) -> None:
    """Say why a choice ended as the server does: of a tool call it knows only that the model stopped."""
    if choice["finish_reason"] == "stop" and answered.turns[choice["index"]].sequence is not None:
        choice["finish_reason"] = "stop_sequence"


def whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    """Amend a whole document."""
    for choice in document["choices"]:
        _ended(choice, answered)
        message = choice.get("message", {})
        for call in message.get("tool_calls", ()):
            call["function"] = {"description": None, **call["function"]}
        if message.get("tool_calls") and not message["content"]:
            del message["content"]
    return _headed(document)


def chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    """Amend a chunk."""
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


def listed(model: str, _created: int, _window: int | None) -> dict[str, Any]:
    """Write an entry of the catalogue."""
    return {"id": model, "object": "model", "created": 0, "owned_by": model}


def unquoted(encode: Encode) -> Encode:
    """Make an encoder say a text that fits an expression without the quotes of JSON."""

    def say(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Any:
        schema = bare(call)
        return encode(call, replies if schema is None else tuple(freed(reply, schema) for reply in replies), moment)

    return say


def invoke(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer whatever was invoked."""
    encode: Encode = partial(generate, listed=True) if "inputs" in call.extra.body else partial(chat.encode, kin)
    found: Body | Stream = unquoted(encode)(call, replies, moment)
    return found


def predict(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the texts of several instances."""
    turns = [work_out(call, reply) for reply in replies]
    document = {"predictions": [turn.said("text") for turn in turns]}
    return Body(_encode(document), moment.prompt_tokens, sum(turn.tokens for turn in turns))


def info(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Say what is served, and within which bounds."""
    name = moment.options.listed[0].id if moment.options.listed else moment.options.default_model
    window = moment.options.window(name) or WINDOW
    limits = {
        "max_concurrent_requests": 128,
        "max_best_of": MOST_BEST,
        "max_stop_sequences": MOST_STOPS,
        "max_input_tokens": window - 1,
        "max_total_tokens": window,
        "validation_workers": 2,
        "max_client_batch_size": MOST_AT_ONCE,
    }
    model = {"model_id": name, "model_sha": None, "model_pipeline_tag": "text-generation"}
    router = {"router": "text-generation-router", "version": _VERSION, "sha": None, "docker_label": None}
    return Body(_encode({**model, **limits, **router}))


def tokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Answer the tokens of a text."""
    return Body(_encode(placed(call.user)))


def chat_tokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Answer a chat as the model reads it, and its tokens."""
    text = f"{prompt_of(call.messages)}<|assistant|>\n"
    return Body(_encode({"tokenize_response": placed(text), "templated_text": text}))


def nothing(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Say nothing, which means that all is well."""
    return Body(b"")
