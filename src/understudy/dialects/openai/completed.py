"""The events of streams of legacy completions (wire.md 4): `data: {"id":"` joint `,"choices":[...` as those of a chat.

In: choices worked out. Out: a sheet, and whether the joint is to be put into it. Events that say more of a text are written
once for all streams that say it, those with probabilities when they are due.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import accumulate
from typing import Any, Final

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import parted, pieces
from understudy.dialects._due import Amended, Looked, Table
from understudy.dialects._openai.families import family
from understudy.dialects._openai.odds import Marks, columns, score, shared_out
from understudy.dialects.openai.chunks import Rows
from understudy.model.call import Call
from understudy.model.frame import Frame, Frames, Sheet, joined
from understudy.model.lazy import InTurns
from understudy.model.reply import Reply
from understudy.model.token_counts import in_turns, narrow
from understudy.text.logprobs import Scored
from understudy.text.tokens import encoding_for

HEAD: Final = b'data: {"id":"'
"""What every event begins with; the joint follows."""

_TABLES = 16  # of one choice of one model each
_encode = msgspec.json.encode


class Choice(Struct):
    """One choice: the prompt it repeats, what is said, what that costs, why it ended, and its tokens where they are scored."""

    reply: Reply
    prompt: str
    echo: str
    text: str
    tokens: int
    finish: str
    index: int
    found: Marks | None = None

    @property
    def start(self) -> int:
        """Where the first token stands: offsets count from the start of the prompt."""
        return 0 if self.echo else len(self.prompt)


def echoed(call: Call, choice: Choice, moment: Moment) -> Sequence[Scored]:
    """Score the prompt, where it is repeated."""
    if not choice.echo:
        return ()
    encoding = encoding_for(call.model)
    return score(encoding.split(choice.echo), encoding, call.extra.logprobs or 0, -1 - choice.index, moment)


def sheet(call: Call, choices: list[Choice], moment: Moment, joint: bytes, *, lasts: bool) -> tuple[Sheet, bytes]:
    """Tell choices, which take turns; return what is to stand in the gaps, which is nothing where the frames are this stream's.

    Args:
        call: what is answered.
        choices: what is said.
        moment: whose options and draws they are.
        joint: what belongs to this stream alone.
        lasts: whether the sheet is kept for others.
    """
    found = [_rows(call, choice, i, moment) for i, choice in enumerate(choices)]
    frames: Sequence[Frame] = found[0].frames
    tokens, timed = found[0].tokens, None
    if len(found) > 1:
        frames = turns = InTurns([rows.frames for rows in found])
        tokens = [*InTurns([rows.tokens for rows in found])]
        timed = in_turns(turns.rounds, tokens)
    if lasts or all(rows.are_ready for rows in found):
        return Sheet(list(frames) if lasts else frames, tokens, timed=timed), joint
    return Sheet(Frames(frames, partial(joined, joint)), tokens, timed=timed), b""


class _Events(Table[str, Frame]):
    """Events of one choice by their text."""

    def __init__(self, model: str, index: int, *, usage: bool) -> None:
        super().__init__(self.event, name=model)
        self._index = index
        self._end = b'],"model":' + _encode(model) + (b',"usage":null' if usage else b"") + b"}\n\n"

    def event(self, text: str, odds: dict[str, Any] | None = None, finish: str | None = None) -> Frame:
        """Write an event."""
        choice = {"text": text, "index": self._index, "logprobs": odds, "finish_reason": finish}
        return HEAD, b',"choices":[' + _encode(choice) + self._end


@lru_cache(_TABLES)
def _events(model: str, index: int, usage: bool) -> _Events:
    return _Events(model, index, usage=usage)


def _rows(call: Call, choice: Choice, index: int, moment: Moment) -> Rows:
    """Cut a choice into events; models of today end with one that says nothing."""
    events, told = _events(call.model, index, call.extra.include_usage), Rows()
    cut = pieces(choice.text, choice.reply, encoding_for(call.model), moment.options, moment.random)
    texts, tokens = parted(cut)
    top, ends_empty = call.extra.logprobs, family(call.model).inserts or not (texts or choice.echo)
    if choice.echo:
        odds = None if top is None else columns(echoed(call, choice, moment), top, 0)
        told.add(events.event(choice.echo, odds, None if ends_empty or texts else choice.finish))
    last = len(texts) if ends_empty else len(texts) - 1
    if top is None or choice.found is None:
        said: Sequence[Frame] = Looked(events, texts)
        if texts and not ends_empty:
            said = Amended(said, {last: events.event(texts[last], finish=choice.finish)})
        told.ready(said, tokens)
        nothing = None
    else:
        starts = narrow([*accumulate(map(len, texts), initial=len(choice.prompt))])
        shares = shared_out(choice.found, texts)
        told.say(cut, partial(_sure, events, shares, starts, top, last, choice.finish))
        nothing = columns((), top, starts[-1])
    if ends_empty:
        told.add(events.event("", nothing, choice.finish))
    return told


def _sure(
    events: _Events,
    shares: Sequence[Sequence[Scored]],
    starts: Sequence[int],
    top: int,
    last: int,
    finish: str,
    text: str,
    at: int,
) -> Frame:
    """Write a piece with the probabilities of its tokens."""
    return events.event(text, columns(shares[at], top, starts[at]), finish if at == last else None)
