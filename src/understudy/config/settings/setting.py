"""One setting: what it means, which values it takes, and every name it is reachable by.

A setting is declared on its field of `Settings` and nowhere else; its flag, its environment name and its script key follow from
the field's name.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import Struct

from understudy.config.values import Kind


class Setting(Struct, frozen=True):
    """What a field of `Settings` declares of itself.

    `flags` are further spellings of the flag, `environ` further environment names (the first wins), both for compatibility.
    `name` replaces the name made of the field's. A `fixed` setting is read once at the start; a `secret` one is never printed.
    """

    kind: Kind
    help: str
    flags: tuple[str, ...] = ()
    environ: tuple[str, ...] = ()
    name: str = ""
    fixed: bool = False
    secret: bool = False


class Spot(NamedTuple):
    """Where in a script something is written."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Entry(Struct, frozen=True):
    """A row of the table: a setting with its field, its name in scripts and its default."""

    field: str
    setting: Setting
    default: Any

    @property
    def name(self) -> str:
        """The name in scripts."""
        return self.setting.name or self.field.replace("_", "-")

    @property
    def flag(self) -> str:
        """The flag."""
        return f"--{self.name}"

    @property
    def flags(self) -> tuple[str, ...]:
        """Every spelling of the flag."""
        return (self.flag, *self.setting.flags)

    @property
    def environ(self) -> tuple[str, ...]:
        """Every environment name, the one that wins first."""
        return (f"UNDERSTUDY_{self.name.upper().replace('-', '_')}", *self.setting.environ)

    @property
    def written_default(self) -> Any:
        """The default as a script would hold it; None when it cannot be written."""
        return self.setting.kind.parse(self.shown_default) if self.default not in (None, ()) else None

    @property
    def shown_default(self) -> str:
        """The default as a user would write it."""
        return self.setting.kind.show(self.default)
