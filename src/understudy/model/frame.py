"""An encoded answer: provider bytes, not yet HTTP.

`Body` is one document. `Stream` is a sequence of frames (one frame = one event of the provider's stream). Most of a stream is
the same for every request that gets the same text, so its frames live on a `Sheet` that is made once and shared: frame k is
`head + joint + tail`, where only `joint` (id, creation time) belongs to the request.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Body(Struct, gc=False):
    """One document and the tokens it accounts for.

    `reusable` promises that another plain call which gets the same reply, for the same model, with as many prompt tokens, in
    the same second, gets the same document but for the answer's own key in its identifier.
    """

    data: bytes
    prompt_tokens: int = 0
    completion_tokens: int = 0
    content_type: str = "application/json"
    reusable: bool = False


class Sheet(Struct):
    """Frames shared between requests. `tokens[k]` says how many tokens frame k carries (0: role, finish ...).

    `memo` and `chunks` belong to the stage that frames a sheet for the wire: what it made of it, so that it is made once.
    """

    frames: list[tuple[bytes, bytes]]
    tokens: list[int]
    memo: Any = None
    chunks: tuple[int, list[tuple[bytes, bytes]]] | None = None


class Stream(Struct):
    """A sheet with this request's joint, and the frames after it that are this request's own (usage, end mark)."""

    sheet: Sheet
    joint: bytes
    last: tuple[bytes, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    content_type: str = "text/event-stream; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()

    def events(self) -> list[bytes]:
        """All frames as they will be sent."""
        return [*(head + self.joint + tail for head, tail in self.sheet.frames), *self.last]
