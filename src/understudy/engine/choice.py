"""One reply for each input and each choice that a call asks for.

Magic prompts come first, then the rulebook; under `reply: error` a miss becomes the error that explains it, and one failed part
fails the whole answer. What is no prompt (an embedding, an image ...) is refused so only where a rule is about its operation.
"""

from __future__ import annotations

from msgspec.structs import replace

from understudy.engine.controls import Controls, magic
from understudy.engine.decision import Decision
from understudy.engine.select import Chosen
from understudy.engine.state import State
from understudy.engine.world import MISS, World
from understudy.model.call import GENERATING, UNRULED, Call
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply
from understudy.text.pausing import pause
from understudy.wire.credentials import api_key

_NOTHING = Reply()
_NOBODY = Chosen("", _NOTHING)  # catalogue and health are nobody's reply; an embedding that no rule gave is its text's own

Choice = tuple[Chosen, tuple[Reply, ...]]


def choose(world: World, controls: Controls, call: Call, request: Request, decision: Decision, state: State) -> Choice:
    """Choose the replies of a call; what else the first one says (rule, pace) goes for all."""
    if call.operation in UNRULED:
        return _NOBODY, (_NOTHING,)
    failure = magic(call) if world.settings.request_controls else None
    if failure is not None:
        return paced(Chosen("", _NOTHING), world, controls, call, request), (Reply(failure=failure),)
    if call.choices == 1 and not call.inputs:
        chosen = world.rules.choose(call, request, controls.session, controls.rule, decision, state)
        replies = unless_missed(chosen, world, call, request)
    else:
        chosen, replies = _choose_many(world, controls, call, request, decision, state)
    return paced(chosen, world, controls, call, request), replies


def paced(chosen: Chosen, world: World, controls: Controls, call: Call, request: Request) -> Chosen:
    """The same with the pace in force: what the request asks for, else the reply and its rule, else key, model, everybody."""
    pace = chosen.pace
    if world.is_paced:
        pace = world.pace_of(call.model, pace, api_key(request.head) if world.paces.by_key else None)
    if controls.timing is not None:
        pace = controls.timing.over(pace)
    return chosen if pace is chosen.pace else Chosen(chosen.rule, chosen.reply, pace, chosen.faults)


def unless_missed(chosen: Chosen, world: World, call: Call, request: Request) -> tuple[Reply, ...]:
    """The reply chosen; where none was and calls are refused then, the error that explains the miss."""
    if chosen.reply is not MISS:
        return (chosen.reply,)
    if call.operation not in GENERATING and not world.rules.speaks_of(call, request):
        return (_NOTHING,)
    return (Reply(failure=Failure(404, "no_match", world.rules.miss(call, request))),)


def embeds(reply: Reply) -> bool:
    """Say whether a reply answers an embedding."""
    return bool(reply.vectors) or reply.raw is not None or reply.failure is not None


def _choose_many(world: World, controls: Controls, call: Call, request: Request, decision: Decision, state: State) -> Choice:
    found = []
    for i in range((len(call.inputs) or 1) * call.choices):
        pause()
        part = call
        if call.inputs:
            item = call.inputs[i // call.choices]
            part = call.about(item if isinstance(item, str) else "")
        if i and call.sampling is not None:
            part = replace(part, sampling=replace(call.sampling, choice=i))
        root = decision.child(f"choice-{i}") if i else decision
        chosen = world.rules.choose(part, request, controls.session, controls.rule, root, state)
        replies = unless_missed(chosen, world, part, request)
        if call.operation == "embedding" and not embeds(replies[0]):
            if chosen.reply is not MISS and world.refuses and world.rules.speaks_of(part, request):
                return _NOBODY, (Reply(failure=Failure(404, "no_match", _no_vector(chosen, world))),)
            chosen, replies = _NOBODY, (_NOTHING,)
        if replies[0].failure is not None:
            return chosen, replies
        found.append(chosen)
    return found[0], tuple(chosen.reply for chosen in found)


def _no_vector(chosen: Chosen, world: World) -> str:
    """Say that the rule which fits an embedding replies something else."""
    rule = world.rules.named(chosen.rule)
    title = "a response" if rule is None else f"rule {rule.name!r} ({rule.place})"
    return f"no rule answered: {title} fits, but its reply has no embedding. Put a rule for the embedding before it."
