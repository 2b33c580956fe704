"""Settings as command-line flags.

Texts go out as they were written: a wrong value is the business of `resolve`, which names the source of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from understudy.config.settings.setting import Entry
from understudy.config.settings.table import TABLE
from understudy.config.values import SWITCH, SWITCH_WORDS

_DEST = "settings."


class _Spelled(argparse.Action):
    """A switch with its value behind an equals sign, as in `-big-payload=true`."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - the signature is argparse's
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,  # noqa: ARG002 - the signature is argparse's
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, (option_string or "").partition("=")[2])


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for every setting, its compatible spellings included.

    Abbreviated flags are switched off: a setting added later must not change what a command line means.
    """
    parser.allow_abbrev = False
    group = parser.add_argument_group("settings")
    for entry in TABLE.values():
        if entry.setting.kind is SWITCH:
            _add_switch(group, entry)
        else:
            metavar = entry.setting.kind.metavar
            group.add_argument(
                *entry.flags, dest=_DEST + entry.name, metavar=metavar, default=argparse.SUPPRESS, help=_help(entry)
            )


def flags_given(namespace: argparse.Namespace) -> dict[str, object]:
    """Collect the settings that the command line gave, by name, as they were written."""
    return {dest.removeprefix(_DEST): value for dest, value in vars(namespace).items() if dest.startswith(_DEST)}


def _add_switch(group: argparse._ArgumentGroup, entry: Entry) -> None:
    dest = _DEST + entry.name
    group.add_argument(
        *entry.flags, dest=dest, action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS, help=_help(entry)
    )
    # argparse cannot make a value optional without taking the next argument for it; the spellings are few, so all are listed.
    spelled = [f"{flag}={word}" for flag in entry.flags for word in SWITCH_WORDS]
    group.add_argument(*spelled, dest=dest, action=_Spelled, nargs=0, default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _help(entry: Entry) -> str:
    return f"{entry.setting.help} (default: {entry.shown_default})".replace("%", "%%")
