"""Finding out what files are, and reading them into one draft.

In: files and folders, or the name of their format. Out: a draft. Of a folder every file counts whose format is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from understudy.config.source import TextError
from understudy.importing.draft import Draft
from understudy.importing.formats import ForeignReader, FormatError, readers
from understudy.importing.source import Source, Where
from understudy.importing.words import meant

_SUFFIXES = (".json", ".har", ".jsonl", ".ndjson", ".yaml", ".yml", ".toml")


def formats() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(reader.name for reader in readers())


def read(paths: Sequence[Path], format: str = "auto") -> Draft:  # noqa: A002  # the word users know, as in --format
    """Read files and folders.

    Raises:
        FormatError: when a file that was named cannot be read, is not what it was taken for, or is nothing we know.
    """
    known = None if format == "auto" else _reader(format)
    draft = Draft()
    for path in paths:
        if path.is_dir():
            _folder(path, known, draft)
        else:
            source = _loaded(path)
            reader = known or _recognised(source)
            if reader is None:
                raise _unknown(source)
            if draft.first_sight(path):
                _take(reader, source, draft)
    draft.settle()
    for name, where in draft.pairs.left():
        draft.remark(where, f"custom_id {name!r}: expected a request and its answer, got one of them. It is left out.")
    return draft


def _unknown(source: Source) -> FormatError:
    """What to say of a file of no format: where it is broken, too, if it begins as JSON does."""
    problems = source.document.problems if source.text.lstrip()[:1] in ("{", "[") else ()
    broken = f" As JSON it is broken: {problems[0]}" if problems else ""
    known = ", ".join(formats())
    return FormatError(f"{source.path}: expected one of {known}, got something else. Say what with --format.{broken}")


def _loaded(path: Path) -> Source:
    try:
        return Source.load(path)
    except TextError as error:
        raise FormatError(f"{path}: {error.message}") from None


def _folder(folder: Path, known: ForeignReader | None, draft: Draft) -> None:
    """Read what a folder holds, in the order of names; what is no known file of ours to read is named."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file()):
        if not draft.first_sight(path):
            continue
        try:
            source = Source.load(path)
        except TextError as error:
            draft.remark(Where(str(path), error.line or 1), error.message)
            continue
        found = _recognised(source)
        reader = known if known is not None and (found is None or found is known) else found if known is None else None
        if reader is None:
            draft.remark(source.line(1), "of no format that is read here. It is left out.")
            continue
        try:
            _take(reader, source, draft)
        except FormatError as error:
            draft.remark(source.line(1), f"{error}")


def _take(reader: ForeignReader, source: Source, draft: Draft) -> None:
    with draft.attempt(source.line(1), f"{reader.name} file"):
        reader.read(source, draft)


def _recognised(source: Source) -> ForeignReader | None:
    return next((reader for reader in readers() if reader.recognises(source)), None)


def _reader(name: str) -> ForeignReader:
    for reader in readers():
        if reader.name == name:
            return reader
    raise FormatError(f"format {name!r}: expected auto or one of {', '.join(formats())}.{meant(name, formats())}")
