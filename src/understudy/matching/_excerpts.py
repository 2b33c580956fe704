"""Short, safe pieces of texts for messages: quoted, control characters escaped, long texts cut where they differ.

Strings in, strings out; secrets are reduced to their last characters.
"""

from __future__ import annotations

from collections.abc import Sequence

LENGTH = 80
_LEAD = 12
_SECRET_TAIL = 4
_SECRET_LENGTH = 16
_COMPARED = 20_000


def quoted(text: str, start: int = 0) -> str:
    """Quote at most 80 characters of a text, from `start`, and tell its length when it was cut."""
    part = text[start : start + LENGTH]
    cut = len(part) < len(text)
    inner = ("..." if start else "") + part + ("..." if start + LENGTH < len(text) else "")
    return repr(inner) + (f" ({len(text):,} characters)" if cut else "")


def pattern_shown(pattern: str) -> str:
    """Show a pattern between slashes, as it is written but for control characters."""
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in pattern[:LENGTH])
    return f"/{shown}/" if len(pattern) <= LENGTH else f"/{shown}.../"


def secret(text: str) -> str:
    """Show that a secret is there, and its last four characters when that gives nothing away."""
    return repr("..." + text[-_SECRET_TAIL:]) if len(text) >= _SECRET_LENGTH else "'...'"


def difference(wanted: str, got: str) -> int:
    """Where to start an excerpt of `got` so that it shows the first difference (case does not count)."""
    if len(got) <= LENGTH:
        return 0
    pairs = enumerate(zip(wanted[:_COMPARED], got[:_COMPARED], strict=False))
    common = min(len(wanted), len(got), _COMPARED)
    at = next((at for at, (a, b) in pairs if a != b and a.casefold() != b.casefold()), common)
    return max(0, at - _LEAD) if at > LENGTH - _LEAD else 0


def listed(items: Sequence[str], word: str = "or", limit: int = 3) -> str:
    """Join shown items for a sentence: "a, b or c", with a count in place of those that are too many."""
    shown = list(items[:limit])
    if len(items) > limit:
        shown.append(f"{len(items) - limit} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
