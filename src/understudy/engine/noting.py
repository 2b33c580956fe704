"""What the exchange of a good answer tells beside the usual: what was said, what struck, the text that was cut, who made it.

Good answers of the straight line pass by here not at all.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from understudy.capacity import Ticket
from understudy.engine.faulting import Strikes
from understudy.model.exchange import Exchange, Particulars, Work
from understudy.model.frame import Sheet
from understudy.model.reply import Reply

_LONG = 1 << 14  # characters of a text above which the journal does without it


def note_answer(exchange: Exchange, replies: tuple[Reply, ...], struck: Strikes | None) -> None:
    """Note what is said, what struck a good answer, and the text of one that ends for want of tokens."""
    exchange.reply = reply = replies[0]
    others = replies[1:]
    if others and all(other is reply for other in others):
        others = ()
    faults, drawn = (struck.labels, struck.drawn) if struck is not None else ((), ())
    if not faults and exchange.finish != "length" and not others:
        return
    text = reply.text if faults or exchange.finish == "length" else ""
    exchange.particulars = Particulars(faults, said=text if len(text) <= _LONG else "", drawn=drawn, others=others)


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
