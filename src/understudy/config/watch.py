"""Noticing that files changed, by looking at them from time to time.

The caller decides when to look; nothing here waits, runs in the background or reads a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

RESTLESS: Final = 8
"""Looks in a row that each saw something new, after which files are not waited for any longer."""

_Signature = tuple[int, int, int] | None


class Watcher:
    """Says once for each change of a set of files that they changed.

    A change is told when two looks in a row saw the same thing, so that a file in the middle of being written is left alone;
    files that never rest are told now and then. A missing file is one more state a file can be in. When the set itself changes
    (a script extends another one), that counts as a change too: what was loaded may be older than the file.
    """

    def __init__(self, paths: Callable[[], Iterable[Path]]) -> None:
        self._paths = paths
        self._known = self._look()
        self._seen = self._known
        self._wanted = False
        self._restless = 0

    def want(self) -> None:
        """Have the next look at files that have settled count as a change: what was refused may do now."""
        self._wanted = True

    def changed(self) -> bool:
        """Look, and say whether the files have changed and settled since the last time this said so."""
        before, self._seen = self._seen, self._look()
        self._restless = self._restless + 1 if self._seen != before else 0
        if 0 < self._restless < RESTLESS or (self._seen == self._known and not self._wanted):
            return False
        self._known, self._wanted, self._restless = self._seen, False, 0
        return True

    def _look(self) -> dict[Path, _Signature]:
        return {path: _signature(path) for path in self._paths()}


def _signature(path: Path) -> _Signature:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
