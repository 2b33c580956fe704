"""Requests read from JSON whatever it holds: what dialects share that check few fields. Wrong types count as absent.

In: a body. Out: objects, numbers, tools and messages in no provider's words. Refusals have the failure's kind and a message,
which the dialect that calls gives in its provider's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from understudy.dialects import Options
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Sampling, Tool
from understudy.model.reply import Failure
from understudy.text.tokens import encoding_for
from understudy.untrusted import NOT_JSON

_A_MESSAGE = 4  # tokens of a message beside its text
_NUMERIC = (int, float)
_BEARING = frozenset(("model", "stream", "stream_options", "max_tokens", "max_completion_tokens", "stop"))
_SAMPLED = frozenset(
    (
        *("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty"),
        *("n", "seed", "user", "min_tokens", "ignore_eos"),
    )
)
_SAID = frozenset(("role", "content"))
_TEXT = frozenset(("type", "text"))
_A_PICTURE = 256  # tokens of a picture whose cost nobody documents


class Unasked(Struct, gc=False):
    """What no plain request asks of the sampling: with the members it has itself, its struct stands for a `Sampling`."""

    min_p: ClassVar[None] = None
    repetition_penalty: ClassVar[None] = None
    logit_bias: ClassVar[None] = None
    suffix: ClassVar[str] = ""
    choice: ClassVar[int] = 0
    verbosity: ClassVar[None] = None
    min_tokens: ClassVar[None] = None
    ignore_eos: ClassVar[bool] = False


def refuse(message: str, status: int = 400) -> None:
    """Refuse a request in these words."""
    raise RequestError(Failure(status, "invalid_request", message))


def json_of(body: bytes, malformed: str | None = None) -> Any:
    """Decode a body that must be JSON; `malformed` is what is said of one that is none, None leaves it to the dialect."""
    try:
        return msgspec.json.decode(body)
    except NOT_JSON:
        raise RequestError(Failure(400, "malformed_json", malformed)) from None


def loose_object(body: bytes) -> dict[str, Any]:
    """Read a body that need not be there: an object, or nothing."""
    return object_of(body, strict=False, missing="")


def object_of(body: bytes, *, strict: bool, missing: str, malformed: str | None = None) -> dict[str, Any]:
    """Read a body that must be a JSON object; leniently, what is none counts as empty.

    Args:
        body: the body.
        strict: whether a body that is missing or of another type is refused; what is no JSON always is.
        missing: what is said of a body that is not there.
        malformed: what is said of one that is no JSON; None leaves it to the dialect.
    """
    if not body.strip():
        if strict:
            refuse(missing)
        return {}
    value = json_of(body, malformed)
    if not isinstance(value, dict):
        if strict:
            raise RequestError(Failure(400, "malformed_json", malformed))
        return {}
    return value


def is_listed(model: str, options: Options) -> bool:
    """Say whether the catalogue shows a model."""
    return any(listed.id in (model, f"{model}:latest") for listed in options.listed)


def require_listed(model: str, options: Options) -> None:
    """Refuse a model that a closed catalogue does not show."""
    if options.only_listed and not is_listed(model, options):
        raise RequestError(Failure(404, "model_not_found", subject=model))


def served_model(value: Mapping[str, Any], options: Options) -> str:
    """Read the model of a body that need not name one: strictly that is the first one listed, else the setting's."""
    model = str(value.get("model") or "")
    if model:
        require_listed(model, options)
        return model
    return options.listed[0].id if options.strict and options.listed else options.default_model


def kind_of(value: Mapping[str, Any], said: str) -> bytes | None:
    """Tell apart what bears on an answer that is fixed, beside the member that says something; None where it may be more."""
    if any(name not in _BEARING and name not in _SAMPLED and name != said for name in value):
        return None
    return msgspec.json.encode({name: asked for name, asked in value.items() if name in _BEARING})


def are_texts(messages: Any) -> bool:
    """Say whether messages are roles and texts, which may come in parts."""
    return isinstance(messages, list) and bool(messages) and all(map(_is_text, messages))


def _is_text(message: Any) -> bool:
    if not isinstance(message, dict) or message.keys() != _SAID:
        return False
    parts = message["content"]
    if not isinstance(parts, list):
        return isinstance(parts, str)
    return all(isinstance(part, dict) and part.keys() == _TEXT and _is_said(part) for part in parts)


