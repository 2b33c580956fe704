"""What a fault is, and what it may know of the answer it strikes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from msgspec import Struct

from understudy.faults._place import AMONG_EVENTS, EVERYWHERE, Place
from understudy.model.call import Call
from understudy.model.frame import Body, Brackets, Grammar, Stream
from understudy.model.plan import Step
from understudy.model.ports import Random
from understudy.model.reply import Failure, Reply


class Striking(Struct):
    """What a fault may know of the answer it strikes.

    `random` draws for this fault alone, under the name `label`. `spell_error` gives the event that the provider sends in a
    stream that fails, framed as an event but not as a chunk; `spell_body` the document of an error. From on_frames on, `stream`
    says what the answer is, `events` and `tokens` how many events it has and how many tokens each carries (a whole answer is
    one event), `brackets` what makes an array of them, `grammar` how they are read; from on_steps on, `head_bytes` is the
    length of the response head and `chunked` says how the body is framed.
    """

    call: Call
    random: Random
    dialect: str
    prompt_tokens: int
    spell_error: Callable[[Failure], bytes]
    spell_body: Callable[[Failure], bytes]
    label: str = ""
    stream: bool = False
    events: int = 1
    tokens: Sequence[int] = ()
    head_bytes: int = 0
    chunked: bool = False
    brackets: Brackets | None = None
    grammar: Grammar | None = None


class Fault(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """A fault that does nothing: the base of all kinds.

    Attributes:
        name: how scripts and headers call the kind.
        help: what it does, in one line.
        legal: a client must not mind, for the answer says the same by the letter of the protocols.
        needs_events: on_steps wants every event as a step of its own.
        stage: when the kind acts: those that know of events (0) before those that join them (1), cut them (2), slow them (3).
        places: the kinds of place that `at` may name; none when the fault has no place.
        at: where it strikes; None is the kind's own place.
    """

    name: ClassVar[str] = ""
    help: ClassVar[str] = ""
    legal: ClassVar[bool] = False
    needs_events: ClassVar[bool] = False
    stage: ClassVar[int] = 0
    places: ClassVar[tuple[str, ...]] = EVERYWHERE
    at: Place | None = None

    @property
    def turn(self) -> int:
        """When it acts: at a place among events first, at a byte or a time last, else as its kind does.

        What strikes at no byte stands between two events, so a time of its own is none of the connection.
        """
        kind = self.at.kind if self.at else ""
        if kind in AMONG_EVENTS:
            return 0
        return 4 if kind in ("byte", "time") and "byte" in self.places else self.stage

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
