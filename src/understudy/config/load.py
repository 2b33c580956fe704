"""Loading scripts: from the paths and the preset a user named to one `Script`, or to every mistake in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from understudy.config.grammar.report import Checks
from understudy.config.includes import Gathering
from understudy.config.merge import merge
from understudy.config.script import Script
from understudy.errors import ScriptError


def load(
    paths: Sequence[Path],
    preset: str | None = None,
    *,
    folder: Path | None = None,
    checks: Checks | None = None,
    looked_for: dict[Path, None] | None = None,
    autoloaded: Path | None = None,
) -> Script:
    """Load scripts and what they extend, check them, and merge them into one.

    Of several scripts the first has the highest precedence: its settings win and its rules are tried first. A script stands
    above what it extends, of several of these the last one highest; the preset stands below all.

    Args:
        paths: the scripts, or none.
        preset: the name of a preset.
        folder: where a preset's `autoload` is looked for; the working directory when None.
        checks: what other rooms look at.
        looked_for: takes the files that were read or looked for, even if they cannot be used: mending one of them may help.
        autoloaded: what the preset had loaded before; that it is missing is a mistake.

    Raises:
        ScriptError: with every problem, by file and line.
        UsageError: when there is no such preset.
    """
    checks = checks or Checks()
    gathering = Gathering(checks, looked_for)
    if preset is not None:
        gathering.preset(preset)
    found = None if paths else _autoloaded(gathering, folder or Path(), autoloaded)
    for path in reversed([Path(path) for path in paths] if found is None else [found]):
        gathering.file(path)
    script, problems = merge(gathering.parts[::-1], gathering.sources, found)
    problems = gathering.problems + problems
    if checks.whole is not None:
        problems += checks.whole(script, gathering.parts)
    if problems:
        raise ScriptError(list(dict.fromkeys(problems)))
    return script


def _autoloaded(gathering: Gathering, folder: Path, before: Path | None) -> Path | None:
    """Find the script that the preset asks for; a missing one is watched for, and missed if it was there `before`."""
    names = [part.autoload for part in gathering.parts if part.autoload]
    path = folder / names[-1] if names else None
    if path is None:
        return None
    gathering.sources[path] = None
    return path if path == before or path.exists() else None
