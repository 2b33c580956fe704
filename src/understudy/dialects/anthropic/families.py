"""What differs between model families: the tokenizer, prefills, windows, and how names are shown.

A family is read from the name: its generation decides. Names that are no Claude's count as the generation that most
recordings are of (tokens.md 7; wire.md A.5).
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

_LINES = ("haiku", "sonnet", "opus", "fable", "mythos")
LONG_WINDOW = 1_000_000
SHORTEST = 4096
"""Tokens of an answer that every model gives when asked to."""
_NUMBER = re.compile(r"(?<![\d.])(\d{1,2})(?:[-.](\d{1,2}))?(?![\d])")

# The catalogue that is shown unless the setting `models` says otherwise, newest first.
CATALOGUE = (
    "claude-opus-5-5",
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "claude-sonnet-5",
    "claude-opus-4-8",
    "claude-haiku-4-5-20251001",
)


class Family(Struct, frozen=True):
    """What a model's name says of it.

    `factor` is how many tokens the model counts for one of o200k_base, `base` what a conversation costs beside its text.
    `least_cached` is the shortest prompt, in tokens, that is kept by the prompt cache, `window` the longest that is read.
    `longest` is the longest answer that may be asked for; of a name that is no Claude's none is known. `budgets` says whether a
    budget may be set for its thoughts, `adapts` whether that may be left to the model, `samples` whether `temperature` and the
    like may be anything but what they are by default, `mixes` whether `temperature` and `top_p` may both be said (users were
    refused both from Opus 4.1 on: litellm 15097, opik 3728, MCP-Universe 49, skydiscover 15). `fills` says whether an answer
    may be asked for that the window has no room for: it ends where the window does, by the documents of context windows since
    Claude 4.5.
    """

    factor: float
    base: int
    prefills: bool
    least_cached: int
    window: int
    line: str | None
    longest: int | None
    budgets: bool = True
    adapts: bool = True
    samples: bool = True
    fills: bool = True
    mixes: bool = True


@lru_cache(maxsize=1024)
def family(model: str) -> Family:
    """Read a model's name."""
    line = next((name for name in _LINES if name in model), None)
    found = _NUMBER.search(model) if "claude" in model else None
    version = (int(found[1]), int(found[2] or 0)) if found else (4, 5)
    is_new = version >= (4, 7)
    least = 4096 if version >= (4, 5) and line in ("opus", "haiku") else 2048 if line == "haiku" else 1024
    window = 200_000 if version < (4, 6) else LONG_WINDOW
    longest = _longest(version, line) if found else None
    abilities = (not is_new, version >= (4, 6), not is_new) if found else (True, True, True)
    fills = not (3, 7) <= version < (4, 5)
    mixes = found is None or is_new or version < (4, 1)
    factor, base = (1.4, 8) if is_new else (1.09, 7)
    return Family(factor, base, version < (4, 6), least, window, line, longest, *abilities, fills=fills, mixes=mixes)


def _longest(version: tuple[int, int], line: str | None) -> int:
    if version < (3, 7):
        return SHORTEST if version < (3, 5) else 8192
    if line == "opus" and version < (4, 5):
        return 32_000
    return 64_000 if version < (4, 6) else 128_000


def display_name(model: str) -> str:
    """Spell a model's name for people: claude-sonnet-4-5-20250929 is Claude Sonnet 4.5."""
    if not model.startswith("claude"):
        return model
    words = [word for word in model.split("-") if not re.fullmatch(r"\d{6,8}|latest", word)]
    spelled: list[str] = []
    for word in words:
        if word.isdigit() and spelled and spelled[-1].replace(".", "").isdigit():
            spelled[-1] += f".{word}"
        else:
            spelled.append(word if word.isdigit() else word.capitalize())
    return " ".join(spelled)
