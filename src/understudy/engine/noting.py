"""What the exchange of an answer tells beside the usual: what was said or failed, what struck, who made it.

Good answers of the straight line pass by here not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from understudy.capacity import Ticket
from understudy.engine.faulting import Strikes
from understudy.model.exchange import Exchange, Particulars, Work
from understudy.model.frame import Frame, Sheet
from understudy.model.lazy import Lazy
from understudy.model.reply import Failure, Reply
from understudy.wire.answer import BLANK, fields_of
from understudy.wire.waiting import wait_asked


def note_answer(exchange: Exchange, replies: tuple[Reply, ...], struck: Strikes | None) -> None:
    """Note what is said, and what struck a good answer."""
    exchange.reply = reply = replies[0]
    others = replies[1:]
    if others and all(other is reply for other in others):
        others = ()
    faults, drawn = (struck.labels, struck.drawn) if struck is not None else ((), ())
    if faults or others:
        exchange.particulars = Particulars(faults, drawn=drawn, others=others)


def note_failure(exchange: Exchange, failure: Failure, answer: bytes, struck: Strikes | None) -> None:
    """Note what failed, what struck the answer that says so, and when it asks to come back: the shortest wait it tells."""
    asked = failure.retry_after
    if asked is not None or failure.headers:  # what was sent counts, which may be rounded
        told = wait_asked(fields_of(answer), exchange.started, answer.partition(BLANK)[2])
        asked = asked if told is None else told
    faults, drawn = (struck.labels, struck.drawn) if struck is not None else ((), ())
    exchange.particulars = Particulars(faults, failure.kind, asked, drawn=drawn)
    exchange.finish, exchange.reply = "error", Reply(failure=failure)


def hold_once(exchange: Exchange, frames: Sequence[Frame]) -> None:
    """Let an answer that takes time hold its text once: as the tokens it shares with others, or else whole, and cut."""
    reply, others = exchange.reply, exchange.particulars.others
    if reply is None or reply.fixed:
        return
    if others:
        exchange.particulars = replace(exchange.particulars, others=tuple(other.spelled() for other in others))
    if reply.atoms is not None:
        exchange.reply = reply.spelled()
    else:
        settle(reply, frames)


def settle(reply: Reply, frames: Sequence[Frame]) -> None:
    """Let frames that say a text of their own hold its pieces by where they end in it."""
    if not reply.fixed and reply.atoms is None and isinstance(frames, Lazy):
        frames.settle(reply.text)


def note_error(exchange: Exchange, now: Callable[[], float]) -> None:
    """Note that an error event is put into a stream in this moment, if it is the first."""
    if exchange.particulars.error_at is None:
        exchange.particulars = replace(exchange.particulars, error_at=now() - exchange.request.at)


def note_work(exchange: Exchange, ticket: Ticket, now: float) -> None:
    """Note how long an answer that has ended waited for its turn in a simulated engine, and how much of it that has made."""
    taken_up = now if ticket.admitted is None else ticket.admitted
    made = sum(one.produced for one in (ticket, *ticket.others))
    exchange.work = Work(max(taken_up - ticket.arrived, 0.0), tokens=made)


def note_sent(exchange: Exchange, sheet: Sheet, events: int) -> None:
    """Note how many tokens a stream that broke off has sent, with so many events at a moment of their own."""
    exchange.work = Work(tokens=sum(sheet.tokens[: sheet.lead + events]))
