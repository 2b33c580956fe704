"""The settings of the server: one table, and everything that is derived from it.

In: flags, environment, the `settings` of scripts and presets. Out: one frozen `Settings`. Nothing here reads a file or knows
what a setting is for.
"""

from understudy.config.settings.fallback import Fallback
from understudy.config.settings.flags import add_flags, flags_given
from understudy.config.settings.page import settings_markdown
from understudy.config.settings.resolution import SettingsError, needs_restart, resolve, unknown_environment
from understudy.config.settings.setting import Spot
from understudy.config.settings.table import TABLE, Settings

__all__ = [
    "TABLE",
    "Fallback",
    "Settings",
    "SettingsError",
    "Spot",
    "add_flags",
    "flags_given",
    "needs_restart",
    "resolve",
    "settings_markdown",
    "unknown_environment",
]
