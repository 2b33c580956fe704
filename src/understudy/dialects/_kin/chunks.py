"""The chunks of a family's stream in order, each written when it is looked at: a long answer would be rendered for long.

In: turns, replies, what every chunk begins with. Out: events, and the tokens that each carries. A chunk is a function of its
number alone; what it has to know of those before it, `Answered` tells. Where chunks have nothing of one call, those that say
more of a text differ in what they say alone: streams share them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate, groupby, pairwise
from typing import Any, Generic, TypeVar

import msgspec

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._due import Amended, Due, Looked, Table
from understudy.dialects._kin.choices import (
    Choice,
    Span,
    arguing,
    calling,
    closing,
    completing,
    continuing,
    opening,
    saying,
    with_odds,
)
from understudy.dialects._kin.kin import Answered, Document, Kin, Kind, Place
from understudy.dialects._kin.odds import odds_of_pieces
from understudy.dialects._kin.parts import TALLY, called, finish_of
from understudy.dialects._stencil import hole
from understudy.dialects._turn import Part, Turn, cut
from understudy.model.lazy import Made
from understudy.model.reply import Reply
from understudy.model.token_counts import in_turns, narrow

T = TypeVar("T")
Tables = Callable[[int, Kind, Choice], Table[str, T]]
"""Finds the events that say more of a text, of the choice of that number."""
_encode = msgspec.json.encode


def event(document: Document) -> bytes:
    """Write a chunk."""
    return b"data: %b\n\n" % _encode(document)


def written(kin: Kin, answered: Answered, opened: Document, choice: Document, pad: Callable[[int], Any] | None) -> bytes:
    """Write a chunk of one choice, amended and padded."""
    closed = {"usage": None} if kin.counts == "asked" and answered.call.extra.include_usage else {}
    document = kin.chunk({**opened, "choices": [choice], **closed}, answered)
    if pad is not None and answered.number:
        document["p"] = pad(answered.number)
    return event(document)


class Chunks(Generic[T]):
    """The chunks of one stream: `frames` are they, `tokens` what each carries, `timed` what of these takes time (None = all).

    Where the chunk that ends a stream counts, it is none of them: `ending` is its choice as JSON, and what was said before.

    Args:
        kin: the provider.
        answered: what is answered.
        opened: what every chunk begins with.
        replies: what the choices say.
        pad: makes the padding of a chunk by its number.
        form: makes an event of what was written.
        tables: finds those that streams share; None where each writes its own when it is due.
    """

    def __init__(
        self,
        kin: Kin,
        answered: Answered,
        opened: Document,
        replies: Sequence[Reply],
        pad: Callable[[int], Any] | None,
        form: Callable[[bytes], T],
        tables: Tables[T] | None = None,
    ) -> None:
        self._kin, self._answered, self._opened, self._pad = kin, answered, opened, pad
        self._form = form
        self._tally = _telling(kin, answered, shares=tables is not None)
        self._is_chat = answered.call.operation == "chat"
        self._kinds: dict[int, Kind] = {}  # what each choice said last
        self._spans: list[Span] = []
        self._carried: list[int] = []
        self.timed: list[int] | None = None
        self.ending: tuple[bytes, Kind] | None = None
        starts = []
        for index, (turn, reply) in enumerate(zip(answered.turns, replies, strict=True)):
            starts.append(len(self._carried))
            self._tell(index, turn, reply, is_last=index == len(replies) - 1)
        said = list(accumulate(self._carried))
        due: Due[T] = Due()
        self.frames: Sequence[T] = due
        if len(starts) > 1:
            said = self._take_turns(due, starts, said)
        self.tokens, self._said = narrow(self._carried), narrow(said)
        for span in self._spans:
            self._put(due, span, tables)
        del self._carried, self._spans

    def _take_turns(self, due: Due[T], starts: Sequence[int], said: list[int]) -> list[int]:
        """Let choices say one chunk each in turn, the role of each with its first; return what has been said by each chunk."""
        opening = int(self._is_chat and self._kin.opens)
        choices = [range(start, end) for start, end in pairwise([*starts, len(self._carried)])]
        turns = sorted((max(k, opening), i, at) for i, places in enumerate(choices) for k, at in enumerate(places))
        order = narrow([at for *_, at in turns])
        self.frames = Made(len(order), lambda at: due[order[at]])
        self._carried = [self._carried[at] for at in order]
        self.timed = in_turns((turn for turn, *_ in turns), self._carried)
        for at, total in zip(order, accumulate(self._carried), strict=True):
            said[at] = total
        return said

    def _tell(self, index: int, turn: Turn, reply: Reply, *, is_last: bool) -> None:
        """Tell one answer; what nothing is said of has no chunk."""
        if self._is_chat and self._kin.opens:
            self._add("first", index, "", lambda *_: saying(index, {"role": "assistant", "content": ""}))
        cuts = [(part, self._cut(part, reply)) for part in turn.parts if self._shows(part)]
        said = [(part, pieces) for part, pieces in cuts if pieces or part.kind == "call"]
        odds, position, scored = self._odds(index, said, reply), 0, 0
        for are_calls, run in groupby(said, lambda each: each[0].kind == "call"):
            if are_calls:
                position = self._calls(index, position, list(run))
                continue
            for part, pieces in run:
                texts, tokens = parted(pieces)
                choice, is_scored = self._choice(index, position, part), odds is not None and part.kind == "text"
                if odds is not None and is_scored:
                    choice, scored = with_odds(choice, odds, scored), scored + len(pieces)
                self._add("said", index, part.kind, choice, tokens, texts, is_steady=not is_scored)
        if self._is_cut_on_last(turn) and self._kinds.get(index):
            latest = self._spans[-1]
            latest.end, latest.finish = len(latest.texts) - 1, finish_of(self._kin, turn)
            return
        ended = partial(closing, index, finish_of(self._kin, turn), is_chat=self._is_chat)
        if is_last and self._kin.counts == "finish":
            span = self._span("last", index, "", ended)
            self.ending = _encode(span.choice("", 0)), span.before
        else:
            self._add("last", index, "", ended)

    def _is_cut_on_last(self, turn: Turn) -> bool:
        is_cut = turn.finish == "length" and turn.sequence is None
        return is_cut and self._answered.call.operation in self._kin.cuts_on_last

    def _shows(self, part: Part) -> bool:
        """Say whether a part is said at all: thoughts where they have a member, calls in chats."""
        return part.kind == "text" or (self._is_chat and (part.kind == "call" or bool(self._kin.thought)))

    def _cut(self, part: Part, reply: Reply) -> Pieces:
        return cut(part, reply, self._answered.call, self._answered.moment)

    def _odds(self, index: int, said: list[tuple[Part, Pieces]], reply: Reply) -> Callable[[int], Document] | None:
        """The probabilities of each piece of a choice's text, None when nobody asked."""
        call, moment = self._answered.call, self._answered.moment
        if call.extra.logprobs is None:
            return None
        pieces = [text for part, cut in said if part.kind == "text" for text, _ in cut]
        return odds_of_pieces(call, pieces, reply, index, moment)

    def _calls(self, index: int, position: int, run: list[tuple[Part, Pieces]]) -> int:
        """Tell calls that follow each other as the provider does; return the place of the next one."""
        wires = [partial(self._called, index, position + i, part) for i, (part, _) in enumerate(run)]
        counts = [sum([tokens for _, tokens in pieces]) for _, pieces in run]
        if self._kin.streams_calls == "together":
            self._add(
                "said", index, "call", lambda *_: saying(index, {"tool_calls": [wire() for wire in wires]}), [sum(counts)]
            )
        elif self._kin.streams_calls == "whole":
            for wire, count in zip(wires, counts, strict=True):
                self._add("said", index, "call", partial(calling, index, [wire]), [count])
        else:
            for i, (wire, (part, pieces)) in enumerate(zip(wires, run, strict=True)):
                self._add("said", index, "call", partial(opening, index, wire))
                texts, tokens = parted(pieces)
                self._add("said", index, "call", self._choice(index, position + i, part), tokens, texts)
        return position + len(run)

    def _called(self, index: int, position: int, part: Part) -> Document:
        return {"index": position, **called(self._kin, part, index * 1000 + position, self._answered.moment)}

    def _choice(self, index: int, position: int, part: Part) -> Choice:
        """Make what makes the choices that say a part in pieces."""
        if not self._is_chat:
            return partial(completing, index)
        if part.kind == "call":
            return partial(arguing, index, position)
        return partial(continuing, index, ("content",) if part.kind == "text" else self._kin.thought)

    def _span(self, place: Place, index: int, kind: Kind, make: Choice) -> Span:
        introduces = self._is_chat and not self._kin.opens and index not in self._kinds
        span = Span(place, index, kind, make, len(self._carried), self._kinds.get(index, ""), introduces)
        self._kinds[index] = kind
        return span

    def _add(
        self,
        place: Place,
        index: int,
        kind: Kind,
        make: Choice,
        tokens: Sequence[int] = (0,),
        texts: Sequence[str] = ("",),
        *,
        is_steady: bool = False,
    ) -> None:
        if tokens:
            span = self._span(place, index, kind, make)
            span.texts, span.is_steady = texts, is_steady
            self._spans.append(span)
            self._carried += tokens

    def _put(self, due: Due[T], span: Span, tables: Tables[T] | None) -> None:
        """Put a span into the row: where streams share chunks, the few that only this one has are written at once."""
        write, last = partial(self._write, span), len(span.texts) - 1
        if tables is None or (last and not span.is_steady):
            due.say(write, span.texts)
            return
        own = {at: write(span.texts[at], at) for at in {0, last if span.end == last else 0}}
        due.ready(Amended(Looked(tables(span.index, span.kind, span.make), span.texts), own) if last else [own[0]])

    def _write(self, span: Span, text: str, at: int) -> T:
        answered, number = self._answered, span.number + at
        answered.place, answered.number = "last" if at == span.end else span.place, number
        answered.said = said = self._said[number]
        answered.tally = None if self._tally is None else self._tally(said)
        answered.before = span.kind if at else span.before
        return self._form(written(self._kin, answered, self._opened, span.choice(text, at), self._pad))


def _telling(kin: Kin, answered: Answered, *, shares: bool) -> Callable[[int], Any] | None:
    """Find what chunks tell of the counts where so many tokens have been said: a hole in those that streams share."""
    tally = kin.tally(answered.call)
    if tally is None:
        return None
    return (lambda _said: hole(TALLY)) if shares else partial(tally, answered.costs)
