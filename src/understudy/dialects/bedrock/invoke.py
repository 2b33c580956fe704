"""Answers of Invoke: each model's own form, whole or in `chunk` events whose last one has the invocation's metrics.

Claude is in `claude`, Cohere's in `coheres`, OpenAI's in `openais`, vectors and pictures in modules of their names; Nova
speaks as Converse does. The rest are text and a few members: a refusal is text in those, thoughts and tool calls are left out.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import parted, streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._turn import Costs, Turn, cut, work_out
from understudy.dialects.bedrock import claude, coheres, converse, frames, openais, pictures, vectors
from understudy.dialects.bedrock.conversation import spoken
from understudy.dialects.bedrock.forms import Form
from understudy.dialects.bedrock.frames import Shared, Span
from understudy.dialects.bedrock.grammar import GRAMMAR
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Reply

_FIRST = 200  # milliseconds to the first byte; no measurement
Document = dict[str, Any]


def invoke(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer an invocation."""
    form: Form = call.extra.form
    if form in _OTHERS:
        return _other(call, replies, moment)
    if form == "ranking":
        return coheres.ranking(call, replies, moment)
    if form == "openai":
        return _as_openai(call, replies, moment)
    converse.require_room(call, moment)
    reply = replies[0]
    if call.stream:
        return _stream(call, reply, moment)
    turn = work_out(call, spoken(call, reply), call.extra.stops)
    spent = converse.spent_on(turn, reply, call, moment)
    data = msgspec.json.encode(_whole(turn, spent, call, moment))
    return Body(data, spent.prompt, spent.completion, grammar=GRAMMAR, headers=_counts(spent), finish=turn.finish)


