"""What tools noted of requests that failed: the first that says something, on one line, short, with secrets masked."""

from __future__ import annotations

from collections.abc import Iterable

from understudy.observe.redact import mask

_LONGEST = 200  # signs that are quoted
_READ = 20_000  # signs that are looked at
_TRACEBACK = "Traceback (most recent call last):"


def first(messages: Iterable[object]) -> str:
    """Quote the first message that is a text; "" when there is none. Of a traceback of Python's the last line counts."""
    told = (message.strip() for message in messages if isinstance(message, str))
    text = next(filter(None, told), "")
    if text.startswith(_TRACEBACK):
        text = text.rpartition("\n")[2]
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text[:_READ]).split())
    safe = mask(plain)
    if not safe:
        return ""
    return f"the first says: {safe if len(safe) <= _LONGEST else safe[: _LONGEST - 3] + '...'}"
