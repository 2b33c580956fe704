"""vLLM's errors: `{"error": {"message", "type", "param", "code"}}`, the code being the status.

Words are those of the server's source (`vllm/entrypoints`, `vllm/sampling_params.py`, 2026) and, of a prompt that does not fit,
those that its users report.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from understudy.dialects._kin.errors import Words, words
from understudy.dialects.vllm.tokenizer import WINDOW
from understudy.model.reply import Failure, FailureKind

_TYPES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    404: "NotFoundError",
    429: "RateLimitError",
    503: "ServiceUnavailable",
}
_OWN: dict[FailureKind, Words] = {"model_not_found": ("", None, "The model `{subject}` does not exist.")}
_TOO_LONG = (
    "This model's maximum context length is {0} tokens. However, you requested 0 output tokens and your prompt contains at "
    "least {1} input tokens, for a total of at least {1} tokens. Please reduce the length of the input prompt or the number of "
    "requested output tokens. (parameter=input_tokens, value={1})"
)


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
        message, param = _TOO_LONG.format(*(failure.counts or (WINDOW, WINDOW + 1))), "input_tokens"
    if failure.kind == "model_not_found":
        param = "model"
    kind = failure.type or _TYPES.get(failure.status) or ("InternalServerError" if failure.status >= 500 else "BadRequestError")
    return {"error": {"message": message, "type": kind, "param": param, "code": failure.status}}
