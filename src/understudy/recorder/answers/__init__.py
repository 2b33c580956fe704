"""How answers are read: one file for each form, `READER` in it.

In: a document, or the events of a stream one after the other. Out: an `Utterance`. A reader passes over what it does not know
and says `unreadable` where that would lose something that was said.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import Struct

from understudy.dialects import load
from understudy.kinds import Registry
from understudy.recorder.losses import Known
from understudy.recorder.utterance import Utterance

Document = dict[str, Any]


class AnswerReader(Struct, frozen=True):
    """Reads one form of answer: `whole` a document, `event` one event of a stream with the seconds it came at.

    `speaks` says of a dialect and an operation whether their answers have this form. Of a dialect whose answers read like those
    of another it is asked about the other. `known` are the members that are read, or that every replay makes anew: what else is
    said is lost.
    """

    name: str
    speaks: Callable[[str, str], bool]
    whole: Callable[[Document, float, Utterance], None]
    event: Callable[[Document, float, Utterance], None]
    known: Known


@cache
def _readers() -> Registry[AnswerReader]:
    return Registry("answer reader", importlib.import_module("understudy.recorder.answers"), "READER")


@cache
def _alike() -> dict[str, str]:
    """The dialects by name, each with the one whose answers its own read like."""
    return {dialect.name: getattr(dialect, "alike", dialect.name) for dialect in load()}


def reader_of(dialect: str, operation: str) -> AnswerReader | None:
    """Find who reads the answers of a dialect's operation; None when nobody does."""
    return next((reader for reader in _readers() if reader.speaks(_alike().get(dialect, dialect), operation)), None)


def member(value: Any, *names: str) -> Any:
    """Look up a member of members; None where one of them is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def items(value: Any) -> list[Document]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
