"""Loading scripts: from the paths and the preset a user named to one `Script`, or to every mistake in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from understudy.config.grammar.report import Checks
from understudy.config.includes import Gathering
from understudy.config.merge import merge
from understudy.config.script import Script
from understudy.config.source import Place
from understudy.errors import ScriptError


def load(
    paths: Sequence[Path],
    preset: str | None = None,
    *,
    folder: Path | None = None,
    validate_shapes: Callable[[Mapping[str, Any]], Iterable[tuple[Place, str]]] | None = None,
    validate_template: Callable[[str], str | None] | None = None,
    validate_item: Callable[[dict[str, Any]], Iterable[tuple[Place, str]]] | None = None,
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
        validate_shapes: looks at the `shapes` of each document; returns mistakes as (path below `shapes`, message).
        validate_template: looks at each template; returns what is wrong with it, or None.
        validate_item: looks at each item of a provider's own; returns mistakes as (path below the item, message).
        looked_for: takes the files that were read or looked for, even if they cannot be used: mending one of them may help.
        autoloaded: what the preset had loaded before; that it is missing is a mistake.

    Raises:
        ScriptError: with every problem, by file and line.
        UsageError: when there is no such preset.
    """
    gathering = Gathering(Checks(validate_shapes, validate_template, validate_item), looked_for)
    if preset is not None:
        gathering.preset(preset)
    found = None if paths else _autoloaded(gathering, folder or Path(), autoloaded)
    for path in reversed([Path(path) for path in paths] if found is None else [found]):
        gathering.file(path)
    script, problems = merge(gathering.parts[::-1], gathering.sources, found)
    problems = gathering.problems + problems
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
