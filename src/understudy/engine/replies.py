"""From what a script says of a reply to the reply: fixed ones are made once, the others for each call.

A maker is a function of (call, regex groups, decision). It never does I/O and never raises for a request: a template that
fails answers a server error that names the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from understudy.config.script import ReplySpec
from understudy.engine.decision import Decision
from understudy.engine.sampling import allowed, generate
from understudy.engine.templates import Template
from understudy.model.call import Call
from understudy.model.reply import Block, Failure, Reasoning, Refused, Reply, Text, ToolCall
from understudy.text.filler import Pool

Groups = Mapping[str, str]
Maker = Callable[[Call, Groups, Decision], Reply]
_ECHO = ReplySpec(echo=True)


class Lengths(msgspec.Struct, frozen=True):
    """The law of generated lengths: normal, at least one token."""

    mean: float
    stddev: float

    def draw(self, decision: Decision) -> int:
        """Draw a number of tokens."""
        return max(1, round(self.mean + self.stddev * decision.normal("length")))


def fixed_reply(spec: ReplySpec) -> Reply | None:
    """Make the reply that answers every call alike, if this one does."""
    if spec.template is not None or spec.generate is not None or spec.echo:
        return None
    blocks = _blocks(spec)
    own_ids = bool(spec.tool_calls) or any(isinstance(block, ToolCall) for block in blocks)  # each answer makes its own
    return _reply(spec, blocks, fixed=not own_ids)


def compile_reply(spec: ReplySpec, pool: Pool, lengths: Lengths, rule: str) -> Maker:
    """Make a maker from the reply of a rule."""
    if spec.template is not None:
        return _templated(spec, Template(spec.template), rule)
    if spec.generate is not None:
        return _generating(spec, pool, lengths)
    if spec.echo:
        return lambda call, _groups, _decision: echoed(call, spec)
    return always(fixed_reply(spec) or Reply())


def always(reply: Reply) -> Maker:
    """Make a maker that gives every call the same reply."""
    return lambda _call, _groups, _decision: reply


def echoed(call: Call, spec: ReplySpec = _ECHO) -> Reply:
    """Say what the user said, in the tokens that the call allows."""
    text, atoms = allowed(call, call.user)
    return _reply(spec, (text,), atoms=atoms)


def _generating(spec: ReplySpec, pool: Pool, lengths: Lengths) -> Maker:
    wanted = spec.generate.tokens if spec.generate else None
    length = lengths.draw if wanted is None else wanted

    def make(call: Call, _groups: Groups, decision: Decision) -> Reply:
        text, atoms = generate(call, pool, decision, length)
        return _reply(spec, (text,), atoms=atoms)

    return make


def _templated(spec: ReplySpec, template: Template, rule: str) -> Maker:
    def make(call: Call, groups: Groups, _decision: Decision) -> Reply:
        text = template.render(call, groups)
        if isinstance(text, Failure):
            return Reply(failure=msgspec.structs.replace(text, message=f"rule {rule!r}: {text.message}"))
        return _reply(spec, (Text(text),))

    return make


def _reply(spec: ReplySpec, blocks: tuple[Block, ...], *, atoms: Sequence[str] | None = None, fixed: bool = False) -> Reply:
    """Put blocks together with all that a reply may say beside its content."""
    if spec.reasoning is not None:
        blocks = (Reasoning(spec.reasoning), *blocks)
    return Reply(
        (*blocks, *spec.tool_calls),
        finish=spec.finish,
        usage=spec.usage,
        failure=spec.error and msgspec.structs.replace(spec.error, headers=(*spec.error.headers, *spec.headers)),
        headers=spec.headers,
        pieces=spec.pieces,
        atoms=tuple(odds.token for odds in spec.logprobs) if spec.logprobs else atoms,
        odds=spec.logprobs,
        stream_text=spec.stream_text,
        vectors=() if spec.embedding is None else (spec.embedding,),
        fixed=fixed,
        raw=spec.raw and msgspec.structs.replace(spec.raw, headers=(*spec.raw.headers, *spec.headers)),
    )


def _blocks(spec: ReplySpec) -> tuple[Block, ...]:
    if spec.text is not None:
        return (Text(spec.text),)
    if spec.json is not msgspec.UNSET:
        return (Text(msgspec.json.encode(spec.json).decode()),)
    if spec.refusal is not None:
        return (Refused(spec.refusal),)
    return spec.blocks
