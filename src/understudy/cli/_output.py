"""What commands print, and where they put the text they make: standard output, or a file."""

from __future__ import annotations

import contextlib
from pathlib import Path

from understudy.errors import UsageError


def tell(line: str) -> None:
    """Print, as far as anybody reads: a server does not end because its output does."""
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)


def number(count: int, noun: str) -> str:
    """Spell a count of things."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def deliver(text: str, out: Path | None, done: str = "written") -> None:
    """Print a text, or write it to a file and say so.

    Args:
        text: what is delivered.
        out: the file of `--out`, None for standard output.
        done: what is said of that file, for people.

    Raises:
        UsageError: when the file cannot be written.
    """
    if out is None:
        print(text, end="")
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out {str(out)!r}: {error.strerror}. Check the path.") from None
    print(f"{out}: {done}")
