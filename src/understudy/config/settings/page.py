"""The reference page of the settings, made of the table."""

from __future__ import annotations

from understudy.config.settings.setting import Entry
from understudy.config.settings.table import TABLE

_HEAD = """# Settings

A setting is given as a flag, as an environment variable, or under `settings` in a script, by the same name. A flag wins over
the environment, the environment over the script, the script over the preset, the preset over the default; a change
[at run time](../howto/change-at-run-time.md) wins over them all. Among environment variables the first one listed wins; an
empty one counts as not given.

Durations are milliseconds when bare, or carry their unit: `250ms`, `1.5s`, `2m`, `1h`. Sizes are bytes, or `10MB`, `32MiB`.
A switch is turned on by its flag and off by the flag with `no-` in front; elsewhere it is `on` or `off`. Lists are separated by
commas, in scripts they are YAML lists. `{text: echo}`, which makes a text of a word that `reply` knows, is written so in flags
and variables too. Settings marked with * are read when the server starts; the others follow a script that is reloaded.

| setting | value | default | meaning |
|---|---|---|---|
"""

_OTHER_NAMES = """
## Other names

Each setting `NAME` is also `--NAME` and `UNDERSTUDY_NAME` (upper case, `-` becomes `_`). These names are accepted beside them:

| setting | flags | environment |
|---|---|---|
"""


def settings_markdown() -> str:
    """Write the reference page."""
    rows = [_row(entry) for entry in TABLE.values()]
    others = [_names(entry) for entry in TABLE.values() if entry.setting.flags or entry.setting.environ]
    return _HEAD + "\n".join(rows) + "\n" + _OTHER_NAMES + "\n".join(others) + "\n"


def _row(entry: Entry) -> str:
    mark = "*" if entry.setting.fixed else ""
    value = entry.setting.kind.expected.partition(" (")[0]
    cells = (f"`{entry.name}`{mark}", value, entry.shown_default, entry.setting.help)
    return "| " + " | ".join(_cell(text) for text in cells) + " |"


def _names(entry: Entry) -> str:
    flags = ", ".join(f"`{flag}`" for flag in entry.setting.flags)
    environ = ", ".join(f"`{name}`" for name in entry.setting.environ)
    return f"| `{entry.name}` | {flags} | {environ} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
