"""The presets: scripts that ship with the program, one YAML file each in the folder `presets`."""

from __future__ import annotations

from pathlib import Path

from understudy.errors import UsageError
from understudy.kinds import nearest

FOLDER = Path(__file__).with_name("presets")


def preset_names() -> list[str]:
    """List the presets."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def preset_text(name: str) -> str:
    """Give the text of a preset.

    Raises:
        UsageError: when there is none of that name; it lists those there are.
    """
    names = preset_names()
    if name not in names:
        raise UsageError(f"preset {name!r}: expected one of {', '.join(names)}.{nearest(name, names)}")
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
