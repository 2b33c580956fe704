"""Streams of the family told by chunks that they share, whatever each of them says: those that say more of a text.

In: an answer whose chunks have nothing of its call. Out: its chunks with holes for what is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.dialects._due import Table
from understudy.dialects._kin.choices import Choice
from understudy.dialects._kin.chunks import Chunks, written
from understudy.dialects._kin.kin import Answered, Document, Kin, Kind
from understudy.dialects._kin.parts import OWN, PADDING, TALLY, head
from understudy.dialects._kin.style import Style
from understudy.dialects._stencil import Row, UnlikeError, cut_out, halves, hole, joint_of
from understudy.dialects._turn import Costs, Part, Turn
from understudy.model.call import Call
from understudy.model.reply import Reply

_LONGEST = 64  # characters of a text whose chunk is kept: clients choose models, and each has tables of its own
K = TypeVar("K", str, bytes)
Kinds = tuple[tuple[Literal["text", "reasoning", "call"], ...], ...]
"""What each choice says, each kind once."""


def with_holes(kin: Kin, call: Call, moment: Moment, spent: Costs, turns: tuple[Turn, ...]) -> tuple[Answered, Document]:
    """An answer, and what its chunks begin with, as they are for many."""
    answered = Answered(call, moment, spent, turns, own=hole(OWN))
    return answered, head(kin, answered, holes=True)


def padding(kin: Kin) -> Callable[[int], Any] | None:
    """Pad chunks with a hole, where the provider pads."""
    return None if kin.pad is None else lambda _number: hole(PADDING)


def share(
    kin: Kin, answered: Answered, opened: Document, replies: Sequence[Reply], style: Style
) -> tuple[Chunks[Any], Row | None]:
    """Tell an answer by chunks that streams share: by halves around a joint, which is returned, or else by rows."""
    call = answered.call
    kinds: Kinds = tuple(
        tuple({part.kind: None for part in turn.parts if part.text or part.kind == "call"}) for turn in answered.turns
    )
    key = (call.model, call.operation, call.extra.include_usage, kin.tally(call), kinds)

    def told(joint: Row | None) -> Chunks[Any]:
        form: Callable[[bytes], Any] = cut_out if joint is None else partial(halves, joint)

        def find(index: int, kind: Kind, choice: Choice) -> Table[str, Any]:
            def made() -> Table[str, Any]:
                write = _writer(kin, answered, kinds, kind, choice)
                form(write(""))
                return Table(lambda text: form(write(text)), _LONGEST, call.model)

            return _kept(style, (*key, index, kind, joint), made)

        once: Table[bytes, Any] = _kept(style, (joint,), lambda: Table(form))
        return Chunks(kin, answered, opened, replies, padding(kin), once.__getitem__, find)

    known = style.joints.get(key)
    joint = _joint(kin, answered, opened, replies, kinds) if known is None else known[0]
    try:
        return told(joint), joint
    except UnlikeError:
        joint = None
        return told(joint), joint
    finally:
        if known is None or known[0] is not joint:
            style.joints.keep(key, (joint,), 1)


def _kept(style: Style, place: tuple[Any, ...], make: Callable[[], Table[K, Any]]) -> Table[K, Any]:
    """Look a table up, and make it where there is none."""
    found = style.said.get(place)
    if found is None:
        found = make()
        style.said.keep(place, found, 1)
    return found


def _joint(kin: Kin, answered: Answered, opened: Document, replies: Sequence[Reply], kinds: Kinds) -> Row | None:
    """Find the joint of all chunks of answers that say these kinds of things."""
    if kin.preamble or kin.pad is not None or kin.tally(answered.call) or any("call" in said for said in kinds):
        return None
    rows: list[Row] = []

    def note(data: bytes) -> Row:
        rows.append(cut_out(data))
        return rows[-1]

    def find(_index: int, kind: Kind, choice: Choice) -> Table[str, Row]:
        write = _writer(kin, answered, kinds, kind, choice)
        note(write(""))
        return Table(lambda text: cut_out(write(text)))

    Chunks(kin, answered, opened, replies, None, note, find)
    return joint_of(rows)


def _writer(kin: Kin, like: Answered, kinds: Kinds, kind: Kind, choice: Choice) -> Callable[[str], bytes]:
    """Write chunks that say more of a text, of no call and no answer in particular but for the kinds of what that says."""
    asked = like.call
    wishes = replace(asked.extra, body={}, stops=(), prompts=())
    call = Call(asked.operation, asked.dialect, asked.model, stream=asked.stream, extra=wishes)
    turns = tuple(Turn([Part(each, "-", 1) for each in said], "stop") for said in kinds)
    moment = replace(like.moment, store=None, agent=None, waits=None, afterwards=None, making=None)
    answered, opened = with_holes(kin, call, moment, Costs(0, 0, 0, 0), turns)
    answered.place, answered.number, answered.before = "said", 1, kind
    answered.tally = None if kin.tally(like.call) is None else hole(TALLY)
    return lambda text: written(kin, answered, opened, choice(text, 1), padding(kin))