def _is_said(part: Mapping[str, Any]) -> bool:
    return part["type"] == "text" and isinstance(part["text"], str)


def whole(value: Any) -> int | None:
    """Read a whole number that is not negative."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def number(value: Any) -> float | None:
    """Read a number."""
    return value if isinstance(value, _NUMERIC) and not isinstance(value, bool) else None


def mapping(value: Any) -> dict[str, Any]:
    """Read an object."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """Read a list of objects."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: Any) -> tuple[str, ...]:
    """Read one text or several; empty ones say nothing."""
    return tuple(item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item)


def _biases(value: Any) -> dict[str, float] | None:
    """Read how much tokens are wanted."""
    return {token: bias for token, asked in mapping(value).items() if (bias := number(asked)) is not None} or None


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("temperature", "top_p", "top_k", "min_p"), number),
    **dict.fromkeys(("frequency_penalty", "presence_penalty", "repetition_penalty"), number),
    "seed": number,
    "logit_bias": _biases,
    "suffix": lambda value: value if isinstance(value, str) else None,
    "verbosity": lambda value: value if value in ("low", "medium", "high") else None,
    "min_tokens": whole,
    "ignore_eos": lambda value: value is True or None,
}
USUAL = {name: name for name in _READ if name not in ("suffix", "verbosity")}
"""The names of most providers for what is asked of the sampling."""


def sampling(value: dict[str, Any], spelled: Mapping[str, str] = USUAL) -> Sampling | None:
    """Read what is asked of the sampling; None for nothing.

    Args:
        value: the object it stands in.
        spelled: the names it has there, and the member of `Sampling` that each is.
    """
    found: dict[str, Any] = {}
    for name, asked in value.items():
        if name in spelled and (read := _READ[spelled[name]](asked)) is not None:
            found[spelled[name]] = read
    return Sampling(**found) if found else None


def schema(value: Any) -> dict[str, Any] | None:
    """Read a JSON Schema."""
    return value if isinstance(value, dict) else None


def json_schema(value: dict[str, Any]) -> dict[str, Any]:
    """Say that an answer must follow a schema, as rules and behaviour read it."""
    return {"type": "json_schema", "json_schema": {"name": "output", "schema": value}}


def function_tools(value: Any) -> tuple[Tool, ...]:
    """Read tools in the form `{"type": "function", "function": {"name", "description", "parameters"}}`."""
    bodies = [mapping(item.get("function")) for item in objects(value)]
    return tuple(
        Tool(body["name"], str(body.get("description") or ""), schema(body.get("parameters")))
        for body in bodies
        if isinstance(body.get("name"), str)
    )


def called(name: Any, arguments: Any, identifier: Any) -> dict[str, Any]:
    """Write a call of an earlier turn as messages hold them; arguments may be an object or JSON text."""
    text = arguments if isinstance(arguments, str) else msgspec.json.encode(mapping(arguments)).decode()
    body = {"name": str(name or ""), "arguments": text}
    return {"id": str(identifier or ""), "type": "function", "function": body}


def last_user(messages: Sequence[Message]) -> str:
    """The text of the last message of the user."""
    return next((message.text for message in reversed(messages) if message.role == "user"), "")


def picture_tokens(call: Call) -> int:
    """Estimate what the pictures of a conversation cost."""
    parts = [part for message in call.messages if isinstance(message.content, list) for part in objects(message.content)]
    return _A_PICTURE * len([part for part in parts if "image" in part or part.get("type") == "image_url"])


def prompt_tokens(call: Call) -> int:
    """Estimate what a prompt costs: the o200k_base tokens of its texts and tools, and 4 for each message."""
    count, total = encoding_for(call.model).count, 0
    for message in call.messages:
        total += _A_MESSAGE + count(message.text)
        for item in message.tool_calls or ():
            total += count(item["function"]["name"]) + count(item["function"]["arguments"])
    total += picture_tokens(call)
    for tool in call.tools:
        total += count(tool.name) + count(tool.description) + count(msgspec.json.encode(tool.parameters).decode())
    total += sum(count(item) for item in call.inputs if isinstance(item, str))
    return total
