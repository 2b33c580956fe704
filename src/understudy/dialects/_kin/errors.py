"""Error documents that several of the family share a form of: the words are OpenAI's unless the failure brings its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from understudy.dialects import ErrorBody
from understudy.dialects._errors import with_wait
from understudy.dialects._openai.errors import words as openai_words
from understudy.model.reply import Failure, FailureKind

Document = dict[str, Any]
Words = tuple[str, str | None, str]


def words(failure: Failure, own: Mapping[FailureKind, Words]) -> Words:
    """Return (type, code, message): the failure's own, else the provider's, else OpenAI's."""
    kind, code, message = openai_words(failure)
    if failure.kind in own and failure.overrun is None:
        kind, code, told = own[failure.kind]
        message = told.format(subject=failure.subject or "it") if failure.message is None else message
    return failure.type or kind, failure.code or code, message


def spoken(document: Callable[[Failure], Document], *, id_field: str = "x-request-id") -> Callable[[Failure], ErrorBody]:
    """Make what says a provider's errors of what writes their documents."""

    def say(failure: Failure) -> ErrorBody:
        return ErrorBody(
            failure.status, msgspec.json.encode(document(failure)), with_wait(failure.headers, failure), id_field=id_field
        )

    return say
