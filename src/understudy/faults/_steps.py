"""Steps up to a place: what faults that act on the connection are built from.

`strike` passes everything up to a place through and hands what follows to the fault. A step of bytes after the head is one
event, unless it is said to begin none; faults that join or cut events without regard to that act behind those that count them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain, islice

from understudy.faults._fault import Striking
from understudy.faults._place import Place
from understudy.model.plan import Counted, Ending, Gate, Step, Until

Rest = Generator[Step, None, Iterator[Step] | None]


class NoEvent(bytes):
    """Bytes that begin no event: what a fault puts between two of them, and the later pieces of one that it cuts."""

    __slots__ = ()


def is_event(step: Step) -> bool:
    """Say whether a step is an event or begins one; the head counts, and so does the last chunk."""
    return isinstance(step, bytes) and not isinstance(step, NoEvent)


def strike(
    steps: Iterable[Step], place: Place, context: Striking, then: Callable[[Iterator[Step]], Iterable[Step]]
) -> Iterator[Step]:
    """Pass the steps before a place through, then what `then` makes of the rest; an answer without that place is untouched."""
    rest = yield from _until(iter(steps), place, context)
    if rest is not None:
        yield from then(rest)


def strike_body(
    steps: Iterable[Step], place: Place, context: Striking, then: Callable[[Iterator[Step]], Iterable[Step]]
) -> Iterator[Step]:
    """Do the same, but behind the head where a time comes before it: `then` gives what only a body may hold."""
    if place.kind != "time":
        return strike(steps, place, context, then)
    missing = context.head_bytes

    def counted() -> Iterator[Step]:
        nonlocal missing
        for step in split_head(steps, context):
            missing -= len(step) if isinstance(step, bytes) else 0
            yield step

    def behind(rest: Iterator[Step]) -> Iterator[Step]:
        while missing > 0 and (step := next(rest, None)) is not None:
            yield step
        yield from then(rest)

    return strike(counted(), place, context, behind)


def split_head(steps: Iterable[Step], context: Striking) -> Iterator[Step]:
    """Send the response head as a step of its own."""
    rest = yield from at_byte(iter(steps), context.head_bytes)
    if rest is not None:
        yield from rest


def one_event(steps: Iterator[Step]) -> Iterator[Step]:
    """Send the event that comes next, and what counts it."""
    yield from islice(steps, 1)
    yield from (step for step in islice(steps, 1) if isinstance(step, Counted))


def _until(steps: Iterator[Step], place: Place, context: Striking) -> Rest:
    match place.kind:
        case "before-headers":
            return (yield from at_byte(steps, 0))
        case "after-headers":
            return (yield from at_byte(steps, context.head_bytes))
        case "byte":
            return (yield from at_byte(steps, context.head_bytes + int(place.number), waits=False))
        case "time":
            return (yield from at_time(steps, place.number))
        case _:
            number = context.event_at(place)
            if number is None:
                yield from steps
                return None
            return (yield from before_event(steps, number, context))


def at_byte(steps: Iterator[Step], number: int, *, waits: bool = True) -> Rest:
    """Pass that many bytes, and with `waits` those before the next; give the rest, None when there are not as many."""
    left = number
    for step in steps:
        if isinstance(step, bytes):
            if not left:
                return chain([step], steps)
            if left < len(step):
                yield step[:left]
                return chain([step[left:]], steps)
            left -= len(step)
        elif not left and (isinstance(step, Ending) or not (waits or isinstance(step, Counted))):
            return chain([step], steps)
        yield step
    return None if left else iter(())


def before_event(steps: Iterator[Step], number: int, context: Striking) -> Rest:
    """Pass the head, the events before that one and the waits for it; give the rest.

    Where a stream ends by closing the connection, its end stands for the event behind the last; among chunks such an end is
    another fault's, and nothing comes behind it.
    """
    rest = yield from at_byte(steps, context.head_bytes)
    if rest is None:
        return None
    left = number
    for step in rest:
        if is_event(step):
            left -= 1
            if not left:
                return chain([step], rest)
        elif isinstance(step, Ending) and left == 1 and not context.chunked:
            return chain([step], rest)
        yield step
    return iter(()) if left == 1 and not context.chunked else None


def at_time(steps: Iterator[Step], seconds: float) -> Rest:
    """Pass what is due before that many seconds; give the rest, None when everything is."""
    left = seconds
    if left <= 0:
        return steps
    for step in steps:
        if isinstance(step, float):
            if step >= left:
                yield left
                return chain([step - left] if step > left else [], steps)
            left -= step
        elif isinstance(step, Gate | Until):
            part, rest = yield from at_most(step, left)
            left -= max(0.0, part.waited)
            if left <= 0:
                return chain(rest, steps)
            continue
        yield step
    return None


def at_most(step: Gate | Until, seconds: float) -> Generator[Step, None, tuple[Until, list[Until]]]:
    """Wait at a gate for so long at most; give that part of the wait, and what is left of the wait: nothing when it is over.

    Whoever made the wait is told what came of it.
    """
    wait = Until(step) if isinstance(step, Gate) else step
    seconds = min(wait.seconds, seconds)
    part = type(wait)(wait.gate, seconds)
    yield part
    wait.waited += part.waited
    if part.opened:
        return part, []
    wait.seconds -= seconds
    wait.opened = wait.seconds > 0
    return part, [wait] if wait.opened else []
