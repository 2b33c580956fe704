"""What Text Generation Inference refuses of the parameters of a generation, in its words.

In: a body, read strictly. Out: nothing, or a refusal. Sentences and bounds are those of the router's source
(`router/src/validation.rs`, `router/src/vertex.rs`, version 3.3.6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn

from understudy.dialects import _asked as asked
from understudy.dialects._window import fitted
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.reply import Failure

WINDOW: Final = 4096
"""Tokens of prompt and answer of a server that was told nothing; the prompt may have one less."""

TOO_LONG: Final = (
    "Input validation error: `inputs` tokens + `max_new_tokens` must be <= {}. Given: {} `inputs` tokens and {} "
    "`max_new_tokens`"
)
"""What fits, the tokens of the prompt and those asked for (`ValidationError::MaxTotalTokens` of the router)."""

_TOO_MANY = "Input validation error: `inputs` must have less than {} tokens. Given: {}"
MOST_STOPS, MOST_BEST, MOST_TOP, MOST_AT_ONCE = 4, 2, 5, 4
_Bound = tuple[str, Callable[[Any], bool], str]
_BOUNDS: tuple[_Bound, ...] = (
    ("temperature", lambda n: n > 0, "`temperature` must be strictly positive"),
    ("repetition_penalty", lambda n: n > 0, "`repetition_penalty` must be strictly positive"),
    ("frequency_penalty", lambda n: -2 <= n <= 2, "`frequency_penalty` must be >= -2.0 and <= 2.0"),
    ("top_p", lambda n: 0 < n < 1, "`top_p` must be > 0.0 and < 1.0"),
    ("typical_p", lambda n: 0 < n < 1, "`typical_p` must be > 0.0 and < 1.0"),
    ("top_k", lambda n: n > 0, "`top_k` must be strictly positive"),
    ("max_new_tokens", lambda n: n != 0, "`max_new_tokens` must be strictly positive"),
    ("top_n_tokens", lambda n: n <= MOST_TOP, f"`top_n_tokens` must be >= 0 and <= {MOST_TOP}. Given: {{}}"),
    (
        "truncate",
        lambda n: 0 < n < WINDOW,
        f"`truncate` must be strictly positive and less than {WINDOW - 1}. Given: {{}}",
    ),
)
_SAMPLED = ("temperature", "top_k", "top_p", "typical_p")


def refuse(message: str, kind: str = "validation") -> NoReturn:
    """Refuse a request."""
    raise RequestError(Failure(422, "unprocessable", message, type=kind))


def _invalid(message: str) -> NoReturn:
    refuse(f"Input validation error: {message}")


def fit(call: Call, prompt: int, window: int) -> Call:
    """Fit a call into a window: a prompt may have one token less, so that there is room for an answer."""
    asked = max(call.max_tokens or 0, 0)
    if prompt + asked > window:
        raise RequestError(Failure(400, "context_length", TOO_LONG.format(window, prompt, asked)))
    if prompt == window:
        raise RequestError(Failure(400, "context_length", _TOO_MANY.format(window - 1, prompt)))
    return fitted(call, prompt, window)


def generation(wanted: dict[str, Any], prompt: str, *, stream: bool) -> None:
    """Check the parameters of a generation, in the router's order."""
    _check_best(wanted, stream=stream)
    if stream and wanted.get("decoder_input_details") is True:
        _invalid("`decoder_input_details` == true is not supported when streaming tokens")
    _bounded(wanted)
    stops = asked.texts(wanted.get("stop"))
    if len(stops) > MOST_STOPS:
        _invalid(f"`stop` supports up to {MOST_STOPS} stop sequences. Given: {len(stops)}")
    if not prompt:
        _invalid("`inputs` cannot be empty")
    _check_grammar(asked.mapping(wanted.get("grammar")))


def _check_best(wanted: dict[str, Any], *, stream: bool) -> None:
    best = asked.whole(wanted.get("best_of"))
    if best is None or best == 1:
        return
    if stream:
        _invalid("`best_of` != 1 is not supported when streaming tokens")
    if not 0 < best <= MOST_BEST:
        _invalid(f"`best_of` must be > 0 and <= {MOST_BEST}. Given: {best}")
    if wanted.get("do_sample") is not True and all(wanted.get(name) is None for name in _SAMPLED):
        _invalid("you must use sampling when `best_of` is > 1")
    if wanted.get("seed") is not None:
        _invalid("`seed` must not be set when `best_of` > 1")


def _bounded(wanted: dict[str, Any]) -> None:
    for name, is_right, message in _BOUNDS:
        given = asked.number(wanted.get(name))
        if given is not None and not is_right(given):
            _invalid(message.format(given))


def _check_grammar(grammar: dict[str, Any]) -> None:
    value = grammar.get("value")
    if grammar.get("type") in ("json", "json_object") and isinstance(value, dict) and "properties" not in value:
        _invalid("grammar is not valid: Grammar must have a 'properties' field")


def conversation(value: dict[str, Any]) -> None:
    """Check a chat: greedily where its temperature is 0."""
    if value.get("response_format") is not None and value.get("tools"):
        refuse("Tool error: Grammar and tools are mutually exclusive", "tool_error")
    _bounded({**value, "temperature": value.get("temperature") or None, "max_new_tokens": value.get("max_tokens")})


def completion(value: dict[str, Any]) -> None:
    """Check a text completion."""
    if value.get("suffix") is not None:
        refuse("Suffix is not supported and can be achieved by preprocessing the prompt.", "suffix not supported")
    prompts = value.get("prompt")
    if isinstance(prompts, list) and len(prompts) > MOST_AT_ONCE:
        refuse(f"Number of prompts exceeds the maximum allowed batch size of {MOST_AT_ONCE}", "batch size exceeded")
    _bounded({**value, "temperature": value.get("temperature") or None, "max_new_tokens": value.get("max_tokens")})
