"""The chunks of a family's stream in order, each written when it is looked at: a long answer would be rendered for long.

In: turns, replies, what every chunk begins with. Out: events as bytes, and the tokens that each carries. A chunk is a function
of its number alone; what it has to know of those before it, `Answered` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate, groupby, pairwise
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._due import Due
from understudy.dialects._kin.kin import Answered, Document, Kin, Kind, Place
from understudy.dialects._kin.odds import odds_of_pieces
from understudy.dialects._kin.parts import called, finish_of
from understudy.dialects._turn import Part, Turn, cut
from understudy.model.lazy import Made
from understudy.model.reply import Reply
from understudy.model.token_counts import in_turns, narrow

Choice = Callable[[str, int], Document]
"""Makes a choice of a piece of text and its place."""
_encode = msgspec.json.encode


def event(document: Document) -> bytes:
    """Write a chunk."""
    return b"data: %b\n\n" % _encode(document)


class _Span(Struct):
    """Chunks of one choice that differ in their text alone: `make` writes the choice of each by that and its place.

    `number` is that of the first, `before` what was said last before it in its choice; `introduces` puts the role into it.
    `end` is the place of the one that ends the choice, because of `finish`.
    """

    place: Place
    kind: Kind
    make: Choice
    number: int
    before: Kind
    introduces: bool
    end: int = -1
    finish: str = ""

    def choice(self, text: str, at: int) -> Document:
        found = self.make(text, at)
        if self.introduces and not at:
            found["delta"]["role"] = "assistant"
        if at == self.end:
            found["finish_reason"] = self.finish
        return found


class Chunks:
    """The chunks of one stream: `frames` are they, `tokens` what each carries, `timed` what of these takes time (None = all).

    Where the chunk that ends a stream counts, it is none of them: `ending` is its choice as JSON, and what was said before.
    """

    def __init__(
        self, kin: Kin, answered: Answered, opened: Document, replies: Sequence[Reply], pad: Callable[[int], Any] | None
    ) -> None:
        self._kin, self._answered, self._opened, self._pad = kin, answered, opened, pad
        self._closed: Document = {"usage": None} if kin.counts == "asked" and answered.call.extra.include_usage else {}
        self._is_chat = answered.call.operation == "chat"
        self._kinds: dict[int, Kind] = {}  # what each choice said last
        self._due: Due[bytes] = Due()
        self.frames: Sequence[bytes] = self._due
        self._carried: list[int] = []
        self.timed: list[int] | None = None
        self.ending: tuple[bytes, Kind] | None = None
        starts = []
        for index, (turn, reply) in enumerate(zip(answered.turns, replies, strict=True)):
            starts.append(len(self._carried))
            self._tell(index, turn, reply, is_last=index == len(replies) - 1)
        said = list(accumulate(self._carried))
        if len(starts) > 1:
            said = self._take_turns(starts, said)
        self.tokens, self._said = narrow(self._carried), narrow(said)
        del self._carried

    def _take_turns(self, starts: Sequence[int], said: list[int]) -> list[int]:
        """Let choices say one chunk each in turn, the role of each with its first; return what has been said by each chunk."""
        opening = int(self._is_chat and self._kin.opens)
        choices = [range(start, end) for start, end in pairwise([*starts, len(self._carried)])]
        turns = sorted((max(k, opening), i, at) for i, places in enumerate(choices) for k, at in enumerate(places))
        order = narrow([at for *_, at in turns])
        self.frames = Made(len(order), lambda at: self._due[order[at]])
        self._carried = [self._carried[at] for at in order]
        self.timed = in_turns((turn for turn, *_ in turns), self._carried)
        for at, total in zip(order, accumulate(self._carried), strict=True):
            said[at] = total
        return said

    def _tell(self, index: int, turn: Turn, reply: Reply, *, is_last: bool) -> None:
        """Tell one answer; what nothing is said of has no chunk."""
        if self._is_chat and self._kin.opens:
            self._add("first", index, "", lambda *_: _delta(index, {"role": "assistant", "content": ""}))
        cuts = [(part, self._cut(part, reply)) for part in turn.parts if self._shows(part)]
        said = [(part, pieces) for part, pieces in cuts if pieces or part.kind == "call"]
        odds, position, scored = self._odds(index, said, reply), 0, 0
        for are_calls, run in groupby(said, lambda each: each[0].kind == "call"):
            if are_calls:
                position = self._calls(index, position, list(run))
                continue
            for part, pieces in run:
                texts, tokens = parted(pieces)
                choice = self._choice(index, position, part)
                if odds is not None and part.kind == "text":
                    choice, scored = _scored(choice, odds, scored), scored + len(pieces)
                self._add("said", index, part.kind, choice, tokens, texts)
        if self._is_cut_on_last(turn) and self._kinds.get(index):
            self._latest.end, self._latest.finish = len(self._carried) - self._latest.number - 1, finish_of(self._kin, turn)
            return
        ended = partial(_ended, index, finish_of(self._kin, turn), is_chat=self._is_chat)
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
                "said", index, "call", lambda *_: _delta(index, {"tool_calls": [wire() for wire in wires]}), [sum(counts)]
            )
        elif self._kin.streams_calls == "whole":
            for wire, count in zip(wires, counts, strict=True):
                self._add("said", index, "call", partial(_calling, index, [wire]), [count])
        else:
            for i, (wire, (part, pieces)) in enumerate(zip(wires, run, strict=True)):
                self._add("said", index, "call", partial(_opening, index, wire))
                texts, tokens = parted(pieces)
                self._add("said", index, "call", self._choice(index, position + i, part), tokens, texts)
        return position + len(run)

    def _called(self, index: int, position: int, part: Part) -> Document:
        return {"index": position, **called(self._kin, part, index * 1000 + position, self._answered.moment)}

    def _choice(self, index: int, position: int, part: Part) -> Choice:
        """Make what makes the choices that say a part in pieces."""
        if not self._is_chat:
            return lambda text, _: {"index": index, "text": text, "logprobs": None, "finish_reason": None}
        if part.kind == "call":
            return lambda text, _: _delta(index, {"tool_calls": [{"index": position, "function": {"arguments": text}}]})
        names = ("content",) if part.kind == "text" else self._kin.thought
        return lambda text, _: _delta(index, dict.fromkeys(names, text))

    def _span(self, place: Place, index: int, kind: Kind, make: Choice) -> _Span:
        introduces = self._is_chat and not self._kin.opens and index not in self._kinds
        span = _Span(place, kind, make, len(self._carried), self._kinds.get(index, ""), introduces)
        self._kinds[index] = kind
        return span

    def _add(
        self, place: Place, index: int, kind: Kind, make: Choice, tokens: Sequence[int] = (0,), texts: Sequence[str] = ("",)
    ) -> None:
        if tokens:
            self._latest = self._span(place, index, kind, make)
            self._due.say(partial(self._write, self._latest), texts)
            self._carried += tokens

    def _write(self, span: _Span, text: str, at: int) -> bytes:
        answered, number = self._answered, span.number + at
        answered.place, answered.number = "last" if at == span.end else span.place, number
        answered.said = self._said[number]
        answered.before = span.kind if at else span.before
        document = self._kin.chunk({**self._opened, "choices": [span.choice(text, at)], **self._closed}, answered)
        if self._pad is not None and number:
            document["p"] = self._pad(number)
        return event(document)


def _delta(index: int, delta: Document) -> Document:
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": None}


def _calling(index: int, wires: Sequence[Callable[[], Document]], *_: Any) -> Document:
    return _delta(index, {"tool_calls": [wire() for wire in wires]})


def _opening(index: int, wire: Callable[[], Document], *_: Any) -> Document:
    """Open a call, whose arguments follow."""
    found = wire()
    return _delta(index, {"tool_calls": [{**found, "function": {**found["function"], "arguments": ""}}]})


def _ended(index: int, finish: str, *_: Any, is_chat: bool) -> Document:
    end: Document = _delta(index, {}) if is_chat else {"index": index, "text": "", "logprobs": None}
    return {**end, "finish_reason": finish}


def _scored(choice: Choice, odds: Callable[[int], Document], first: int) -> Choice:
    """Make choices tell their probabilities, the first of them those of that place."""
    return lambda text, at: {**choice(text, at), "logprobs": odds(first + at)}
