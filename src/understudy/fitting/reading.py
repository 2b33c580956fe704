"""Finding out what a result file is, and reading it: the list of the formats there are."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from understudy.fitting import FormatError, Measured, aiperf, guidellm, script, table, vllm
from understudy.fitting.source import Source
from understudy.kinds import nearest


class Reader(Protocol):
    """A module that reads one format."""

    NAME: str

    def recognises(self, source: Source) -> bool:
        """Whether the file is of this format."""
        ...

    def read(self, source: Source, run: int) -> Measured:
        """Read one run of the file."""
        ...


_READERS: tuple[Reader, ...] = (guidellm, vllm, aiperf, script, table)
FORMATS = tuple(reader.NAME for reader in _READERS)
"""The formats, in the order in which `auto` tries them."""


def read(path: Path, format: str = "auto", run: int = 1) -> Measured:  # noqa: A002  # the word users know, as in --format
    """Read a result file.

    Raises:
        FormatError: when the file is not what it was taken for, or is nothing we know.
        OSError: when it cannot be read.
    """
    try:
        source = Source(path, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise FormatError("expected UTF-8 text") from None
    if format != "auto":
        return _reader(format).read(source, run)
    for reader in _READERS:
        if reader.recognises(source):
            return reader.read(source, run)
    raise FormatError(f"expected one of {', '.join(FORMATS)}, got something else. Say what it is with --format")


def _reader(name: str) -> Reader:
    for reader in _READERS:
        if name == reader.NAME:
            return reader
    raise FormatError(f"format {name!r}: expected auto or one of {', '.join(FORMATS)}.{nearest(name, FORMATS)}")
