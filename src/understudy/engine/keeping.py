"""Endpoints that keep things between requests: what they get of the session's store, before a reply is chosen and after.

In: an endpoint of a dialect. Out: its call made whole, its moment made whole, and why its answer ended. Other endpoints pass
through untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from understudy.dialects import Endpoint, Making, Moment
from understudy.engine.decision import Decision
from understudy.engine.errands import Errands
from understudy.engine.pace import Pace
from understudy.engine.state import State
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.model.reply import Reply, ToolCall

CACHED_FROM: Final = 1024
"""Tokens of a prompt from which providers cache it without being asked; below, none does."""


def recalled(
    endpoint: Endpoint, call: Call, prompt: int, state: State, session: str, wall: Callable[[], float]
) -> tuple[Call, int]:
    """Complete a call by what is kept, and count one that has changed."""
    if endpoint.recall is None or not endpoint.recalls(call):
        return call, prompt
    found = endpoint.recall(call, state.store(session), wall())
    return (call, prompt) if found is call else (found, endpoint.count(found))


def equip(
    endpoint: Endpoint,
    call: Call,
    moment: Moment,
    state: State,
    session: str,
    wall: float,
    pace: Pace,
    decision: Decision,
    errands: Errands,
    request: Request,
) -> Moment:
    """Give a moment the store, the exact time, who runs errands, and when the events of a stream would be due."""
    if endpoint.recall is not None and endpoint.recalls(call):
        moment.store, moment.wall, moment.making = state.store(session), wall, Making()
        moment.agent = errands.on_behalf(request)
        if pace.streams:
            moment.waits = partial(pace.waits, random=decision, prompt_tokens=moment.prompt_tokens)
    return moment


def warm(
    endpoint: Endpoint,
    call: Call,
    moment: Moment,
    state: State,
    session: str,
    wall: float,
    held: int | None = None,
) -> Moment:
    """Tell a moment how much of the prompt a prompt cache holds, if `held` does not; give the store to calls that keep."""
    if endpoint.keeps(call):
        moment.store = state.store(session)
    if call.prefixes:
        moment.warm_tokens = state.prompts.use(session, call.prefixes, wall)
    else:
        moment.warm_tokens = held_before(endpoint, call, moment.prompt_tokens, state, session, wall) if held is None else held
    return moment


def held_before(endpoint: Endpoint, call: Call, prompt: int, state: State, session: str, wall: float) -> int:
    """Look up how much of a prompt was sent before, where the provider caches without being asked, and keep it; 0 for none."""
    text = endpoint.begins(call, prompt) if endpoint.begins is not None else b""
    return state.starts.use(session, call.model, text, wall) if text else 0


def follow(exchange: Exchange, afterwards: Callable[[str], None] | None) -> None:
    """Let an encoder that wants to know how its answer went know it, behind whoever follows the exchange already."""
    if afterwards is None:
        return
    before = exchange.settle

    def settle(ended: Exchange) -> None:
        if before is not None:
            before(ended)
        afterwards("done" if ended.is_whole else ended.outcome)

    exchange.settle = settle


def why_ended(reply: Reply) -> str:
    """Why the model ended, as far as its reply tells."""
    return reply.finish or ("tool_calls" if any(isinstance(block, ToolCall) for block in reply.blocks) else "stop")
