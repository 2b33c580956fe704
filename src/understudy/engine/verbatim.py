"""Answers that a script spells byte by byte: no dialect writes them, only their framing is ours.

In: a raw reply and what was decided about its call. Out: a plan. The head travels with the first
piece. Knows no provider.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterator

from msgspec.structs import replace

from understudy.engine.case import Case
from understudy.engine.desk import Desk
from understudy.engine.faulting import Strikes
from understudy.engine.noting import note_answer
from understudy.engine.scope import Scope, cors, header_name
from understudy.model.exchange import Exchange
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.plan import SENT, Ending, Plan, Step
from understudy.model.reply import Raw, Reply
from understudy.wire.response import LAST_CHUNK, chunk, head

_BODILESS = (204, 304)


class Verbatim(Desk):
    """Gives raw answers."""

    def _verbatim(self, case: Case, raw: Raw) -> Plan:
        self._serial += 1
        token, is_stream = hexlify(case.decision.root), len(raw.chunks) > 1 and raw.status not in _BODILESS
        now, scope, model, rule = self._wall(), case.scope, case.call.model, case.chosen.rule
        exchange = Exchange(now, case.request, scope.context, model, rule, token, self._serial, raw.status, is_stream)
        reply = Reply(raw=raw)
        if case.struck is not None:
            raw = replace(raw, chunks=tuple(_struck(raw, case.struck)))
        note_answer(exchange, (reply,), case.struck)
        if case.grant is not None:
            case.grant.follow(exchange)
        parts = steps(raw, scope, exchange, self._date_of(int(now)), case.pace.scale)
        return self._plan(parts, scope, case.wait, exchange, case.struck)


def _struck(raw: Raw, strikes: Strikes) -> Iterator[tuple[float, bytes]]:
    """Have faults change the pieces: of several each is an event, and counts as a token, for nobody knows what it says.

    Where the status allows no body, none is sent.
    """
    waits, pieces, left = [], [], 0.0
    for after, data in raw.chunks:
        left += after
        if data:
            waits.append(left)
            pieces.append(data)
            left = 0.0
    kind = next((value for name, value in raw.headers if name.lower() == "content-type"), "")
    if raw.status in _BODILESS:
        strikes.on_frames(Body(b"", content_type=kind))
        yield from raw.chunks
        return
    answer: Body | Stream = Body(b"".join(pieces), content_type=kind)
    if len(raw.chunks) > 1:
        sheet = Sheet([(data, b"") for data in pieces], [1] * len(pieces))
        answer = Stream(sheet, b"", content_type=kind, waits=waits)
    answer = strikes.on_frames(answer)
    if isinstance(answer, Stream):
        yield from zip(answer.waits or (), answer.frames(), strict=False)
    else:
        yield sum(waits), answer.data
    if left:
        yield left, b""


def steps(raw: Raw, scope: Scope, exchange: Exchange, date: bytes, scale: float | None = None) -> Iterator[Step]:
    """Put a raw answer in time; `scale` is the factor of every wait."""
    version, method = scope.head.version, scope.head.method
    has_body = method != "HEAD" and raw.status not in _BODILESS
    in_parts = exchange.stream
    chunked = in_parts and version == "1.1"
    closes = scope.closes or (in_parts and not chunked)
    sized = not in_parts and raw.status not in _BODILESS
    fields = [("date", date.decode()), *raw.headers]
    if exchange.rule:
        fields.append(("x-understudy-rule", header_name(exchange.rule)))
    fields.append(("x-understudy-decision", exchange.decision))
    length = sum(len(data) for _, data in raw.chunks) if sized else None
    start = head(raw.status, fields, length=length, chunked=chunked, close=closes, version=version)
    start = start[:-2] + cors(scope.head.headers) + b"\r\n"
    is_timed = in_parts and has_body and any(after for after, _ in raw.chunks)
    for after, data in raw.chunks:
        wait = after * (1.0 if scale is None else scale)
        if wait:
            yield wait
        body = (chunk(data) if chunked else data) if has_body else b""
        if start or body:
            yield start + body
        if is_timed and data:
            yield SENT
        start = b""
    if start:
        yield start
    if chunked and has_body:
        yield LAST_CHUNK
    elif closes and in_parts:
        yield Ending.CLOSE
