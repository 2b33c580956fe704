"""From the bodies of completions, embeddings and catalogue requests to calls: everything whose input is texts or token ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Options
from understudy.dialects._asked import USUAL, kind_of, loose_object, sampling
from understudy.dialects._openai import check
from understudy.dialects._prompts import Prompt, are_tokens, read, texts
from understudy.dialects.openai import check_completion
from understudy.dialects.openai.decode import STREAM_ASKED, require_listed
from understudy.dialects.openai.wishes import Extra, stops
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.http import Request

_SPELLED = {**USUAL, "suffix": "suffix"}
_NOTHING: tuple[Prompt, ...] = ("<|endoftext|>",)  # the prompt of who sends none
_MOST = 2048  # inputs of one embeddings request


def _body(request: Request, checks: tuple[tuple[str, check.Check], ...], options: Options, default: str) -> dict[str, Any]:
    """Read a body: as the API does, or leniently with a model put in and every field of a wrong type left out."""
    if options.strict:
        value = check.body_object(request.body)
        check.model_of(value)
        return value
    value = loose_object(request.body)
    for name, judge in checks:
        try:
            if value.get(name) is not None:
                judge(value[name], name)
        except RequestError:
            del value[name]
    value["model"] = str(value.get("model") or default)
    return value


def _inputs(value: Any, path: str, *, strict: bool) -> tuple[Prompt, ...]:
    """Read a text, a list of texts, a list of token ids, or a list of those; leniently, what is none of them is left out."""
    if not strict or isinstance(value, str) or are_tokens(value):
        return read(value)
    if not isinstance(value, list):
        check.wrong_type(path, "one of a string or array of strings", value)
    for i, item in enumerate(value):
        if not isinstance(item, str) and not are_tokens(item):
            check.wrong_type(f"{path}[{i}]", "a string", item)
    return read(value)


def completion(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a legacy completion request."""
    value = _body(request, check.COMPLETION, options, options.default_model)
    model = value["model"]
    if options.only_listed:
        require_listed(model, options)
    own = options.strict and (options.style is None or options.style.is_own)
    if own:
        check_completion.of_model(value, model)
    prompts = _NOTHING if value.get("prompt") is None else _inputs(value["prompt"], "prompt", strict=options.strict)
    if options.strict and not prompts:
        check.empty_array("prompt")
    prompts = prompts or _NOTHING
    check.fields(value, check.COMPLETION)
    streams = value.get("stream") is True
    if options.strict:
        check_completion.completion(value, streams=streams or STREAM_ASKED(request.head.query) is not None)
        check_completion.tokens(prompts, model)
    said = texts(prompts, model)
    limit = value.get("max_tokens")
    shown = value.get("stream_options") or {}
    wanted = value.get("n") or 1
    made = value.get("best_of") or wanted
    call = Call(
        "completion",
        "openai",
        model,
        [Message("user", text) for text in said],
        said[-1],
        streams,
        16 if limit is None and options.strict else limit,
        Extra(
            include_usage=shown.get("include_usage") is True,
            echo=value.get("echo") is True,
            stop=stops(value.get("stop")),
            prompts=prompts,
            logprobs=value.get("logprobs"),
            suffix=value.get("suffix") or "",
            kept=wanted if made > wanted else 0,
        ),
        request.body,
        inputs=said,
        choices=max(made, wanted),
        sampling=sampling(value, _SPELLED),
        kind=kind_of(value, "prompt") if made == 1 and isinstance(value.get("prompt"), str) else None,
    )
    if own:
        check_completion.within_window(call)
    return call


def embedding(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode an embeddings request."""
    value = _body(request, check.EMBEDDING, options, "text-embedding-3-small")
    model = value["model"]
    if options.only_listed:
        require_listed(model, options)
    if options.strict and value.get("input") is None:
        check.missing("input")
    inputs = _inputs(value.get("input"), "input", strict=options.strict)
    check.fields(value, check.EMBEDDING)
    if options.strict and not inputs:
        check.refuse("'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.")
    inputs = inputs or ("",)
    if options.strict and "" in inputs:
        path = "input" if isinstance(value["input"], str) else f"input[{inputs.index('')}]"
        check.refuse(f"Invalid '{path}': input cannot be an empty string.")
    if len(inputs) > _MOST:
        check.refuse(f"Invalid 'input': array length must be {_MOST} or less.")
    said = [item for item in inputs if isinstance(item, str)]
    return Call(
        "embedding",
        "openai",
        model,
        user=said[-1] if said else "",
        extra=Extra(base64=value.get("encoding_format") == "base64", dimensions=value.get("dimensions")),
        body=request.body,
        inputs=inputs,
    )


def catalogue(_request: Request, _params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET /v1/models."""
    return Call("models", "openai")


def listed_model(_request: Request, params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET /v1/models/{id}."""
    return Call("model", "openai", params["id"])


def health(_request: Request, _params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET /health."""
    return Call("health", "openai")
