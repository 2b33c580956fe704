"""What vLLM refuses of chats and text completions, in its words.

In: a body, read strictly. Out: nothing, or a refusal. Bounds and their sentences are those of the server's source
(`vllm/sampling_params.py`, the protocols of `vllm/entrypoints/openai`, 2026); what pydantic finds is told as the server
tells it, by the representation of each error. Unknown fields are accepted, as the server does.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NoReturn

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects import _prompts as prompts
from understudy.dialects._kin.decode import Rules
from understudy.dialects.vllm import check_prompt
from understudy.errors import RequestError
from understudy.model.http import Request
from understudy.model.reply import Failure

_STREAMS = "Stream options can only be defined when `stream=True`."
_KINDS = "You can only use one kind of constraints for structured outputs ('json', 'regex' or 'choice')."
_ONLY = 'Only named tools, "none", "auto" or "required" are supported.'
_USAGE = 'Correct usage: `{"type": "function", "function": {"name": "my_function"}}`'
_NAMED = "tool_choice.function.name"
_CHOICES = ("none", "auto", "required")
_BAD = "Bad Request"
_MOST_ODDS = 20  # probabilities for a token
_MANY = "n must be at most 16384, got {}. To increase this limit, set the VLLM_MAX_N_SEQUENCES environment variable."
_PROMPT = "Either prompt or prompt_embeds must be provided and non-empty."
_NO_PROMPT = "please provide at least one prompt"  # until 2025
_NO_TOKENS = "The decoder prompt cannot be empty"
_Bound = tuple[str, Callable[[Any], bool], str, bool]

# Member, what is right, what is said, and whether the value is named again.
_FRACTIONS: tuple[_Bound, ...] = (
    ("presence_penalty", lambda n: -2 <= n <= 2, "presence_penalty must be in [-2, 2], got {}.", False),
    ("frequency_penalty", lambda n: -2 <= n <= 2, "frequency_penalty must be in [-2, 2], got {}.", False),
    ("repetition_penalty", lambda n: n > 0, "repetition_penalty must be greater than zero, got {}.", False),
    ("temperature", lambda n: n >= 0, "temperature must be non-negative, got {}.", True),
    ("temperature", lambda n: n <= 2, "temperature must be in [0, 2], got {}.", True),
    ("top_p", lambda n: 0 < n <= 1, "top_p must be in (0, 1], got {}.", True),
    ("min_p", lambda n: 0 <= n <= 1, "min_p must be in [0, 1], got {}.", False),
)
_NUMBERS: tuple[_Bound, ...] = (
    ("n", lambda n: n >= 1, "n must be at least 1, got {}.", False),
    ("n", lambda n: n <= 16384, _MANY, False),
    ("top_k", lambda n: n >= -1, "top_k must be 0 (disable), or at least 1, got {}.", False),
    ("min_tokens", lambda n: n >= 0, "min_tokens must be greater than or equal to 0, got {}.", False),
)


def _refuse(message: str, param: str | None = None, value: Any = None) -> NoReturn:
    """Refuse what the server itself checks; it repeats the parameter and its value where it knows them."""
    known = [f"parameter={param}"] if param else []
    known += [f"value={value}"] if value is not None else []
    raise RequestError(Failure(400, "invalid_request", message + (f" ({', '.join(known)})" if known else ""), param))


def _pydantic(*errors: dict[str, Any]) -> Failure:
    """Tell what pydantic found."""
    param, told = ".".join(map(str, errors[0]["loc"])), "".join([f"\n  {error!r}" for error in errors])
    message = f"{len(errors)} validation error{'s' if len(errors) > 1 else ''}:{told}"
    return Failure(400, "invalid_request", message, param, type=_BAD)


def unread(body: bytes) -> Failure:
    """Refuse a body that is no JSON object, as the web framework does."""
    import json  # its words for broken JSON are those of the server

    if not body.strip():
        return _pydantic({"type": "missing", "loc": ("body",), "msg": "Field required", "input": None})
    try:
        value = json.loads(body)
    except json.JSONDecodeError as error:
        found = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error", "input": {}}
        return _pydantic({**found, "ctx": {"error": error.msg}})
    except (ValueError, RecursionError):
        value = {}
    if isinstance(value, dict):
        return Failure(400, "malformed_json", "There was an error parsing the body", type=_BAD)
    message = "Input should be a valid dictionary or object to extract fields from"
    return _pydantic({"type": "model_attributes_type", "loc": ("body",), "msg": message, "input": value})


def needs(value: dict[str, Any], *names: str) -> None:
    """Refuse a body without some members."""
    missing = [name for name in names if name not in value]
    if missing:
        found = [{"type": "missing", "loc": ("body", name), "msg": "Field required", "input": value} for name in missing]
        raise RequestError(_pydantic(*found))


def body_of(request: Request, options: Options, *needed: str) -> dict[str, Any]:
    """Read a body, which must have these members."""
    try:
        value = asked.object_of(request.body, strict=options.strict, missing="")
    except RequestError:
        raise RequestError(unread(request.body)) from None
    if options.strict:
        needs(value, *needed)
    return value


def _bounded(value: dict[str, Any], bounds: tuple[_Bound, ...], read: Callable[[Any], Any]) -> None:
    for name, is_right, message, named in bounds:
        given = read(value.get(name))
        if given is not None and not is_right(given):
            _refuse(message.format(given), name if named else None, given if named else None)


def _fraction(value: Any) -> float | None:
    """Read a number; a whole one that no double holds is infinite."""
    found = asked.number(value)
    try:
        return None if found is None else float(found)
    except OverflowError:
        return inf if value > 0 else -inf


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _check_sampling(value: dict[str, Any], most: int | None) -> None:
    _bounded(value, _FRACTIONS, _fraction)
    _bounded(value, _NUMBERS, _integer)
    if most is not None and most < 1:
        _refuse(f"max_tokens must be at least 1, got {most}.", "max_tokens", most)
    least = _integer(value.get("min_tokens")) or 0
    if most is not None and least > most:
        _refuse(f"min_tokens must be less than or equal to max_tokens={most}, got {least}.")
    stops = value.get("stop")
    if "" in (stops if isinstance(stops, list) else [stops]):
        _refuse("stop cannot contain an empty string.")


def _constraints(value: dict[str, Any]) -> int:
    kinds = asked.mapping(value.get("structured_outputs"))
    return sum(kinds.get(kind) is not None for kind in ("json", "regex", "choice"))


def _check_together(value: dict[str, Any]) -> None:
    """Check constraints, and what wants a stream."""
    if _constraints(value) > 1:
        _refuse(_KINDS, "structured_outputs")
    if value.get("stream_options") and not value.get("stream"):
        _refuse(_STREAMS, "stream_options")


def _check_tools(value: dict[str, Any]) -> None:
    """Check a choice of tools, which must be there."""
    chosen = value.get("tool_choice")
    if chosen is None or chosen == "none":
        return
    if chosen not in _CHOICES and _constraints(value):
        _refuse("You can only either use constraints for structured outputs or tools, not both.")
    if value.get("tools") is None:
        _refuse("When using `tool_choice`, `tools` must be set.", "tool_choice")
    if not isinstance(chosen, dict):
        if chosen not in _CHOICES:
            _refuse(f"Invalid value for `tool_choice`: {chosen}! {_ONLY}", "tool_choice")
        return
    function = chosen.get("function")
    if not isinstance(function, dict):
        _refuse(f"Invalid value for `function`: `{function}` in `tool_choice`! {_USAGE}", "tool_choice.function")
    if "name" not in function:
        _refuse(f"Expected field `name` in `function` in `tool_choice`! {_USAGE}", _NAMED)
    name = function["name"]
    if not isinstance(name, str) or not name:
        _refuse(f"Invalid `name` in `function`: `{name}` in `tool_choice`! {_USAGE}", _NAMED)
    if all(asked.mapping(tool.get("function")).get("name") != name for tool in asked.objects(value["tools"])):
        _refuse("The tool specified in `tool_choice` does not match any of the specified `tools`", "tool_choice")


def _check_odds(value: dict[str, Any], counted: str) -> None:
    """Check what is wanted of probabilities; `counted` says how many of an answer's."""
    for name in ("prompt_logprobs", counted):
        given = value.get(name)
        if given is None:
            continue
        if not isinstance(given, int | float):
            _refuse(f"`{name}` must be an integer.", name, given)
        if name == "prompt_logprobs" and value.get("stream") and (given > 0 or given == -1):
            _refuse("`prompt_logprobs` are not available when `stream=True`.", name)
        if given < 0 and given != -1:
            _refuse(f"`{name}` must be a positive value or -1.", name, given)
        if name == "top_logprobs" and given and not value.get("logprobs"):
            _refuse("when using `top_logprobs`, `logprobs` must be set to true.", name)


