"""An encoded answer: provider bytes, not yet HTTP.

`Body` is one document. `Stream` is a sequence of frames (one frame = one event of the provider's stream). Most of a stream is
the same for every request that gets the same text, so its frames live on a `Sheet` that is made once and shared: frame k is
`head + joint + tail`, where only `joint` (id, creation time) belongs to the request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from msgspec import Struct

Part = Literal["finish", "usage", "done"]
"""What an event may carry beside content: why the answer ended, what it cost, and that nothing follows."""


class Grammar(Struct, frozen=True):
    """How the events of a provider's stream are read and changed by those who damage streams.

    `without(event, part)` is the event without that part, None when nothing is left of it. `say(event, raw)` is the event with
    its text replaced by the raw inside of a JSON string, None when it carries no text. `emptied(data)` is an event, or a whole
    document, whose list of answers is empty; None where the provider has no such list around what is said.
    `failed(first, last, error)` ends a stream that began with `first` and had come to `last` by that error event; None where
    the error event alone does.
    """

    without: Callable[[bytes, Part], bytes | None]
    say: Callable[[bytes, bytes], bytes | None]
    emptied: Callable[[bytes], bytes] | None = None
    failed: Callable[[bytes, bytes, bytes], bytes] | None = None


class Brackets(NamedTuple):
    """What makes one JSON array of the events of a stream: the first begins with `first`, every other with `other`, and the
    last frame is `end`.
    """

    first: bytes
    other: bytes
    end: bytes


class Body(Struct, gc=False):
    """One document and the tokens it accounts for.

    `reusable` promises that another plain call which gets the same reply, for the same model, with as many prompt tokens, in
    the same second, gets the same document but for the answer's own key in its identifier. `timed` says that its
    tokens are not waited for: they are made after it. `finish` is why a model's answer ended, "" where the reply says so.
    `grammar` is for those who damage answers: of a document it knows how its list of answers is emptied.
    """

    data: bytes
    prompt_tokens: int = 0
    completion_tokens: int = 0
    content_type: str = "application/json"
    reusable: bool = False
    timed: bool = False
    finish: str = ""
    grammar: Grammar | None = None


class Sheet(Struct):
    """Frames shared between requests. `tokens[k]` says how many tokens frame k carries (0: role, finish ...).

    The first `lead` frames carry none and do not wait for the first token: they say that the answer has begun.
    `memo` and `chunks` belong to the stage that frames a sheet for the wire: what it made of it, so that it is made once;
    `waits` to the one that puts it in time: what they were made for, and the waits.
    """

    frames: list[tuple[bytes, bytes]]
    tokens: list[int]
    memo: Any = None
    chunks: tuple[int, list[tuple[bytes, bytes]]] | None = None
    lead: int = 0
    waits: tuple[Any, list[float]] | None = None


class Stream(Struct):
    """A sheet with this request's joint, and the frames after it that are this request's own (usage, end mark).

    `waits` are the seconds before each frame of the sheet where the dialect knows them itself, as of a stream taken up again.
    `finish` is why the answer ended, "" where the reply says so. `brackets` are those of a stream that is one JSON array.
    """

    sheet: Sheet
    joint: bytes
    last: tuple[bytes, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    content_type: str = "text/event-stream; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    grammar: Grammar | None = None
    waits: tuple[float, ...] | None = None
    finish: str = ""
    brackets: Brackets | None = None

    @property
    def timed(self) -> bool:
        """Say whether its time is its own."""
        return self.waits is not None

    def events(self) -> list[bytes]:
        """All frames as they will be sent."""
        return [*(head + self.joint + tail for head, tail in self.sheet.frames), *self.last]
