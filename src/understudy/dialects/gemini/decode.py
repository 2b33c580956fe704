"""From the requests of the Gemini API and of Vertex AI to calls.

The plain request (texts, sampling) is decoded straight into typed structs. Everything else, and everything wrong, is read field
by field: `check` and `check_content` have the API's words for what it refuses. Lenient decoding skips the checks and takes what
can be understood of any JSON object, and of no body at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct

from understudy.dialects import Options
from understudy.dialects._asked import Unasked, last_user, sampling
from understudy.dialects.gemini import check_content, wishes
from understudy.dialects.gemini.check import Shape, body_object, read, refuse
from understudy.dialects.gemini.check_config import longest
from understudy.dialects.gemini.conversation import Said, spoken, told
from understudy.dialects.gemini.events import is_sse
from understudy.dialects.gemini.families import embeds
from understudy.dialects.gemini.shapes import COUNT, GENERATE
from understudy.dialects.gemini.wishes import Extra
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Operation
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.untrusted import NOT_JSON

if TYPE_CHECKING:
    from understudy.dialects.gemini.press import Press

_VERSION = re.compile(r"/(v\d\w*)/")
_PUBLISHED = re.compile(r"/((?:projects|publishers)/.*):")
_PAGE, _LARGEST_PAGE = 50, 1000


_SPELLED = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "seed": "seed",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
}


class _Sampling(Unasked, gc=False, forbid_unknown_fields=True, rename="camel"):
    """What is asked of the sampling. It has every member of a `Sampling` and stands for one, which costs nothing."""

    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    top_k: Annotated[float, Meta(ge=1, le=40)] | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    max_output_tokens: Annotated[int, Meta(ge=1)] | None = None


class _Plain(Struct, gc=False, forbid_unknown_fields=True, rename="camel"):
    contents: Annotated[list[Said], Meta(min_length=1)]
    system_instruction: Said | None = None
    generation_config: _Sampling | None = None


_plain = msgspec.json.Decoder(_Plain).decode
_UNHEARD = frozenset((*_SPELLED, "contents", "systemInstruction", "labels"))  # what bears on no answer that is fixed
_EVENTS, _ARRAY = Extra(), Extra(sse=False)


def generate(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode generateContent."""
    return _generate(request, params, options, stream=False)


