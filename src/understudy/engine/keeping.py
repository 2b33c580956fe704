"""Endpoints that keep things between requests: what they get of the session's store, before a reply is chosen and after.

In: an endpoint of a dialect. Out: its call made whole, its moment made whole, and why its answer ended. Other endpoints pass
through untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from understudy.dialects import Endpoint, Making, Moment
from understudy.engine.case import Case
from understudy.engine.errands import Errand, Errands
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.state import State
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.ports import Random
from understudy.model.reply import Reply, ToolCall

CACHED_FROM: Final = 1024
"""Tokens of a prompt from which providers cache it without being asked; below, none does."""


class _Waits:
    """The seconds before frames of one answer, given how many tokens each carries; thousands of streams hold theirs."""

    __slots__ = ("_pace", "_prompt", "_random")

    def __init__(self, pace: Pace, random: Random, prompt: int) -> None:
        self._pace, self._random, self._prompt = pace, random, prompt

    def __call__(self, tokens: Sequence[int]) -> Iterable[float]:
        return self._pace.waits(tokens, self._random, self._prompt)


class _Followed:
    """Whoever follows an exchange, and then one more who is told how it ended."""

    __slots__ = ("_afterwards", "_before")

    def __init__(self, before: Callable[[Exchange], None] | None, afterwards: Callable[[str], None]) -> None:
        self._before, self._afterwards = before, afterwards

    def __call__(self, ended: Exchange) -> None:
        if self._before is not None:
            self._before(ended)
        self._afterwards("done" if ended.is_whole else ended.outcome)


def recalled(
    endpoint: Endpoint, call: Call, prompt: int, state: State, session: str, wall: Callable[[], float]
) -> tuple[Call, int]:
    """Complete a call by what is kept, and count one that has changed."""
    if endpoint.recall is None or not endpoint.keeps(call):
        return call, prompt
    found = endpoint.recall(call, state.store(session), wall())
    return (call, prompt) if found is call else (found, endpoint.count(found))


def equip(endpoint: Endpoint, case: Case, moment: Moment, state: State, errands: Errands, held: int | None = None) -> None:
    """Give a moment what its endpoint keeps, and how much of the prompt a prompt cache holds, unless `held` says it.

    What is kept goes with who runs errands, and with when the events of a stream would be due.
    """
    call, session, pace = case.call, case.scope.session, case.pace
    if endpoint.keeps(call):
        moment.store, moment.agent, moment.making = state.store(session), Errand(errands, case.request.head), Making()
        if pace is not NO_PACE and pace.streams:
            moment.waits = _Waits(pace, moment.random, moment.prompt_tokens)
    if call.prefixes:
        moment.warm_tokens = state.prompts.use(session, call.prefixes, moment.wall)
    elif held is None:
        moment.warm_tokens = held_before(endpoint, call, moment.prompt_tokens, state, session, moment.wall)
    else:
        moment.warm_tokens = held


def held_before(endpoint: Endpoint, call: Call, prompt: int, state: State, session: str, wall: float) -> int:
    """Look up how much of a prompt was sent before, where the provider caches without being asked, and keep it; 0 for none."""
    text = endpoint.begins(call, prompt) if endpoint.begins is not None else b""
    return state.starts.use(session, call.model, text, wall) if text else 0


def follow(exchange: Exchange, afterwards: Callable[[str], None] | None) -> None:
    """Let an encoder that wants to know how its answer went know it, behind whoever follows the exchange already."""
    if afterwards is None:
        return
    exchange.settle = _Followed(exchange.settle, afterwards)


def why_ended(reply: Reply) -> str:
    """Why the model ended, as far as its reply tells."""
    return reply.finish or ("tool_calls" if any(isinstance(block, ToolCall) for block in reply.blocks) else "stop")
