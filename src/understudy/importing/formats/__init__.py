"""The formats that are read: one file for each, `READER` in it.

In: a source. Out: what it says, in a draft; a reader notes every part that it does not take over.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache

from msgspec import Struct

from understudy.importing.draft import Draft
from understudy.importing.source import FormatError, Source
from understudy.kinds import Registry

__all__ = ["ForeignReader", "FormatError", "readers"]


class ForeignReader(Struct, frozen=True):
    """Reads one format. Of several that recognise a file the one with the lowest `rank` reads it."""

    name: str
    what: str
    rank: int
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Draft], None]


@cache
def readers() -> tuple[ForeignReader, ...]:
    """The readers, in the order in which they are asked whether a file is theirs."""
    found: Registry[ForeignReader] = Registry("format", importlib.import_module("understudy.importing.formats"), "READER")
    return tuple(sorted(found, key=lambda reader: reader.rank))
