"""Error documents that several of the family share a form of.

The words a failure brings come first, then the provider's own. What else there is to say is said in OpenAI's words, without its
name and addresses; or, of providers whose words are none of OpenAI's, by the phrase that HTTP has for the status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import structs

from understudy.dialects import ErrorBody
from understudy.dialects._errors import meant, status_of, with_wait
from understudy.dialects._openai.errors import words as openai_words
from understudy.dialects._openai.limits import ACCOUNT
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure, FailureKind

Document = dict[str, Any]
Words = tuple[str, str | None, str]

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_COUNTS = (131_072, 131_073)  # said of a prompt that does not fit where nobody counted: the window, and a token more

# What is said where OpenAI speaks of itself.
_NAMELESS: dict[FailureKind, str] = {
    "malformed_json": "We could not parse the JSON body of your request.",
    "unauthorized": "Incorrect API key provided.",
    "missing_key": "You didn't provide an API key.",
    "insufficient_quota": "You exceeded your current quota, please check your plan and billing details.",
}


def words(
    failure: Failure,
    own: Mapping[FailureKind, Words],
    *,
    usual: tuple[str, str | None] | None = None,
    over: Callable[[Overrun], str] | None = None,
) -> Words:
    """Return (type, code, message): the failure's own, else the provider's, else the family's.

    Args:
        failure: what went wrong.
        own: what the provider says by kind. A message may have holes for the failure's subject (where that is not known the
            family's is said) and for its counts, `window` and `prompt`, `asked` and `total`.
        usual: type and code of the kinds that are not among those, which their status tells; None = in the family's words, as
            what a test simulates by a status that means nothing else always is.
        over: says which limit a request went over; None = as the family says it.
    """
    kind, code, message = openai_words(failure)
    if usual is not None and failure.kind not in own and failure.kind != "simulated":
        (kind, code), message = usual, failure.message or _PHRASES.get(failure.status, "Error")
    elif failure.message is None:
        message = _NAMELESS.get(failure.kind, message).removesuffix(f" {ACCOUNT}")
    if failure.kind in own and (failure.overrun is None or over is not None):
        kind, code, told = own[failure.kind]
        if failure.message is None and (failure.subject is not None or "{subject}" not in told):
            window, prompt = failure.counts or _COUNTS
            message = told.format(subject=failure.subject, window=window, prompt=prompt, asked=0, total=prompt)
    if failure.message is None and failure.overrun is not None and over is not None:
        message = over(failure.overrun)
    return failure.type or kind, failure.code or code, message


def spoken(
    document: Callable[[Failure], Document],
    *,
    id_field: str = "x-request-id",
    statuses: Mapping[tuple[FailureKind, int], int] = {},
) -> Callable[[Failure], ErrorBody]:
    """Make what says a provider's errors of what writes their documents.

    Args:
        document: writes the document of a failure, whose status is the provider's already.
        id_field: the header field of a request's identifier.
        statuses: the provider's status for a kind of failure that mostly has another.
    """

    def say(failure: Failure) -> ErrorBody:
        status, failure = status_of(failure, statuses), meant(failure)
        if status != failure.status:
            failure = structs.replace(failure, status=status)
        data = msgspec.json.encode(document(failure))
        return ErrorBody(status, data, with_wait(failure.headers, failure), id_field=id_field)

    return say
