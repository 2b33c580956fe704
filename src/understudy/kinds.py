"""One registry for everything that comes as one file each: dialects, faults, timing models, matchers.

A package is scanned once, its public modules in name order; each names what it contributes in a module constant. Order,
duplicates and broken modules are errors that name the file. Unknown names are answered with the nearest known ones.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Generic, TypeVar

T = TypeVar("T")


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Suggest a known name, whatever its case: " Did you mean 'x'?", or "" when nothing is as alike as `cutoff`, of 1."""
    folded = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=cutoff)
    return f" Did you mean {folded[close[0]]!r}?" if close else ""


def hint(name: object, known: Iterable[str], cutoff: float = 0.6) -> str:
    """End a sentence about an unknown name: ". Did you mean 'x'?", or ": expected one of x, y." where none is as alike."""
    names = list(known)
    if near := nearest(str(name), names, cutoff):
        return f".{near}"
    return f": expected one of {', '.join(names)}." if len(names) > 1 else f": expected {names[0]!r}."


class Registry(Generic[T]):
    """The kinds of one family by name, in a fixed order."""

    def __init__(self, family: str, package: ModuleType, constant: str) -> None:
        self.family = family
        self._kinds: dict[str, T] = {}
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name):
            if info.name.startswith("_"):
                continue
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            if not hasattr(module, constant):
                raise TypeError(f"{module.__file__}: a {family} module must define {constant}")
            kind = getattr(module, constant)
            name = kind.name
            if name in self._kinds:
                raise TypeError(f"{module.__file__}: {family} {name!r} is defined twice")
            self._kinds[name] = kind

    def __iter__(self) -> Iterator[T]:
        return iter(self._kinds.values())

    def names(self) -> list[str]:
        """All names, in order."""
        return list(self._kinds)

    def get(self, name: str) -> T:
        """Return a kind.

        Raises:
            KeyError: with a sentence that names the nearest known kind, or all of them when none is near.
        """
        try:
            return self._kinds[name]
        except KeyError:
            raise KeyError(f"unknown {self.family} {name!r}{hint(name, self._kinds)}") from None
