"""How documents are written: two spaces, no end of line (wire.md 2.1)."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.model.frame import Body


def body(document: Any, prompt: int = 0, completion: int = 0, *, timed: bool = False, finish: str = "") -> Body:
    """Write a document."""
    return Body(written(msgspec.json.encode(document)), prompt, completion, timed=timed, finish=finish)


def written(data: bytes) -> bytes:
    """Write a document that is JSON already."""
    return msgspec.json.format(data, indent=2)
