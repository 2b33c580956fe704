"""Finding out what a result file is, and reading it: the list of the formats there are."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from understudy.config.values import describe
from understudy.errors import UsageError
from understudy.fitting import FormatError, Measured, aiperf, guidellm, script, table, vllm
from understudy.fitting.source import Source, several
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
        UsageError: when there is no such format.
        OSError: when it cannot be read.
    """
    try:
        source = Source(path, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise FormatError("expected UTF-8 text, got other bytes. Save it as UTF-8") from None
    if not source.text.strip():
        raise FormatError("expected measurements, got an empty file. Check that it was written to the end")
    if source.text.strip() == "null":
        raise FormatError("expected measurements, got null. Take the file the tool wrote at the end of its run")
    reader = _recognised(source) if format == "auto" else _reader(format)
    return reader.read(source, run)


def _recognised(source: Source) -> Reader:
    for reader in _READERS:
        if reader.recognises(source):
            return reader
    source.require_data()
    data = source.lines[0] if source.document is None else source.document
    got = f"JSON with {several(list(data))}" if data and isinstance(data, dict) else describe(data)
    raise FormatError(f"expected one of {', '.join(FORMATS)}, got {got}. Say what it is with --format")


def _reader(name: str) -> Reader:
    for reader in _READERS:
        if name == reader.NAME:
            return reader
    raise UsageError(f"--format {name!r}: expected auto or one of {', '.join(FORMATS)}.{nearest(name, FORMATS)}")
