"""What an answer says beside its contents, and no reply can say: costs, ratings, signatures, the dated name of a model.

In: a document, the members that are read of its form or made anew by every replay, the request. Out: the paths of all others
that say something. Knows no provider.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any, Final

from msgspec import Struct

_MODELS: Final = ("model", "modelVersion")


class Known(Struct, frozen=True):
    """Members of a form by their paths: steps apart by dots, lists passed through.

    Each has the values that are lost without a loss, () where any is. `holders` are what stands above them.
    """

    members: dict[str, tuple[Any, ...]]
    holders: frozenset[str]

    def below(self, *names: str) -> Known:
        """The same members in documents that stand under a member of others."""
        return _table({f"{name}.{path}": usual for name in names for path, usual in self.members.items()})

    def __or__(self, other: Known) -> Known:
        """What either knows."""
        return Known(self.members | other.members, self.holders | other.holders)


def known(top: str, below: Mapping[str, str] | None = None, usual: Mapping[str, tuple[Any, ...]] | None = None) -> Known:
    """Make a table: members of the document, those below each of its holders, and those that say the `usual` as a rule."""
    found: dict[str, tuple[Any, ...]] = dict.fromkeys(top.split(), ())
    for holder, members in (below or {}).items():
        found |= {f"{holder}.{member}": () for member in members.split()}
    return _table(found | dict(usual or {}))


def lost(document: Any, table: Known, asked: Mapping[str, Any], model: str) -> Iterator[str]:
    """Yield the paths of what is neither known nor an echo of the request; `model` is the one that was asked."""
    left = [("", document)]
    while left:
        path, value = left.pop()
        if isinstance(value, list):
            left += [(path, item) for item in reversed(value)]
        elif isinstance(value, dict) and (not path or path in table.holders):
            left += [(f"{path}.{name}" if path else name, inner) for name, inner in reversed(value.items())]
        elif _says(value) and not _is_told(path, value, table, asked, model):
            yield path


def told(path: str) -> str:
    """Say that a member is not in a script."""
    return f"{path!r} of an answer cannot be said in a reply: a replay has its own, or none."


def _table(members: dict[str, tuple[Any, ...]]) -> Known:
    holders = {above for path in members for above in accumulate(path.split("."), "{}.{}".format) if above not in members}
    return Known(members, frozenset(holders))


def _is_told(path: str, value: Any, table: Known, asked: Mapping[str, Any], model: str) -> bool:
    usual, name = table.members.get(path), path.rpartition(".")[2]
    if usual is not None and (usual == () or value in usual):
        return True
    return bool(value == model) if name in _MODELS else asked.get(name) == value


def _says(value: Any) -> bool:
    """Whether anything in a value is more than empty, zero or false."""
    left = [value]
    while left:
        inner = left.pop()
        if isinstance(inner, dict | list):
            left += inner.values() if isinstance(inner, dict) else inner
        elif inner:
            return True
    return False
