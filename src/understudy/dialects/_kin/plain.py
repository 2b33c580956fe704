"""Bodies that a server's web framework refuses before the server sees them: in plain text, as axum's `Json` does.

In: requests. Out: their bodies, or a refusal that is said as text. Words are in `serde`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn

from understudy.dialects import ErrorBody, Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin import serde
from understudy.errors import RequestError
from understudy.model.http import Request
from understudy.model.reply import Failure

_PLAIN: Final = "text/plain"


def body_of(request: Request, options: Options, *needed: str) -> dict[str, Any]:
    """Read the body, which must have these members."""
    try:
        value = asked.object_of(request.body, strict=options.strict, missing="")
    except RequestError:
        words = serde.syntax(request.body)
        status = 400 if words.startswith("Failed to parse") else 422
        raise RequestError(Failure(status, "malformed_json", words, type=_PLAIN)) from None
    words_ = serde.misfit(value, request.body, needed) if options.strict else None
    if words_ is not None:
        refuse(words_)
    return value


def refuse(words: str) -> NoReturn:
    """Refuse a body that is JSON and does not fit."""
    raise RequestError(Failure(422, "unprocessable", words, type=_PLAIN))


def or_plain(say: Callable[[Failure], ErrorBody]) -> Callable[[Failure], ErrorBody]:
    """Let what says a server's errors say those of its web framework, too: of a path that is not there it says nothing."""

    def said(failure: Failure) -> ErrorBody:
        if failure.message is None and failure.kind in ("not_found", "method_not_allowed"):
            return ErrorBody(failure.status, b"", failure.headers, content_type="text/plain; charset=utf-8")
        if failure.type != _PLAIN:
            return say(failure)
        return ErrorBody(failure.status, (failure.message or "").encode(), content_type="text/plain; charset=utf-8")

    return said
