"""Streams of the family: chunks amended by the provider, rendered once for each fixed reply.

In: a call, replies, a `Kin`. Out: a stream. The chunks of fixed replies are kept with holes where the identifier, the time and
what else is an answer's own belong, those of others are written when they are due; the chunks that count are made for each.
"""

from __future__ import annotations

from functools import partial

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._kin.chunks import Chunks, event
from understudy.dialects._kin.kin import Answered, Document, Kin, Kind, Pad
from understudy.dialects._kin.parts import all_costs, head
from understudy.dialects._stencil import Row, as_sheet, cut_out, fill, hole
from understudy.dialects._turn import Turn, work_out
from understudy.model.call import Call
from understudy.model.frame import Frames, Sheet, Stream
from understudy.model.reply import Reply

_ID, _CREATED, _OWN, _PADDING = range(4)  # the holes of a chunk
_encode = msgspec.json.encode


class Told(Struct):
    """What is kept of a stream: its chunks and the tokens they carry, and what `Chunks` says of the one that ends and counts.

    Where all chunks have the same holes they are frames of the sheet, and `joint` is what belongs there.
    """

    turns: tuple[Turn, ...]
    rows: list[Row]
    sheet: Sheet
    joint: Row | None
    number: int
    ending: tuple[bytes, Kind] | None


def stream(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
    """Stream a chat or a completion."""
    told = _kept(kin, call, replies, moment)
    said = tuple(map(streamed, replies)) if told is None else ()
    turns = _turns(call, said) if told is None else told.turns
    spent, own = all_costs(turns, replies, moment), kin.own(moment)
    answered = Answered(call, moment, spent, turns, own=own)
    opened = head(kin, answered)
    if told is None:
        pad = None if kin.pad is None else partial(kin.pad, moment)
        chunks = Chunks(kin, answered, opened, said, pad)
        timed = None if chunks.timed is None else _counted(kin, chunks.timed)
        sheet, joint = Sheet(Frames(chunks.frames, first=_first(kin)), _counted(kin, chunks.tokens), timed=timed), b""
        last = _last(kin, answered, opened, chunks.ending, len(chunks.tokens))
    else:
        values = (_encode(opened["id"]), b"%d" % moment.created, _encode(own))
        sheet, joint = _shown(kin, told, values, moment)
        last = _last(kin, answered, opened, told.ending, told.number)
    names = kin.names(moment)
    return Stream(
        sheet,
        joint,
        last,
        spent.prompt,
        spent.completion,
        grammar=kin.grammar,
        finish=turns[0].finish,
        reusable=told is not None and names is not None and kin.pad is None and not moment.cached_tokens,
        names=names,
    )


def _last(kin: Kin, answered: Answered, opened: Document, ending: tuple[bytes, Kind] | None, number: int) -> tuple[bytes, ...]:
    """Write what comes behind the chunks that many may share: those that count, and the end."""
    found, costs = [], answered.costs
    answered.number = number
    if ending is not None:
        choice, answered.before = msgspec.json.decode(ending[0]), ending[1]
        answered.place, answered.said = "last", costs.completion
        found.append(_counting(kin, answered, {**opened, "choices": [choice], "usage": kin.usage(costs)}))
    if kin.counts == "always" or (kin.counts == "asked" and answered.call.extra.include_usage):
        answered.place = "usage"
        found.append(_counting(kin, answered, {**opened, "choices": [], "usage": kin.usage(costs)}))
    return (*found, kin.ends) if kin.ends else tuple(found)


def _counting(kin: Kin, answered: Answered, document: Document) -> bytes:
    document = kin.chunk(document, answered)
    if kin.pad is not None and answered.number:
        document["p"] = kin.pad(answered.moment, answered.number)
    return event(document)


def _first(kin: Kin) -> tuple[bytes, ...]:
    return (kin.preamble,) if kin.preamble else ()


def _counted(kin: Kin, tokens: list[int]) -> list[int]:
    return [0, *tokens] if kin.preamble else tokens


def _turns(call: Call, replies: tuple[Reply, ...]) -> tuple[Turn, ...]:
    return tuple(work_out(call, reply, call.extra.stops) for reply in replies)


def _kept(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Told | None:
    """Find what is kept of a stream, rendered now if it is the first of its kind; None for one that serves once."""
    reply = replies[0]
    if len(replies) > 1 or call.extra.logprobs is not None or not (kin.shares(call) and lasts(reply, moment)):
        return None
    key = (call.model, call.operation, call.extra.include_usage, call.max_tokens, call.extra.stops)
    return rendered(reply, key, moment, partial(_rendered, kin, call, streamed(reply), moment), _weight)


def _weight(told: Told) -> int:
    return len(told.sheet.tokens)


def _rendered(kin: Kin, call: Call, reply: Reply, moment: Moment) -> Told:
    """Render the chunks of a stream, with holes."""
    turns = _turns(call, (reply,))
    answered = Answered(call, moment, all_costs(turns, (reply,), moment), turns, own=hole(_OWN))
    opened = head(kin, answered) | {"id": hole(_ID), "created": hole(_CREATED)}
    pad = None if kin.pad is None else lambda _number: hole(_PADDING)
    chunks = Chunks(kin, answered, opened, (reply,), pad)
    rows, tokens = list(map(cut_out, chunks.frames)), _counted(kin, chunks.tokens)
    shared = None if kin.preamble else as_sheet(rows, tokens)
    if shared is None:
        return Told(turns, rows, Sheet([], tokens), None, len(rows), chunks.ending)
    return Told(turns, [], *shared, len(rows), chunks.ending)


def _shown(kin: Kin, told: Told, values: tuple[bytes, ...], moment: Moment) -> tuple[Sheet, bytes]:
    """Fill the holes of what is kept: a sheet, and its joint."""
    if told.joint is not None:
        return told.sheet, fill(told.joint, values)
    made = partial(_filled, values) if kin.pad is None else partial(_filled_up, values, kin.pad, moment)
    return told.sheet.showing(Frames(told.rows, made, _first(kin))), b""


def _filled(values: tuple[bytes, ...], row: Row, _place: int) -> bytes:
    return fill(row, values)


def _filled_up(values: tuple[bytes, ...], pad: Pad, moment: Moment, row: Row, place: int) -> bytes:
    return fill(row, (*values, _encode(pad(moment, place))) if place else values)
