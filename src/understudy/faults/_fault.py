"""What a fault is, and what it may know of the answer it strikes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from typing import ClassVar, Final, Literal

from msgspec import Struct

from understudy.faults._place import AMONG_EVENTS, EVERYWHERE, Place
from understudy.model.call import Call
from understudy.model.frame import Body, Brackets, Grammar, Stream
from understudy.model.plan import Step
from understudy.model.ports import Random
from understudy.model.reply import Failure, Reply

_LINE_END: Final = re.compile(rb"\r\n|\n|\r")

Answers = Literal["any", "streams", "SSE streams", "whole answers"]
"""Those of which a kind says that it has an effect on them."""


def is_sse(content_type: str) -> bool:
    """Say whether a stream of that type is made of server-sent events: others know no comments and no event types."""
    return content_type.startswith("text/event-stream")


def line_end_of(stream: Stream) -> bytes:
    r"""Say how the lines of an SSE stream end, as its first whole line does: LF, CR LF or CR; LF where there is no line yet."""
    ends = (_LINE_END.search(event) for event in chain(stream.frames(), stream.last))
    return next((end[0] for end in ends if end), b"\n") if is_sse(stream.content_type) else b"\n"


def _nobody() -> None:
    """Hear of nothing."""


class Striking(Struct):
    """What a fault may know of the answer it strikes.

    `random` draws for this fault alone, under the name `label`. `spell_error` gives the event that the provider sends in a
    stream that fails, framed as an event but not as a chunk. From on_frames on, `stream` says what the answer is, `events` and
    `tokens` how many events it has and how many tokens each carries (a whole answer is one event), `brackets` what makes an
    array of them, `grammar` how they are read, `content_type` what it says it is, `line_end` how the lines of an SSE stream
    end, `size` the bytes of a whole answer, `chunked` whether streams are framed as chunks; from on_steps on, `head_bytes` is
    the length of the response head and `chunked` says how the body is framed. `struck` is noted of a fault that has changed
    what is answered, or how it is encoded; `erred` is called in the moment an error event is put into a stream.
    """

    call: Call
    random: Random
    dialect: str
    prompt_tokens: int
    spell_error: Callable[[Failure], bytes]
    label: str = ""
    stream: bool = False
    events: int = 1
    tokens: Sequence[int] = ()
    head_bytes: int = 0
    chunked: bool = False
    brackets: Brackets | None = None
    grammar: Grammar | None = None
    content_type: str = ""
    line_end: bytes = b"\n"
    size: int | None = None
    struck: bool = False
    erred: Callable[[], object] = _nobody

    def is_among(self, answers: Answers) -> bool:
        """Say whether the answer is one of those."""
        match answers:
            case "any":
                return True
            case "streams":
                return self.stream
            case "SSE streams":
                return self.stream and is_sse(self.content_type)
            case "whole answers":
                return not self.stream

    def event_at(self, place: Place) -> int | None:
        """Number the event that a place names, from 1; None when there is no such event, or the place is none of an event."""
        match place.kind:
            case "event":
                return int(place.number) if place.number <= self.events else None
            case "token":
                before = (n for n, total in enumerate(accumulate(self.tokens), 1) if total >= place.number)
                return next(before, None)
            case "end":
                return self.events + 1
            case _:
                return None

    def has(self, place: Place) -> bool:
        """Say whether the answer has a place; when it will end, and how many bytes a stream will have, nobody knows yet."""
        if place.kind in AMONG_EVENTS:
            return self.event_at(place) is not None
        return place.kind != "byte" or self.size is None or place.number <= self.size


class Fault(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """A fault that does nothing: the base of all kinds.

    Attributes:
        name: how scripts and headers call the kind.
        help: what it does, in one line.
        legal: a client must not mind, for the answer says the same by the letter of the protocols.
        needs_events: on_steps wants every event as a step of its own.
        stage: when the kind acts: those that know of events (0) before those that join them (1), cut them (2), slow them (3).
        answers: those that the kind has an effect on; others it leaves as they are.
        places: the kinds of place that `at` may name; none when the fault has no place.
        own: the kind's own place, of those that act on the connection.
        at: where it strikes; None is the kind's own place.
    """

    name: ClassVar[str] = ""
    help: ClassVar[str] = ""
    legal: ClassVar[bool] = False
    needs_events: ClassVar[bool] = False
    stage: ClassVar[int] = 0
    answers: ClassVar[Answers] = "any"
    places: ClassVar[tuple[str, ...]] = EVERYWHERE
    own: ClassVar[Place] = Place("before-headers")
    at: Place | None = None

    @property
    def place(self) -> Place:
        """Where it strikes."""
        return self.at or self.own

    @property
    def turn(self) -> int:
        """When it acts: at a place among events first, at a byte or a time last, else as its kind does.

        What strikes at no byte stands between two events, so a time of its own is none of the connection.
        """
        kind = self.at.kind if self.at else ""
        if kind in AMONG_EVENTS:
            return 0
        return 4 if kind in ("byte", "time") and "byte" in self.places else self.stage

    @classmethod
    def acts(cls, *levels: str) -> bool:
        """Say whether the kind does anything at one of these levels."""
        return any(getattr(cls, level) is not getattr(Fault, level) for level in levels)

    def finds(self, context: Striking) -> bool:
        """Say whether on_head or on_steps have something to strike in an answer, as far as that is known before it is sent."""
        return self.acts("on_head", "on_steps") and context.is_among(self.answers) and context.has(self.place)

    def on_accept(self, *, tls: bool) -> bytes | None:
        """Judge a new connection: None lets it in, b"" closes it, other bytes are the answer to whatever it says first."""
        del tls
        return None  # the base of a level that answers bytes: letting in is an answer, too

    def on_reply(self, reply: Reply, context: Striking) -> Reply:
        """Change what is answered."""
        del context
        return reply

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Change the encoded answer; what it shares with others (the sheet) stays as it is."""
        del context
        return answer

    def on_head(self, head: bytes, context: Striking) -> bytes:
        """Change the response head, of good answers and of errors; it ends with its blank line."""
        del context
        return head

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Change what happens on the connection."""
        del context
        return steps
