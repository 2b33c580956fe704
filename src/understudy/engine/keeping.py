"""Endpoints that keep things between requests: what they get of the session's store, before a reply is chosen and after.

In: an endpoint of a dialect. Out: its call made whole, its moment made whole, and why its answer ended. Other endpoints pass
through untouched.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from understudy.capacity import Batcher
from understudy.dialects import Endpoint, Moment
from understudy.engine.decision import Decision
from understudy.engine.errands import Errands
from understudy.engine.pace import Pace
from understudy.engine.state import State
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Reply, ToolCall


def recalled(endpoint: Endpoint, call: Call, prompt: int, state: State, session: str) -> tuple[Call, int]:
    """Complete a call by what is kept, and count it again."""
    if endpoint.recall is None:
        return call, prompt
    call = endpoint.recall(call, state.store(session))
    return call, endpoint.count(call)


def equip(
    endpoint: Endpoint,
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
    if endpoint.recall is not None:
        moment.store, moment.wall = state.store(session), wall
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
    engine: Batcher | None = None,
    names: Sequence[int] = (),
) -> Moment:
    """Tell a moment how much of the prompt is cached, by an engine or the prompt cache; give the store to calls that keep."""
    if endpoint.keeps(call):
        moment.store = state.store(session)
    if engine is not None:
        moment.cached_tokens = engine.cached_tokens(moment.prompt_tokens, names)
    prefixes = call.prefixes if engine is not None or endpoint.begins is None else endpoint.begins(call, moment.prompt_tokens)
    if prefixes:
        moment.warm_tokens = state.prompts.use(session, prefixes, wall)
    return moment


def why_ended(reply: Reply) -> str:
    """Why the model ended, as far as its reply tells."""
    return reply.finish or ("tool_calls" if any(isinstance(block, ToolCall) for block in reply.blocks) else "stop")
