"""From where the user's wishes stand to what holds: scripts read, settings settled, a world made of both.

In: names of scripts and a preset, flags, environment, and what was asked of the running server. Out: settings, script, world;
or errors with every mistake. Starts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from understudy import dialects
from understudy.config.script import Script
from understudy.config.settings import Settings, resolve
from understudy.dialects import Dialect, ShapeError
from understudy.engine.overruled import without_effect
from understudy.engine.templates import problem
from understudy.engine.world import World

if TYPE_CHECKING:
    from understudy.config.grammar.report import Checks
    from understudy.config.overlay import Overlay


class Sources(Struct, frozen=True):
    """Where the user's wishes come from; flags win over the environment, that over scripts, those over the preset.

    Flags that are `keywords` are those of the Python interface.
    """

    scripts: tuple[Path, ...] = ()
    preset: str | None = None
    flags: Mapping[str, object] = {}
    environ: Mapping[str, str] = {}
    keywords: bool = False


class Renewed(Struct, frozen=True):
    """What a reload made: the scripts as read, what lay over them, and what both come to."""

    base: Script
    overlay: Overlay | None
    settings: Settings
    script: Script
    world: World


def shape_problems(shapes: Mapping[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    """Check the `shapes` of a script: (path below `shapes`, message) for each mistake."""
    problems: list[tuple[tuple[str | int, ...], str]] = []
    for name, shape in shapes.items():
        try:
            dialect = dialects.load().get(name)
        except KeyError as error:
            problems.append(((name,), error.args[0]))
            continue
        try:
            dialect.style(shape)
        except ShapeError as error:
            problems.append(((name, *error.path), str(error)))
    return problems


def checks() -> Checks:
    """What rooms above the script's look at in one."""
    from understudy.config.grammar.report import Checks  # with the readers, 30 ms that a server without scripts does not need

    return Checks(shape_problems, problem, dialects.item_problems, without_effect)


def read(sources: Sources, looked_for: dict[Path, None] | None = None) -> tuple[Settings, Script]:
    """Read scripts and settle settings.

    Args:
        sources: where the wishes come from.
        looked_for: takes the files that were read or looked for, even if they cannot be used.

    Raises:
        ScriptError: with every problem of the scripts.
        UsageError: for wrong flags, variables or settings.
    """
    return settle(sources, scripts(sources, looked_for), None)


def scripts(sources: Sources, looked_for: dict[Path, None] | None, autoloaded: Path | None = None) -> Script:
    """Read the scripts and the preset, if any; `autoloaded` is the script that the preset had loaded before.

    Raises:
        ScriptError: with every problem of them.
    """
    if not (sources.scripts or sources.preset):
        return Script()
    from understudy.config.load import load  # later, as above

    return load(
        sources.scripts,
        sources.preset,
        checks=checks(),
        looked_for=looked_for,
        autoloaded=autoloaded,
    )


def settle(sources: Sources, base: Script, overlay: Overlay | None) -> tuple[Settings, Script]:
    """Settle what holds, given the scripts as they were read and what was asked of the running server.

    Raises:
        UsageError: for wrong flags, variables or settings, and for settings that do not go together.
    """
    script, runtime = base, None
    if overlay is not None:
        from understudy.config.overlay import amend

        script, runtime = amend(base, overlay), overlay.settings
    settings = resolve(
        flags=sources.flags,
        environ=sources.environ,
        script=script.settings,
        runtime=runtime,
        spots=script.spots,
        keywords=sources.keywords,
    )
    return settings, script


def make_world(
    settings: Settings, script: Script, make: Callable[[Settings, Script, tuple[Dialect, ...]], World] = World
) -> World:
    """Build a generation of the engine's mind; `make` is its class.

    Raises:
        UsageError: for what the engine cannot do.
    """
    return make(settings, script, dialects.served(settings.only))