def stream(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode streamGenerateContent."""
    return _generate(request, params, options, stream=True)


def _generate(request: Request, params: Mapping[str, str], options: Options, *, stream: bool) -> Call:
    model = model_of(request, params, options)
    if options.strict and embeds(model):
        raise unsupported(model, request.head.path)
    extra = _EVENTS if is_sse(request.head.query) else _ARRAY
    try:
        body = _plain(request.body)
    except NOT_JSON:
        return _otherwise(request, model, options, stream=stream, sse=extra.sse)
    asked: Any = body.generation_config
    limit = None if asked is None else asked.max_output_tokens
    if limit is not None and options.strict and limit > (longest(model) or limit):
        return _in_full(request, model, options, stream=stream, sse=extra.sse)
    messages = spoken(body.contents)
    if body.system_instruction is not None:
        messages.insert(0, Message("system", body.system_instruction.text))
    last = messages[-1]
    user = last.content if last.role == "user" and isinstance(last.content, str) else last_user(messages)
    kind = model if extra.sse and limit is None else (model, extra.sse, limit)
    return Call("chat", "gemini", model, messages, user, stream, limit, extra, request.body, kind, asked)


def _otherwise(request: Request, model: str, options: Options, *, stream: bool, sse: bool) -> Call:
    """Decode a request that is not plain."""
    full = partial(_in_full, request, model, options, stream=stream, sse=sse)
    where = b"%b %d%d%d" % (model.encode("utf-8", "replace"), stream, sse, options.strict)
    style: Press | None = options.style
    return full() if style is None else style.beside.read(request.body, where, partial(told, model=model), full)


def _in_full(request: Request, model: str, options: Options, *, stream: bool, sse: bool) -> Call:
    """Decode all of a request."""
    value = read(body_object(request.body, strict=options.strict), GENERATE, strict=options.strict)
    if options.strict:
        check_content.request(value, model)
    call = _read(value, model, request, "chat", options, stream=stream, sse=sse)
    extra: Extra = call.extra
    if call.choices == 1 and extra.contents == len(call.messages) and not (extra.media or extra.cache):
        heard = {name: asked for name, asked in value.items() if name not in _UNHEARD}
        config = {name: asked for name, asked in value.get("generationConfig", {}).items() if name not in _UNHEARD}
        call.kind = model, sse, msgspec.json.encode({**heard, "generationConfig": config})
        extra.contents = 0
    return call


def _read(
    value: dict[str, Any], model: str, request: Request, operation: Operation, options: Options, *, stream: bool, sse: bool
) -> Call:
    """Make a call of a request as `check` read it."""
    config, messages = value.get("generationConfig", {}), wishes.messages(value)
    limit, extra = config.get("maxOutputTokens"), wishes.extra_wishes(value, messages, sse=sse)
    extra.strict = options.strict
    return Call(
        operation,
        "gemini",
        model,
        messages,
        last_user(messages),
        stream,
        limit if isinstance(limit, int) and limit >= 0 else None,
        extra,
        request.body,
        tools=wishes.tools(value),
        tool_choice=wishes.tool_choice(value),
        response_format=wishes.response_format(config),
        choices=max(1, min(config.get("candidateCount", 1), 8)),
        sampling=sampling(config, _SPELLED),
    )


def count(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode countTokens: contents, or a whole request to generate."""
    model = model_of(request, params, options)
    value = read(body_object(request.body, strict=options.strict), COUNT, strict=options.strict)
    value = value.get("generateContentRequest", value)
    if options.strict:
        check_content.contents(value)
    return _read(value, model, request, "stored", options, stream=False, sse=False)


def catalogue(request: Request, _params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET models; a page token is the number of models before the page."""
    query = dict(parse_qsl(request.head.query))
    size, token = query.get("pageSize", query.get("page_size", "0")), query.get("pageToken", query.get("page_token", "0"))
    if not _is_whole(size):
        refuse(f"Invalid value at 'page_size' (TYPE_INT32), \"{size}\"")
    if not _is_whole(token):
        refuse("page_token is invalid.")
    return Call("models", "gemini", extra=Extra(page=(min(int(size) or _PAGE, _LARGEST_PAGE), int(token))))


def listed_model(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode GET models/{model}."""
    return Call("model", "gemini", model_of(request, {"model": params["id"]}, options), extra=_EVENTS)


def model_of(request: Request, params: Mapping[str, str], options: Options) -> str:
    """Name the model of a path: the last word of it, whoever publishes the model."""
    name = params["model"].rpartition("/")[2]
    if options.only_listed and all(listed.id != name for listed in options.listed):
        raise unsupported(name, request.head.path)
    return name


def unsupported(model: str, path: str) -> RequestError:
    """The refusal of a model that is not there, or does not do what the path asks of it."""
    return RequestError(Failure(404, "model_not_found", _unknown(model, path)))


def body_of(request: Request, shape: Shape, options: Options) -> dict[str, Any]:
    """Read the body of a request that has but fields."""
    return read(body_object(request.body, strict=options.strict), shape, strict=options.strict)


def _unknown(model: str, path: str) -> str:
    """The words of both cases; those of Vertex AI as Google's users report them (2025, 2026)."""
    publisher = _PUBLISHED.search(path)
    if publisher is not None:
        return (
            f"Publisher Model `{publisher[1]}` was not found or your project does not have access to it. Please ensure you are "
            "using a valid model version. For more information, see: "
            "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions"
        )
    version = _VERSION.search(path)
    wanted = path.rpartition(":")[2] if ":" in path else "getModel"
    lister = "ModelService.ListModels" if wanted.endswith("enerateContent") else "ListModels"
    return (
        f"models/{model} is not found for API version {version[1] if version else 'v1beta'}, or is not supported for {wanted}. "
        f"Call {lister} to see the list of available models and their supported methods."
    )


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
