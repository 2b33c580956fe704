"""From the scripts that were named to every document they are made of, in order of precedence.

A document is read once, however often it is extended, and stands below everything that extends it. What a script extends
must lie in its own folder or below, links followed: a script that came from elsewhere cannot read other files of the machine.
"""

from __future__ import annotations

from pathlib import Path, PurePath

from understudy.config.grammar.document import Part, extends_of, read_part
from understudy.config.grammar.report import Checks, Report
from understudy.config.presets import preset_text
from understudy.config.source import Document, TextError, inside, parse, read_text
from understudy.errors import Problem, UsageError
from understudy.timing import ReadFile, no_files

PRESET = "preset:"
_DEEPEST = 20


class Gathering:
    """Reads documents and what they extend.

    `parts` has the lowest precedence first; it lacks the documents with mistakes, which are in `problems`. `sources` are the
    files that were read or looked for.
    """

    def __init__(self, checks: Checks, sources: dict[Path, None] | None = None) -> None:
        self.parts: list[Part] = []
        self.problems: list[Problem] = []
        self.sources: dict[Path, None] = {} if sources is None else sources
        self._checks = checks
        self._seen: set[str] = set()

    def preset(self, name: str, above: tuple[str, ...] = ()) -> None:
        """Add a preset.

        Raises:
            UsageError: when there is no such preset.
        """
        self._document(PRESET + name, parse(preset_text(name), PRESET + name), None, above)

    def file(self, path: Path) -> None:
        """Add a script file that the user named."""
        self.sources[path] = None
        try:
            text = read_text(path)
        except TextError as error:
            self.problems.append(Problem(str(path), error.line or 1, error.message))
        else:
            self._document(_identity(path), parse(text, str(path)), path.parent, ())

    def _document(self, key: str, document: Document, folder: Path | None, above: tuple[str, ...]) -> None:
        """Add a document below those that extend it; `folder` is where its own relative names start."""
        if key in self._seen:
            return
        self._seen.add(key)
        report = Report(document, self._checks, preset=folder is None, read_file=self._reader(folder))
        part = read_part(report)
        for at, name in extends_of(document):
            try:
                self._extended(name, document.file, folder, (*above, key))
            except TextError as error:
                report.add(at, f"extends {name!r}: {error.message}")
        self.problems += sorted(document.problems + report.problems, key=lambda problem: problem.line)
        if part:
            self.parts.append(part)

    def _reader(self, folder: Path | None) -> ReadFile:
        """A reader of files that a document in a folder names; what it reads is watched like the scripts."""
        if folder is None:
            return no_files

        def read(name: str) -> str:
            try:
                path = inside(folder, name)
                self.sources[path] = None
                return read_text(path)
            except TextError as error:
                place = name if error.line is None else f"{name}:{error.line}"
                raise ValueError(f"file {place!r}: {error.message}") from None

        return read

    def _extended(self, name: str, by: str, folder: Path | None, above: tuple[str, ...]) -> None:
        if len(above) > _DEEPEST:
            raise TextError(f"expected at most {_DEEPEST} scripts that extend one another, got more.")
        if name.startswith(PRESET):
            _refuse_cycle(name, above)
            try:
                self.preset(name.removeprefix(PRESET), above)
            except UsageError as error:
                raise TextError(f"{error}") from None
            return
        if folder is None:
            raise TextError(f"expected {PRESET}NAME, got a file: presets extend presets only.")
        path = inside(folder, name)
        _refuse_cycle(_identity(path), above)
        self.sources[path] = None
        label = str(PurePath(by).parent / name)
        try:
            text = read_text(path)
        except TextError as error:
            if error.line is None:
                raise
            self.problems.append(Problem(label, error.line, error.message))
            return
        self._document(_identity(path), parse(text, label), path.parent, above)


def _identity(path: Path) -> str:
    """Name a file whatever way leads to it."""
    try:
        return str(path.resolve())
    except (OSError, RuntimeError):
        return str(path)


def _refuse_cycle(key: str, above: tuple[str, ...]) -> None:
    if key in above:
        chain = " -> ".join(PurePath(step).name for step in (*above[above.index(key) :], key))
        raise TextError(f"expected scripts that do not extend themselves, got {chain}.")
