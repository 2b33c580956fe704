"""How the OpenAI API refuses a field it does not know: with the names near it (wire.md A.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from understudy.dialects._openai.check import refuse


def unknown(path: str, known: Iterable[str]) -> NoReturn:
    """Raise unknown_parameter, with the names that are two letters off at most."""
    name = path.rpartition(".")[2]
    near = sorted((distance, other) for other in known if (distance := _distance(name, other)) <= 2)
    hint = f" Did you mean {' or '.join(repr(other) for _, other in near)}?" if near else ""
    refuse(f"Unknown parameter: '{path}'.{hint}", path, "unknown_parameter")


def _distance(one: str, other: str) -> int:
    if abs(len(one) - len(other)) > 2:
        return 3
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
