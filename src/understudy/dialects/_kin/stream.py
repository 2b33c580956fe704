"""Streams of the family: chunks amended by the provider, rendered once for each fixed reply.

In: a call, replies, a `Kin`. Out: a stream. The chunks of fixed replies are kept with holes where the identifier, the time and
what else is an answer's own belong, those of others are written when they are due. The chunks that count are kept for plain
calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._kin.chunks import Chunks, event
from understudy.dialects._kin.kin import Answered, Document, Kin, Kind, Pad, Tally
from understudy.dialects._kin.parts import all_costs, head, own_values
from understudy.dialects._kin.shared import padding, share, with_holes
from understudy.dialects._kin.style import Style
from understudy.dialects._stencil import Row, as_sheet, cut_out, fill
from understudy.dialects._turn import Costs, Turn, work_out
from understudy.model.call import Call
from understudy.model.frame import Frames, Sheet, Stream
from understudy.model.reply import Reply
from understudy.model.token_counts import narrow

_FEW = 512  # tokens of answers whose chunks are kept although they count their prompts
_encode = msgspec.json.encode


class Told(Struct):
    """What is kept of a stream: its chunks and the tokens they carry, and what `Chunks` says of the one that ends and counts.

    Where all chunks have the same holes they are frames of the sheet, and `joint` is what belongs there.
    """

    turns: tuple[Turn, ...]
    rows: Sequence[Row]
    sheet: Sheet
    joint: Row | None
    number: int
    ending: tuple[bytes, Kind] | None
    tally: Callable[[int], Any] | None = None


class Ended(Struct):
    """What is kept of what comes behind the chunks, and of what all of it cost."""

    rows: list[Row]
    costs: Costs


def stream(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
    """Stream a chat or a completion."""
    kept = _kept(kin, call, replies, moment)
    told = kept or _shared(kin, call, replies, moment)
    if told is None:
        return _once(kin, call, replies, moment)
    values, names = own_values(kin, moment), kin.names(moment)
    sheet, joint = _shown(kin, told, values, moment)
    make = partial(_ended, kin, call, replies, moment, told)
    shares = call.plain and isinstance(moment.options.style, Style)
    key = ("last", call.kind, moment.prompt_tokens, moment.cached_tokens)
    ended = rendered(replies[0], key, moment, make, lambda ended: 1 + len(ended.rows), shares=shares)
    if kin.pad is not None:
        values = (*values, _encode(kin.pad(moment, told.number)))
    return Stream(
        sheet,
        joint,
        tuple([fill(row, values) for row in ended.rows]),
        ended.costs.prompt,
        ended.costs.completion,
        grammar=kin.grammar,
        finish=told.turns[0].finish,
        reusable=kept is not None and names is not None and kin.pad is None and not moment.cached_tokens,
        names=names,
    )


def _once(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
    """Stream what serves once."""
    said = tuple(map(streamed, replies))
    turns = _turns(call, said)
    spent = all_costs(turns, replies, moment)
    answered = Answered(call, moment, spent, turns, own=kin.own(moment))
    opened, pad = head(kin, answered), None if kin.pad is None else partial(kin.pad, moment)
    chunks = Chunks(kin, answered, opened, said, pad, bytes)
    timed = None if chunks.timed is None else _counted(kin, chunks.timed)
    sheet = Sheet(Frames(chunks.frames, first=_first(kin)), _counted(kin, chunks.tokens), timed=timed)
    last = tuple(_last(kin, answered, opened, chunks.ending, len(chunks.tokens), pad))
    answered.turns = tuple(turn.muted() for turn in turns)
    finish, names = turns[0].finish, kin.names(moment)
    return Stream(sheet, b"", last, spent.prompt, spent.completion, grammar=kin.grammar, finish=finish, names=names)


def _ended(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment, told: Told) -> Ended:
    """Render what comes behind the chunks that are kept, with holes."""
    spent = all_costs(told.turns, replies, moment)
    answered, opened = with_holes(kin, call, moment, spent, told.turns)
    return Ended(list(map(cut_out, _last(kin, answered, opened, told.ending, told.number, padding(kin)))), spent)


def _last(
    kin: Kin,
    answered: Answered,
    opened: Document,
    ending: tuple[bytes, Kind] | None,
    number: int,
    pad: Callable[[int], Any] | None,
) -> Iterator[bytes]:
    """Write what comes behind the chunks that many may share: those that count, and the end."""
    costs = answered.costs
    answered.number = number
    if ending is not None:
        choice, answered.before = msgspec.json.decode(ending[0]), ending[1]
        answered.place, answered.said = "last", costs.completion
        yield _counting(kin, answered, {**opened, "choices": [choice], "usage": kin.usage(costs)}, pad)
    if kin.counts == "always" or (kin.counts == "asked" and answered.call.extra.include_usage):
        answered.place = "usage"
        yield _counting(kin, answered, {**opened, "choices": [], "usage": kin.usage(costs)}, pad)
    if kin.ends:
        yield kin.ends


def _counting(kin: Kin, answered: Answered, document: Document, pad: Callable[[int], Any] | None) -> bytes:
    document = kin.chunk(document, answered)
    if pad is not None and answered.number:
        document["p"] = pad(answered.number)
    return event(document)


def _first(kin: Kin) -> tuple[bytes, ...]:
    return (kin.preamble,) if kin.preamble else ()


def _counted(kin: Kin, tokens: Sequence[int]) -> Sequence[int]:
    return [0, *tokens] if kin.preamble else tokens


def _turns(call: Call, replies: tuple[Reply, ...]) -> tuple[Turn, ...]:
    return tuple(work_out(call, reply, call.extra.stops) for reply in replies)


def _kept(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Told | None:
    """Find what is kept of a stream, rendered now if it is the first of its kind; None for one that serves once."""
    reply = replies[0]
    if len(replies) > 1 or call.extra.logprobs is not None or not lasts(reply, moment):
        return None
    said = streamed(reply)
    make = partial(_rendered, kin, call, said, moment)
    if kin.shares(call) and kin.tally(call) is None:
        key = (call.model, call.operation, call.extra.include_usage, call.max_tokens, call.extra.stops)
        return rendered(reply, key, moment, make, _weight)
    if not (call.plain and isinstance(moment.options.style, Style)) or _turns(call, (said,))[0].tokens > _FEW:
        return None
    return rendered(reply, ("chunks", call.kind, moment.prompt_tokens, moment.cached_tokens), moment, make, _weight)


def _shared(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Told | None:
    """Tell a stream that serves once by chunks which streams share; None of one whose chunks are its own."""
    style = moment.options.style
    if not isinstance(style, Style) or call.extra.logprobs is not None or not kin.shares(call):
        return None
    if kin.pad is not None and len(replies) > 1:
        return None  # it pads by the order in which choices are told, not by that in which they take turns
    said = tuple(map(streamed, replies))
    turns = _turns(call, said)
    answered, opened = with_holes(kin, call, moment, all_costs(turns, said, moment), turns)
    chunks, joint = share(kin, answered, opened, said, style)
    timed = None if chunks.timed is None else _counted(kin, chunks.timed)
    rows, frames = ([], chunks.frames) if joint is not None else (chunks.frames, [])
    sheet = Sheet(frames, _counted(kin, chunks.tokens), timed=timed)
    found = Told(turns, rows, sheet, joint, len(chunks.tokens), chunks.ending)
    tally = kin.tally(call)
    if tally is not None:
        found.tally = partial(_so_far, tally, answered.costs, narrow([*accumulate(chunks.tokens)]))
    return found


def _so_far(tally: Tally, costs: Costs, totals: Sequence[int], place: int) -> Document:
    return tally(costs, totals[place])


def _weight(told: Told) -> int:
    return len(told.sheet.tokens)


def _rendered(kin: Kin, call: Call, reply: Reply, moment: Moment) -> Told:
    """Render the chunks of a stream, with holes."""
    turns = _turns(call, (reply,))
    answered, opened = with_holes(kin, call, moment, all_costs(turns, (reply,), moment), turns)
    chunks = Chunks(kin, answered, opened, (reply,), padding(kin), cut_out)
    rows, tokens = list(chunks.frames), _counted(kin, chunks.tokens)
    shared = None if kin.preamble else as_sheet(rows, tokens)
    if shared is None:
        return Told(turns, rows, Sheet([], tokens), None, len(rows), chunks.ending)
    return Told(turns, [], *shared, len(rows), chunks.ending)


def _shown(kin: Kin, told: Told, values: tuple[bytes, ...], moment: Moment) -> tuple[Sheet, bytes]:
    """Fill the holes of what is kept: a sheet, and its joint."""
    if told.joint is not None:
        return told.sheet, fill(told.joint, values)
    made: Callable[[Row, int], bytes] = partial(_filled, values)
    if told.tally is not None:
        made = partial(_tallied, values, told.tally)
    elif kin.pad is not None:
        made = partial(_filled_up, values, kin.pad, moment)
    return told.sheet.showing(Frames(told.rows, made, _first(kin))), b""


def _filled(values: tuple[bytes, ...], row: Row, _place: int) -> bytes:
    return fill(row, values)


def _tallied(values: tuple[bytes, ...], tally: Callable[[int], Any], row: Row, place: int) -> bytes:
    return fill(row, (*values, b"", _encode(tally(place))))


def _filled_up(values: tuple[bytes, ...], pad: Pad, moment: Moment, row: Row, place: int) -> bytes:
    return fill(row, (*values, _encode(pad(moment, place))) if place else values)
