"""Everything a client must not mind, mixed: a metamorphic test, for what the client understands must not change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import ClassVar

from understudy.faults import Fault, Striking, kinds
from understudy.faults._legal import Legal
from understudy.model.frame import Body, Stream
from understudy.model.plan import Step
from understudy.model.ports import Random


class LegalFuzz(Fault, frozen=True):
    """Apply some of the legal kinds, chosen and given their parameters by the decision."""

    name: ClassVar[str] = "legal-fuzz"
    help: ClassVar[str] = "some of the legal kinds, drawn from the decision: what a client understands must not change"
    legal: ClassVar[bool] = True
    needs_events: ClassVar[bool] = True
    places: ClassVar[tuple[str, ...]] = ()
    stage: ClassVar[int] = 3

    def finds(self, context: Striking) -> bool:
        """Say whether any of the chosen kinds finds something."""
        return any(fault.finds(context) for fault in chosen(context.random))

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Let the chosen kinds change the events."""
        for fault in chosen(context.random):
            answer = fault.on_frames(answer, context)
        return answer

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterable[Step]:
        """Let the chosen kinds change the steps."""
        for fault in chosen(context.random):
            steps = fault.on_steps(steps, context)
        return steps


def chosen(random: Random) -> list[Fault]:
    """Choose at least one legal kind, each with even odds, in an order that lets each find the events it looks for."""
    legal = _legal()
    taken = [kind for _, kind in legal if random.uniform(f"legal-fuzz/{kind.name}") < 0.5]
    taken = taken or [legal[random.integer("legal-fuzz/only", 0, len(legal) - 1)][1]]
    return [drawn(random) for drawn, kind in legal if kind in taken]


@cache
def _legal() -> list[tuple[Callable[[Random], Fault], type[Fault]]]:
    found = [(kind.stage, kind.drawn, kind) for kind in kinds() if issubclass(kind, Legal)]
    return [(drawn, kind) for _, drawn, kind in sorted(found, key=lambda each: each[0])]


FAULT = LegalFuzz
