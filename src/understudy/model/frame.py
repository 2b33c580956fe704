"""An encoded answer: provider bytes, not yet HTTP.

`Body` is one document. `Stream` is a sequence of frames (one frame = one event of the provider's stream). Most of a stream is
the same for every request that gets the same text, so its frames live on a `Sheet` that is made once and shared: frame k is
`head + joint + tail`, where only `joint` (id, creation time) belongs to the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, count, repeat
from typing import Any, ClassVar, Literal, NamedTuple

from msgspec import Struct

from understudy.model.lazy import Lazy
from understudy.model.ports import Random
from understudy.model.token_counts import packed, to_last

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


Names = Callable[[Random, bytes], bytes]
"""Gives the identifier that stands in an answer, by its draws and its key."""


class Body(Struct, gc=False):
    """One document and the tokens it accounts for.

    `reusable` promises that another plain call of the same kind which gets the same reply, with as many prompt tokens, in
    the same second, gets the same document but for the answer's own key in its identifier, or but for all of it, as `names`
    gives it. `timed` says that its tokens are not waited for: they are made after it. `finish` is why a model's answer ended,
    "" where the reply says so. `grammar` is for those who damage answers: of a document it knows how its list of answers is
    emptied. `headers` are fields that only this answer has; one that has any cannot be reusable. `status` is the answer's, of
    the good ones. `spread` are the tokens that its stream would be spread over, where the dialect knows them already.
    """

    data: bytes
    prompt_tokens: int = 0
    completion_tokens: int = 0
    content_type: str = "application/json"
    reusable: bool = False
    timed: bool = False
    finish: str = ""
    grammar: Grammar | None = None
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    names: Names | None = None
    spread: int | None = None


Frame = tuple[bytes, bytes]


def joined(joint: bytes, frame: Frame, _place: int) -> bytes:
    """Put the joint of one stream into a frame that many share: what `Frames` are filled by where some are its own."""
    return joint.join(frame)


class Frames(Lazy[Frame]):
    """The frames of one stream, made each time they are looked at: thousands of streams cannot hold all of theirs.

    Args:
        rows: what many streams share of their frames.
        fill: makes the frame of a row and its place among the rows; None where the rows are the frames.
        first: frames before them that are this stream's own; they, too, may be made when they are looked at (`Made`).
        last: the same behind them.
    """

    __slots__ = ("_fill", "_first", "_last", "_rows")

    def __init__(
        self,
        rows: Sequence[Any],
        fill: Callable[[Any, int], bytes] | None = None,
        first: Sequence[bytes] = (),
        last: Sequence[bytes] = (),
    ) -> None:
        self._rows, self._fill, self._first, self._last = rows, fill, first, last

    def __len__(self) -> int:
        return len(self._first) + len(self._rows) + len(self._last)

    def __iter__(self) -> Iterator[Frame]:
        filled = self._rows if self._fill is None else map(self._fill, self._rows, count())
        return zip(chain(self._first, filled, self._last), repeat(b""))

    def settle(self, text: str) -> None:
        """Let the rows do so."""
        if isinstance(self._rows, Lazy):
            self._rows.settle(text)

    def _at(self, place: int) -> Frame:
        place -= len(self._first)
        if place < 0:
            return self._first[place + len(self._first)], b""
        if place < len(self._rows):
            row = self._rows[place]
            return row if self._fill is None else self._fill(row, place), b""
        return self._last[place - len(self._rows)], b""


class Opened(Lazy[Frame]):
    """Frames that many streams share, behind some that are one stream's own."""

    __slots__ = ("own", "shared")

    def __init__(self, own: Sequence[bytes], shared: Sequence[Frame]) -> None:
        self.own, self.shared = own, shared

    def __len__(self) -> int:
        return len(self.own) + len(self.shared)

    def __iter__(self) -> Iterator[Frame]:
        return chain(zip(self.own, repeat(b"")), self.shared)

    def settle(self, text: str) -> None:
        """Let those that come behind do so."""
        if isinstance(self.shared, Lazy):
            self.shared.settle(text)

    def _at(self, place: int) -> Frame:
        own = len(self.own)
        return (self.own[place], b"") if place < own else self.shared[place - own]


class Sheet(Struct):
    """Frames shared between requests. `tokens[k]` says how many tokens frame k carries (0: role, finish ...).

    The first `lead` frames carry none and do not wait for the first token: they say that the answer has begun.
    `memo` and `chunks` belong to the stage that frames a sheet for the wire: what it made of it, so that it is made once;
    `timed` belongs to the one that puts it in time; see `own_time`.
    """

    frames: Sequence[Frame]
    tokens: Sequence[int]
    memo: Any = None
    chunks: tuple[int, Sequence[Frame]] | None = None
    lead: int = 0
    timed: Sequence[int] | None = None

    def __post_init__(self) -> None:
        """Keep the tokens in a byte each, as long as they are few: thousands of streams have sheets of their own."""
        with suppress(ValueError):
            self.tokens = packed(self.tokens)
            self.timed = None if self.timed is None else packed(self.timed)

    def showing(self, frames: Frames | Opened) -> Sheet:
        """The sheet of one stream: its frames are of its own, its time is that of all streams of this sheet."""
        return Sheet(frames, self.tokens, lead=self.lead, timed=self.own_time())

    def said(self) -> Sequence[int]:
        """The tokens of the frames behind the lead."""
        if not self.lead:
            return self.tokens
        own = self.tokens[self.lead :]
        return packed(own) if isinstance(own, bytes) else own

    def own_time(self) -> Sequence[int]:
        """The tokens of the frames up to the last that carries any: those behind it wait for nothing and go out with it."""
        if self.timed is None:
            self.timed = to_last(self.tokens, self.lead)
        return self.timed


class Stream(Struct):
    """A sheet with this request's joint, and the frames after it that are this request's own (usage, end mark), or are `Made`.

    `waits` are the seconds before each frame of the sheet where the dialect knows them itself, as of a stream taken up again;
    the stream ends where they do. Of such a stream `stops` is asked when a frame is due: whether it ends before that one.
    `finish` is why the answer ended, "" where the reply says so. `brackets` are those of a stream that is one JSON array.
    `reusable` promises the same of its sheet, its joint and its last frames as that of a `Body`.
    """

    sheet: Sheet
    joint: bytes
    last: Sequence[bytes] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    content_type: str = "text/event-stream; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    grammar: Grammar | None = None
    waits: Iterable[float] | None = None
    finish: str = ""
    brackets: Brackets | None = None
    reusable: bool = False
    stops: Callable[[], bool] | None = None
    names: Names | None = None
    status: ClassVar[int] = 200

    @property
    def timed(self) -> bool:
        """Say whether its time is its own."""
        return self.waits is not None

    def frames(self) -> Iterator[bytes]:
        """The frames of the sheet as they will be sent."""
        return (head + self.joint + tail for head, tail in self.sheet.frames)

    def events(self) -> list[bytes]:
        """All frames as they will be sent."""
        return [*self.frames(), *self.last]
