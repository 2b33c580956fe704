"""From the bodies of completions, embeddings and catalogue requests to calls: everything whose input is texts or token ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Options
from understudy.dialects._asked import loose_object
from understudy.dialects._openai import check
from understudy.dialects._openai.families import family
from understudy.dialects.openai import check_chat
from understudy.dialects.openai.decode import require_listed
from understudy.dialects.openai.wishes import Extra, stops
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.text.tokens import encoding_for

Input = str | tuple[int, ...]
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


def _inputs(value: Any, path: str) -> tuple[Input, ...]:
    """Read a text, a list of texts, a list of token ids, or a list of those."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        check.wrong_type(path, "one of a string or array of strings", value)
    if value and all(_is_token(item) for item in value):
        return (tuple(value),)
    return tuple(_input(item, f"{path}[{i}]") for i, item in enumerate(value))


def _input(item: Any, path: str) -> Input:
    if isinstance(item, str):
        return item
    if not (isinstance(item, list) and item and all(_is_token(token) for token in item)):
        check.wrong_type(path, "a string", item)
    return tuple(item)


def _is_token(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def completion(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a legacy completion request."""
    value = _body(request, check.COMPLETION, options, options.default_model)
    model = value["model"]
    if options.only_listed:
        require_listed(model, options)
    if options.strict and (options.style is None or options.style.is_own):
        _for_chat_alone(model)
    prompts = ("<|endoftext|>",) if value.get("prompt") is None else _inputs(value["prompt"], "prompt")
    if not prompts:
        check.empty_array("prompt")
    check.fields(value, check.COMPLETION)
    decode = encoding_for(model).decode
    texts = [prompt if isinstance(prompt, str) else decode(prompt) for prompt in prompts]
    limit = value.get("max_tokens")
    streams = value.get("stream_options") or {}
    wanted = value.get("n") or 1
    made = value.get("best_of") or wanted
    if options.strict:
        _check_best(wanted, made, streams=value.get("stream") is True)
        if value.get("logit_bias") is not None:
            check_chat.logit_bias(value["logit_bias"], "logit_bias")
    return Call(
        "completion",
        "openai",
        model,
        [Message("user", text) for text in texts],
        texts[-1],
        value.get("stream") is True,
        16 if limit is None and options.strict else limit,
        Extra(
            include_usage=streams.get("include_usage") is True,
            echo=value.get("echo") is True,
            stop=stops(value.get("stop")),
            prompts=prompts,
            logprobs=value.get("logprobs"),
            suffix=value.get("suffix") or "",
            kept=wanted if made > wanted else 0,
        ),
        request.body,
        inputs=tuple(texts),
        choices=max(made, wanted),
    )


def _for_chat_alone(model: str) -> None:
    """Refuse the models that only chat (wire.md 2.4)."""
    if family(model).known and "instruct" not in model:
        message = (
            "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?"
        )
        raise RequestError(Failure(404, "not_found", message, "model", type="invalid_request_error"))


def _check_best(wanted: int, made: int, *, streams: bool) -> None:
    """Check that enough choices are made, and that none has to be thrown away that was sent already."""
    if made < wanted:
        check.refuse(
            "You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently "
            f"{wanted}) to be at most 'best_of' (currently {made}), or omit either parameter if you don't specifically want to "
            "use them.)"
        )
    if streams and made > wanted:
        check.refuse("Streaming is not supported when 'best_of' is greater than 'n'.", "best_of")


def embedding(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode an embeddings request."""
    value = _body(request, check.EMBEDDING, options, "text-embedding-3-small")
    model = value["model"]
    if options.only_listed:
        require_listed(model, options)
    if value.get("input") is None:
        check.missing("input")
    inputs = _inputs(value["input"], "input")
    check.fields(value, check.EMBEDDING)
    if not inputs or not all(inputs):
        check.refuse("'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.")
    if len(inputs) > _MOST:
        check.refuse(
            f"Invalid 'input': array too long. Expected an array with maximum length {_MOST}, but got an array with length "
            f"{len(inputs)} instead.",
            "input",
            "array_above_max_length",
        )
    texts = [item for item in inputs if isinstance(item, str)]
    return Call(
        "embedding",
        "openai",
        model,
        user=texts[-1] if texts else "",
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
