"""Why a text cannot be read."""

from __future__ import annotations


class TextError(Exception):
    """A text that cannot be read, or not any further: what is wrong, and the line; None when there is no text at all."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
