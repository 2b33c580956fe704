"""How documents are written: two spaces, no end of line (wire.md 2.1)."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.model.frame import Body


def body(document: Any, prompt: int = 0, completion: int = 0, *, timed: bool = False, finish: str = "") -> Body:
    """Write a document."""
    data = msgspec.json.format(msgspec.json.encode(document), indent=2)
    return Body(data, prompt, completion, timed=timed, finish=finish)