def _check_most_odds(said: Any, prompt: Any) -> None:
    """Check that no more probabilities are wanted than a server gives that was told nothing."""
    for what, name, given in (("sample", "logprobs", said), ("prompt", "prompt_logprobs", prompt)):
        count = _integer(given)
        if count is not None and count > _MOST_ODDS:
            _refuse(f"Requested {what} logprobs of {count}, which is greater than max allowed: {_MOST_ODDS}", name, count)


def chat(value: dict[str, Any], _body: bytes) -> None:
    """Check a chat."""
    _check_tools(value)
    _check_together(value)
    _check_odds(value, "top_logprobs")
    needs(value, "messages")
    if not isinstance(value["messages"], list):
        found = {"type": "list_type", "loc": ("body", "messages"), "msg": "Input should be a valid list"}
        raise RequestError(_pydantic({**found, "input": value["messages"]}))
    most = value.get("max_completion_tokens")
    _check_sampling(value, _integer(value.get("max_tokens") if most is None else most))
    _check_most_odds(value.get("top_logprobs") if value.get("logprobs") else None, value.get("prompt_logprobs"))


def _check_prompt(prompt: Any) -> None:
    """Check a prompt that is there: a text or a list of tokens, or several of either."""
    if prompt == []:
        _refuse(_NO_PROMPT)
    if isinstance(prompt, list) and [] in prompt and all(item == [] or prompts.are_tokens(item) for item in prompt):
        _refuse(_NO_TOKENS)
    found = check_prompt.errors(prompt)
    if found:
        raise RequestError(_pydantic(*found))


def completion(value: dict[str, Any], _body: bytes) -> None:
    """Check a text completion; one that only echoes may say nothing."""
    prompt = value.get("prompt")
    if check_prompt.are_too_many(prompt):
        _refuse(check_prompt.TOO_MANY.format(len(prompt)), "prompt")
    if prompt in (None, "") and not value.get("prompt_embeds"):
        _refuse(_PROMPT, "prompt")
    _check_together(value)
    _check_odds(value, "logprobs")
    if prompt is not None:
        _check_prompt(prompt)
    if value.get("suffix") is not None:
        _refuse("suffix is not currently supported")
    most = _integer(value.get("max_tokens"))
    _check_sampling(value, None if most == 0 and value.get("echo") is True else most)
    _check_most_odds(value.get("logprobs"), value.get("prompt_logprobs"))


def embedding(value: dict[str, Any], _body: bytes) -> None:
    """Check an embedding."""
    needs(value, "input")


RULES = Rules({"chat": chat, "completion": completion, "embedding": embedding}, unread)