def _as_openai(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    found = openais.encode(call, replies, moment)
    spent = Costs(found.prompt_tokens, found.completion_tokens, 0, 0)
    if isinstance(found, Stream):
        return _headed(openais.chunks(found, _metrics(spent), spent, moment))
    found.headers = _counts(spent)
    return found


class _Told(Struct):
    """A stream: the turn, all chunks but the first and the last, the documents of those, and the tokens of the last."""

    turn: Turn
    chunks: Shared | list[Span]
    first: Document | None
    last: Document
    tokens: int


def _stream(call: Call, reply: Reply, moment: Moment) -> Stream:
    """Put events into chunks, the last of them with what the invocation cost; some events hold what the prompt did."""
    wishes = (call.max_tokens, call.extra.stops, call.extra.thinks, call.extra.told)
    key, keeps = ("invoke", call.model, *wishes, moment.prompt_tokens), lasts(reply, moment) and not moment.cached_tokens
    make = partial(_told, call, streamed(reply), moment, keeps=keeps)
    told = rendered(reply, key, moment, make, lambda told: len(told.chunks), shares=keeps)
    spent = converse.spent_on(told.turn, reply, call, moment)
    form: Form = call.extra.form
    first = [] if told.first is None else [(claude.named(told.first, moment), 0)]
    last = coheres.ended(told.last, _COHERES[form](told.turn, call, moment)) if form in _COHERES else told.last
    last = {**last, "amazon-bedrock-invocationMetrics": _metrics(spent)}
    ends = frames.chunks(first), frames.chunks([(last, told.tokens)])
    return _headed(frames.stream(told.chunks, moment, spent, told.turn.finish, *ends))


def _told(call: Call, reply: Reply, moment: Moment, *, keeps: bool) -> _Told:
    """Tell the events of a stream: rendered, to be kept, or for once."""
    turn = work_out(call, spoken(call, reply), call.extra.stops)
    spans = _spans(turn, converse.spent_on(turn, reply, call, moment), call, reply, moment)
    first = spans.pop(0).make(0) if call.extra.form == "claude" else None
    *spans, (kind, make, counts) = spans
    *counts, tokens = counts
    chunks = [frames.wrapped(span) for span in (*spans, Span(kind, make, counts))]
    kept = frames.shared(chunks, 0 if first is None else 1, (tokens,)) if keeps else chunks
    return _Told(turn, kept, first, make(len(counts)), tokens)


def _headed(found: Stream) -> Stream:
    found.headers = (("x-amzn-bedrock-content-type", "application/json"),)
    return found


def _counts(spent: Costs) -> tuple[tuple[str, str], ...]:
    """Say in header fields what an invocation cost."""
    counts = (("input-token-count", spent.prompt), ("output-token-count", spent.completion))
    told = (*counts, ("invocation-latency", converse.latency(spent)))
    return tuple((f"x-amzn-bedrock-{name}", str(number)) for name, number in told)


def _metrics(spent: Costs) -> dict[str, int]:
    return {
        "inputTokenCount": spent.prompt,
        "outputTokenCount": spent.completion,
        "invocationLatency": converse.latency(spent),
        "firstByteLatency": _FIRST,
    }


def _whole(turn: Turn, spent: Costs, call: Call, moment: Moment) -> Document:
    form: Form = call.extra.form
    if form == "claude":
        return claude.whole(turn, spent, call, moment)
    if form == "nova":
        whole = converse.whole(turn, moment)
        return {**whole, "usage": {**_novas(spent), "totalTokens": spent.prompt + spent.completion}}
    if form in _COHERES:
        return _COHERES[form](turn, call, moment)
    ended = turn.finish == "length"
    if form == "titan":
        result = {
            "tokenCount": spent.completion,
            "outputText": turn.said("text"),
            "completionReason": _titans(turn),
        }
        return {"inputTextTokenCount": spent.prompt, "results": [result]}
    return _PLAIN[form](turn.said("text"), spent.prompt, spent.completion, "length" if ended else "stop")


def _novas(spent: Costs) -> dict[str, int]:
    """Count as Nova does, which spells what the cache held otherwise than Converse."""
    read = {"inputTokens": spent.prompt - spent.cached, "outputTokens": spent.completion}
    return {**read, "cacheReadInputTokenCount": spent.cached, "cacheWriteInputTokenCount": 0}


def _titans(turn: Turn) -> str:
    """Say why Titan ended."""
    if turn.sequence is not None:
        return "STOP_CRITERIA_MET"
    return {"length": "LENGTH", "content_filter": "CONTENT_FILTERED"}.get(turn.finish, "FINISH")


def _llama(text: str, prompt: int | None, tokens: int, stop: str | None) -> Document:
    return {"generation": text, "prompt_token_count": prompt, "generation_token_count": tokens, "stop_reason": stop}


def _mistral(text: str, _prompt: int | None, _tokens: int, stop: str | None) -> Document:
    return {"outputs": [{"text": text, "stop_reason": stop}]}


def _deepseek(text: str, _prompt: int | None, _tokens: int, stop: str | None) -> Document:
    return {"choices": [{"text": text, "stop_reason": stop}]}


_PLAIN: dict[Form, Callable[[str, int | None, int, str | None], Document]] = {
    "llama": _llama,
    "mistral": _mistral,
    "deepseek": _deepseek,
}
_COHERES: dict[Form, Callable[[Turn, Call, Moment], Document]] = {"command-r": coheres.chat, "command": coheres.completion}


def _spans(turn: Turn, spent: Costs, call: Call, reply: Reply, moment: Moment) -> list[Span]:
    """Tell the events of a stream, which are never none."""
    form: Form = call.extra.form
    if form == "claude":
        return claude.spans(turn, spent, call, reply, moment)
    if form == "nova":
        told = [_named(span) for span in converse.spans(turn, call, reply, moment)]
        return [*told, frames.one("chunk", {"metadata": {"usage": _novas(spent), "metrics": {}, "trace": {}}})]
    pieces = [piece for part in turn.parts if part.kind == "text" for piece in cut(part, reply, call, moment)]
    if form in _COHERES:
        return coheres.spans(pieces, _COHERES[form](turn, call, moment), turn)
    pieces = pieces or [("", 0)]
    texts, tokens = parted(pieces)
    if form == "titan":
        return [Span("chunk", lambda at: _titan(at, texts, turn, spent), tokens)]
    sums, stop = array("I", accumulate(tokens)), "length" if turn.finish == "length" else "stop"

    def make(at: int) -> Document:
        return _PLAIN[form](texts[at], None if at else spent.prompt, sums[at], stop if at == len(texts) - 1 else None)

    return [Span("chunk", make, tokens)]


def _named(span: Span) -> Span:
    """Put the kind of events into them."""
    return Span("chunk", lambda at: {span.kind: span.make(at)}, span.tokens)


def _titan(at: int, texts: Sequence[str], turn: Turn, spent: Costs) -> Document:
    is_last = at == len(texts) - 1
    return {
        "outputText": texts[at],
        "index": 0,
        "totalOutputTextTokenCount": spent.completion if is_last else None,
        "completionReason": _titans(turn) if is_last else None,
        "inputTextTokenCount": None if at else spent.prompt,
    }


_OTHERS: dict[Form, Callable[[Call, tuple[Reply, ...], Moment], Document]] = {
    "vector": vectors.document,
    "picture": pictures.document,
}


def _other(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer with what is no text."""
    prompt = moment.prompt_tokens
    document = _OTHERS[call.extra.form](call, replies, moment)
    return Body(msgspec.json.encode(document), prompt, headers=_counts(Costs(prompt, 0, 0, 0)))
