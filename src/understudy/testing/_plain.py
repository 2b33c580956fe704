"""From the values of a test to the plain data of a script, and from there through the script's own readers.

What Python spells better may come as it is: tuples, `re.Pattern`, keys with underscores. Mistakes are told in the words of
`understudy check`, under the name of the function that was called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.config.grammar.readers import Reader
from understudy.config.grammar.report import Report
from understudy.config.overlay import Misfit
from understudy.config.source import Document
from understudy.errors import ScriptError
from understudy.sources import checks

_CHECKS = checks()
_FLAGS = (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL))  # re.ASCII is how patterns of scripts are anyway


def read(reader: Reader, value: Any, title: str, at: tuple[str | int, ...] = ()) -> Any:
    """Read a value as a script's.

    Raises:
        ScriptError: with every mistake.
    """
    report = Report(Document(title, value, {}, []), _CHECKS)
    found = reader.read(value, at, report)
    if report.problems:
        raise ScriptError([Misfit(mistake.file, 0, mistake.message, mistake.path) for mistake in report.problems])
    return found


def plain(value: Any) -> Any:
    """Spell a value as a script would hold it.

    Raises:
        ValueError: for a `re.Pattern` with a flag that patterns of scripts have not.
    """
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, re.Pattern):
        if value.flags & re.VERBOSE:
            raise ValueError(f"{value!r}: expected a pattern without re.VERBOSE. Write it without spaces and comments.")
        flags = "".join(letter for letter, flag in _FLAGS if value.flags & flag)
        return {"regex": f"(?{flags}){value.pattern}" if flags else value.pattern}
    return value


def hyphenated(given: Mapping[str, Any]) -> dict[str, Any]:
    """Spell keywords as scripts do: `retry_after` is retry-after, `for_` is for."""
    return {key.rstrip("_").replace("_", "-"): plain(value) for key, value in given.items()}


def told(name: str, given: Mapping[str, Any]) -> str:
    """Write a call of a function as it stands in the test, for messages."""
    said = ", ".join(f"{key}={value!r}" for key, value in given.items())
    return f"{name}({said})" if len(said) < 120 else f"{name}({said[:117]}...)"
