"""Error documents that several of the family share a form of: the words are OpenAI's, without OpenAI's name and addresses.

A provider's own words, and those that the failure brings, come before them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from understudy.dialects import ErrorBody
from understudy.dialects._errors import with_wait
from understudy.dialects._openai.errors import words as openai_words
from understudy.dialects._openai.limits import ACCOUNT
from understudy.model.reply import Failure, FailureKind

Document = dict[str, Any]
Words = tuple[str, str | None, str]

# What is said where OpenAI speaks of itself.
_NAMELESS: dict[FailureKind, str] = {
    "malformed_json": "We could not parse the JSON body of your request.",
    "unauthorized": "Incorrect API key provided.",
    "missing_key": "You didn't provide an API key.",
    "insufficient_quota": "You exceeded your current quota, please check your plan and billing details.",
}


def words(failure: Failure, own: Mapping[FailureKind, Words]) -> Words:
    """Return (type, code, message): the failure's own, else the provider's, else the family's.

    The provider's message may have a hole for the failure's subject; where that is not known the family's is said.
    """
    kind, code, message = openai_words(failure)
    if failure.message is None:
        message = _NAMELESS.get(failure.kind, message).removesuffix(f" {ACCOUNT}")
    if failure.kind in own and failure.overrun is None:
        kind, code, told = own[failure.kind]
        if failure.message is None and (failure.subject is not None or "{subject}" not in told):
            message = told.format(subject=failure.subject)
    return failure.type or kind, failure.code or code, message


def spoken(document: Callable[[Failure], Document], *, id_field: str = "x-request-id") -> Callable[[Failure], ErrorBody]:
    """Make what says a provider's errors of what writes their documents."""

    def say(failure: Failure) -> ErrorBody:
        return ErrorBody(
            failure.status, msgspec.json.encode(document(failure)), with_wait(failure.headers, failure), id_field=id_field
        )

    return say
