"""vLLM's errors: `{"error": {"message", "type", "param", "code"}}`, the code being the status.

Words are those of the server's source (`vllm/entrypoints`, `vllm/sampling_params.py`, 2026) and, of a prompt that does not fit,
those of the server, version 0.19, and that its users report.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NoReturn

from understudy.dialects._kin.errors import Words, words
from understudy.dialects._window import fitted
from understudy.dialects.vllm.tokenizer import WINDOW
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.reply import Failure, FailureKind

_TYPES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    404: "NotFoundError",
    429: "RateLimitError",
    503: "ServiceUnavailable",
}
_LIMITS = ("max_completion_tokens", "max_tokens")
_OWN: dict[FailureKind, Words] = {"model_not_found": ("", None, "The model `{subject}` does not exist.")}
_TOO_LONG = (
    "This model's maximum context length is {window} tokens. However, you requested {asked} output tokens and your prompt "
    "contains at least {prompt} input tokens, for a total of at least {total} tokens. Please reduce the length of the input "
    "prompt or the number of requested output tokens. (parameter=input_tokens, value={prompt})"
)
_NO_ROOM = (
    "The decoder prompt (length {0}) plus the number of requested output tokens (at least 1) is longer than the maximum model "
    "length of {0}. Make sure that `max_model_len` is no smaller than the number of text tokens (prompt + requested output "
    "tokens)."
)
_TOO_MUCH = (
    "{0}={1} cannot be greater than max_model_len=max_total_tokens={2}. Please request fewer output tokens. (parameter={0}, "
    "value={1})"
)


def fit(call: Call, prompt: int, window: int) -> Call:
    """Fit a call into a window; the server reads no more of a prompt than a token too much, so that this is what it names."""
    asked = call.max_tokens or 0
    if asked > window:
        name = next((name for name in _LIMITS if call.extra.body.get(name) is not None), _LIMITS[-1])
        _refuse(_TOO_MUCH.format(name, asked, window), name)
    if prompt + asked > window:
        read = window - asked + 1
        _refuse(_TOO_LONG.format(window=window, asked=asked, prompt=read, total=window + 1), "input_tokens")
    if prompt == window:
        _refuse(_NO_ROOM.format(window))
    return fitted(call, prompt, window)


def _refuse(message: str, param: str | None = None) -> NoReturn:
    raise RequestError(Failure(400, "context_length", message, param))


def document(failure: Failure) -> dict[str, Any]:
    """Write the document of an error."""
    if failure.kind in ("unauthorized", "missing_key") and failure.message is None:
        return {"error": "Unauthorized"}
    if failure.message is None and failure.kind in ("not_found", "method_not_allowed"):
        phrase = HTTPStatus(failure.status).phrase
        return {"error": {"message": phrase, "type": phrase, "param": failure.param, "code": failure.status}}
    _, _, message = words(failure, _OWN)
    param = failure.param
    if failure.kind == "context_length" and failure.message is None:
        window, prompt = failure.counts or (WINDOW, WINDOW + 1)
        message, param = _TOO_LONG.format(window=window, asked=0, prompt=prompt, total=prompt), "input_tokens"
    if failure.kind == "model_not_found":
        param = "model"
    kind = failure.type or _TYPES.get(failure.status) or ("InternalServerError" if failure.status >= 500 else "BadRequestError")
    return {"error": {"message": message, "type": kind, "param": param, "code": failure.status}}
