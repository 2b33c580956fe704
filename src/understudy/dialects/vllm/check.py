"""What vLLM refuses of chats and text completions, in its words.

In: a body, read strictly. Out: nothing, or a refusal. Bounds and their sentences are those of the server's source
(`vllm/sampling_params.py`, `vllm/entrypoints/openai/completion/protocol.py`, 2026); what pydantic finds is told as the server
tells it, by the representation of each error. Unknown fields are accepted, as the server does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from understudy.dialects import _asked as asked
from understudy.dialects._kin.decode import Rules
from understudy.errors import RequestError
from understudy.model.reply import Failure

_STREAMS = "Stream options can only be defined when `stream=True`."
_KINDS = "You can only use one kind of constraints for structured outputs ('json', 'regex' or 'choice')."
_PROMPT = "Either prompt or prompt_embeds must be provided and non-empty."
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
    ("top_k", lambda n: n >= -1, "top_k must be 0 (disable), or at least 1, got {}.", False),
    ("min_tokens", lambda n: n >= 0, "min_tokens must be greater than or equal to 0, got {}.", False),
)


def _refuse(message: str, param: str | None = None, value: Any = None) -> NoReturn:
    """Refuse what the server itself checks; it repeats the parameter and its value where it knows them."""
    known = [f"parameter={param}"] if param else []
    known += [f"value={value}"] if value is not None else []
    raise RequestError(Failure(400, "invalid_request", message + (f" ({', '.join(known)})" if known else ""), param))


def _pydantic(**error: Any) -> Failure:
    """Tell what pydantic found."""
    param = ".".join(map(str, error["loc"]))
    return Failure(400, "invalid_request", f"1 validation error:\n  {error!r}", param, type="Bad Request")


def _missing(value: Any, *path: str) -> NoReturn:
    raise RequestError(_pydantic(type="missing", loc=("body", *path), msg="Field required", input=value))


def unread(body: bytes) -> Failure:
    """Refuse a body that is no JSON object, as the web framework does."""
    import json  # its words for broken JSON are those of the server

    if not body.strip():
        return _pydantic(type="missing", loc=("body",), msg="Field required", input=None)
    try:
        value = json.loads(body)
    except json.JSONDecodeError as error:
        return _pydantic(
            type="json_invalid", loc=("body", error.pos), msg="JSON decode error", input={}, ctx={"error": error.msg}
        )
    except (UnicodeError, RecursionError):
        return Failure(400, "malformed_json")
    message = "Input should be a valid dictionary or object to extract fields from"
    return _pydantic(type="model_attributes_type", loc=("body",), msg=message, input=value)


def needs(value: dict[str, Any], *names: str) -> None:
    """Refuse a body without some members."""
    for name in names:
        if name not in value:
            _missing(value, name)


def _bounded(value: dict[str, Any], bounds: tuple[_Bound, ...], read: Callable[[Any], Any]) -> None:
    for name, is_right, message, named in bounds:
        given = read(value.get(name))
        if given is not None and not is_right(given):
            _refuse(message.format(given), name if named else None, given if named else None)


def _fraction(value: Any) -> float | None:
    found = asked.number(value)
    return None if found is None else float(found)


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
    if value.get("stream_options") and not value.get("stream"):
        _refuse(_STREAMS, "stream_options")
    kinds = asked.mapping(value.get("structured_outputs"))
    if sum(kinds.get(kind) is not None for kind in ("json", "regex", "choice")) > 1:
        _refuse(_KINDS, "structured_outputs")
    _check_odds(value, _integer(value.get("prompt_logprobs")))


def _check_odds(value: dict[str, Any], prompt: int | None) -> None:
    if prompt is None:
        return
    if value.get("stream") and (prompt > 0 or prompt == -1):
        _refuse("`prompt_logprobs` are not available when `stream=True`.", "prompt_logprobs")
    if prompt < -1:
        _refuse("`prompt_logprobs` must be a positive value or -1.", "prompt_logprobs", prompt)


def chat(value: dict[str, Any], _body: bytes) -> None:
    """Check a chat."""
    needs(value, "messages")
    if not isinstance(value["messages"], list):
        message = "Input should be a valid list"
        raise RequestError(_pydantic(type="list_type", loc=("body", "messages"), msg=message, input=value["messages"]))
    most = value.get("max_completion_tokens")
    _check_sampling(value, _integer(value.get("max_tokens") if most is None else most))


def completion(value: dict[str, Any], _body: bytes) -> None:
    """Check a text completion; one that only echoes may say nothing."""
    if value.get("prompt") in (None, "") and not value.get("prompt_embeds"):
        _refuse(_PROMPT, "prompt")
    most = _integer(value.get("max_tokens"))
    _check_sampling(value, None if most == 0 and value.get("echo") is True else most)


RULES = Rules({"chat": chat, "completion": completion}, unread)
