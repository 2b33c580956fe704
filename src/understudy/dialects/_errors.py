"""What errors of most providers share: what a bare status means, words by kind, and the field that says when to come back.

In: a failure and a provider's vocabulary. Out: words, header fields. The documents are each dialect's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from understudy.model.reply import Failure, FailureKind, kind_of

Headers = tuple[tuple[str, str], ...]


class Vocabulary(Struct, frozen=True):
    """What a provider says when a failure brings no words of its own.

    `any_status` are the words of an error whose status means nothing that is known. `unknown_model` has a hole for the model's
    name, `too_long` has two: for the model's window and the prompt's tokens.
    """

    by_kind: Mapping[FailureKind, str]
    any_status: str = "simulated {} error"
    unknown_model: str = ""
    too_long: str = ""


def meant(failure: Failure) -> Failure:
    """Take a failure of which only the status was asked for as one of the kind that its status means.

    The words that a request control brings for such a status are those of another server: the provider has its own.
    """
    kind = kind_of(failure.status)
    if failure.kind != "simulated" or kind == "simulated":
        return failure
    return replace(failure, kind=kind, message=None, type=None)


def status_of(failure: Failure, otherwise: Mapping[tuple[FailureKind, int], int]) -> int:
    """Give the status of an answer: where a provider has another one than most for a kind of failure, that one.

    A status that was asked for as a number is answered as that number.
    """
    return failure.status if failure.exact else otherwise.get((failure.kind, failure.status), failure.status)


def words(failure: Failure, vocabulary: Vocabulary) -> str:
    """Return the message of an error, its own words first."""
    if failure.message is not None:
        return failure.message
    if failure.kind == "simulated":
        return vocabulary.any_status.format(failure.status)
    if vocabulary.unknown_model and failure.kind == "model_not_found" and failure.subject is not None:
        return vocabulary.unknown_model.format(failure.subject)
    if vocabulary.too_long and failure.counts is not None:
        return vocabulary.too_long.format(*failure.counts)
    return vocabulary.by_kind[failure.kind]


def with_wait(headers: Headers, failure: Failure) -> Headers:
    """Add when to come back, in whole seconds and at least one, if the failure says so."""
    if failure.retry_after is None:
        return headers
    return (*headers, ("retry-after", str(max(1, ceil(failure.retry_after)))))
