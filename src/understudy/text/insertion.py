"""Made-up text that is to stand between a prompt and what follows it.

In: the pieces of a text, what follows, how many pieces there may be. Out: as many of them as lead over: to the end of a
sentence where there is one, never into what follows, never cut off. Knows nothing of replies.
"""

from __future__ import annotations

from collections.abc import Sequence

_END, _BREAK = ".", ".\n\n"


def leading(pieces: Sequence[str], suffix: str, limit: int | None) -> tuple[str, ...]:
    """Return the pieces that lead over to a suffix, at most `limit` of them (None = any number)."""
    kept = list(pieces if limit is None else pieces[:limit])
    at = "".join(kept).find(suffix) if suffix else -1
    if at >= 0:
        while kept and len("".join(kept)) > at:
            kept.pop()
        return tuple(kept)
    ends = [index for index, piece in enumerate(kept) if piece in (_END, _BREAK)]
    if ends:
        kept = [*kept[: ends[-1]], _BREAK if suffix[:1].isalnum() else _END]
    return tuple(kept)


def before(text: str, suffix: str) -> str:
    """Return a text up to where what follows would begin."""
    return text.partition(suffix)[0] if suffix else text
