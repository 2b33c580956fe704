"""GET, PATCH and DELETE settings: those in force, and changes to those that are not only read at the start."""

from __future__ import annotations

from typing import Any

from understudy.config.settings import TABLE
from understudy.config.settings.setting import Entry
from understudy.control import Ask, Control, Route, Sight
from understudy.control._wishes import section

_HIDDEN = "***"


def _show(_ask: Ask, sight: Sight) -> object:
    settings = sight.settings()
    return {entry.name: _written(entry, getattr(settings, entry.field)) for entry in TABLE.values()}


def _written(entry: Entry, value: Any) -> Any:
    """Write a value as a script would; secrets only show whether they are set."""
    if isinstance(value, bool) or value in (None, (), ""):
        return value
    kind = entry.setting.kind
    return _HIDDEN if entry.setting.secret else kind.parse(kind.show(value))


_patch, _drop = section("settings", _show, verb="PATCH")

CONTROL = Control(
    "settings",
    "The settings.",
    (
        Route("GET", "settings", "Show the settings in force.", _show),
        Route("PATCH", "settings", "Change settings by name, over flags too; null takes a change back.", _patch),
        Route("DELETE", "settings", "Take all these changes back.", _drop),
    ),
)
