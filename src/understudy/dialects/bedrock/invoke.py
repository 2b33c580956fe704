"""Answers of Invoke: each model's own form, whole or in `chunk` events whose last one has the invocation's metrics.

Claude is in `claude`, Cohere's in `coheres`, OpenAI's in `openais`, vectors and pictures in modules of their names; Nova
speaks as Converse does. The rest, which are text and a few members, are in `texts`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._stencil import Row as Stencil
from understudy.dialects._stencil import cut_out, fill, hole
from understudy.dialects._turn import Costs, Turn, cut, work_out
from understudy.dialects.bedrock import claude, coheres, converse, frames, openais, pictures, texts, vectors
from understudy.dialects.bedrock.conversation import spoken
from understudy.dialects.bedrock.forms import Form
from understudy.dialects.bedrock.frames import Document, Row, Shared, Span, Words
from understudy.dialects.bedrock.grammar import GRAMMAR
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.lazy import Made
from understudy.model.reply import Reply

_FIRST = 200  # milliseconds to the first byte; no measurement


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
    """A stream: the turn, all chunks but those that are each stream's own, and what is said if one of these repeats it."""

    turn: Turn
    chunks: Shared | list[Span]
    text: Sequence[str] = ()


def _stream(call: Call, reply: Reply, moment: Moment) -> Stream:
    """Put events into chunks, the last of them with what the invocation cost; some events hold what the prompt did."""
    wishes = (call.max_tokens, call.extra.stops, call.extra.thinks, call.extra.told)
    key, keeps = ("invoke", call.model, *wishes, moment.prompt_tokens), lasts(reply, moment) and not moment.cached_tokens
    make = partial(_told, call, streamed(reply), moment, keeps=keeps)
    told = rendered(reply, key, moment, make, lambda told: len(told.chunks), shares=keeps)
    turn = told.turn
    spent = converse.spent_on(turn, reply, call, moment)
    form: Form = call.extra.form
    first: Sequence[Row] = ()
    last: Sequence[Row] = ()
    if form == "claude":
        first = Made(1, partial(_opened, call.model, moment.key, spent))
    elif form in _COHERES:
        repeating = coheres.ended(turn, _COHERES[form](turn, call, moment, hole(0)))
        last = Made(1, partial(_repeated, cut_out(msgspec.json.encode({**repeating, **_measured(spent)})), told.text))
    return _headed(frames.stream(told.chunks, moment, spent, turn.finish, first, last))


def _opened(model: str, key: bytes, spent: Costs, _at: int) -> Row:
    return frames.row("chunk", claude.opened(model, key, spent))


def _repeated(row: Stencil, text: Sequence[str], _at: int) -> Row:
    return frames.packed(fill(row, (msgspec.json.encode("".join(text)),)))


def _told(call: Call, reply: Reply, moment: Moment, *, keeps: bool) -> _Told:
    """Tell the events of a stream: rendered, to be kept, or for once."""
    turn = work_out(call, spoken(call, reply), call.extra.stops)
    spent, form = converse.spent_on(turn, reply, call, moment), call.extra.form
    spans = _spans(turn, spent, call, reply, moment)
    text: Sequence[str] = ()
    if form in _COHERES:
        pieces = spans[0].texts
        text = (turn.said("text"),) if keeps or isinstance(pieces, list) else pieces  # which many streams hold
    else:
        *spans, span = spans
        end = len(span.tokens) - 1
        spans.append(span._replace(own={**span.own, end: {**span.own[end], **_measured(spent)}}))
    kept = frames.shared(spans, int(form == "claude"), int(form in _COHERES)) if keeps else spans
    return _Told(turn, kept, text)


def _headed(found: Stream) -> Stream:
    found.headers = (("x-amzn-bedrock-content-type", "application/json"),)
    return found


def _counts(spent: Costs) -> tuple[tuple[str, str], ...]:
    """Say in header fields what an invocation cost."""
    counts = (("input-token-count", spent.prompt), ("output-token-count", spent.completion))
    told = (*counts, ("invocation-latency", converse.latency(spent)))
    return tuple((f"x-amzn-bedrock-{name}", str(number)) for name, number in told)


def _measured(spent: Costs) -> Document:
    return {"amazon-bedrock-invocationMetrics": _metrics(spent)}


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
        return _COHERES[form](turn, call, moment, turn.said("text"))
    return texts.whole(form, turn, spent)


def _novas(spent: Costs) -> dict[str, int]:
    """Count as Nova does, which spells what the cache held otherwise than Converse."""
    read = {"inputTokens": spent.prompt - spent.cached, "outputTokens": spent.completion}
    return {**read, "cacheReadInputTokenCount": spent.cached, "cacheWriteInputTokenCount": 0}


_COHERES: dict[Form, Callable[[Turn, Call, Moment, str | msgspec.Raw], Document]] = {
    "command-r": coheres.chat,
    "command": coheres.completion,
}


def _spans(turn: Turn, spent: Costs, call: Call, reply: Reply, moment: Moment) -> list[Span]:
    """Tell the events of a stream that have nothing of its own, which are never none."""
    form: Form = call.extra.form
    if form == "claude":
        return claude.spans(turn, spent, call, reply, moment)
    if form == "nova":
        told = [_named(span) for span in converse.spans(turn, call, reply, moment)]
        return [*told, frames.one("chunk", {"metadata": {"usage": _novas(spent), "metrics": {}, "trace": {}}})]
    cuts = [cut(part, reply, call, moment) for part in turn.parts if part.kind == "text"]
    pieces = cuts[0] if len(cuts) == 1 else [piece for cut in cuts for piece in cut]
    if form in _COHERES:
        return coheres.spans(pieces, turn, is_chat=form == "command-r")
    return texts.spans(form, turn, spent, pieces)


def _named(span: Span) -> Span:
    """Put the kind of events into them."""
    words = None if span.words is None else Words(_under, (span.kind, span.words))
    return span._replace(kind="chunk", words=words, own={at: {span.kind: document} for at, document in span.own.items()})


def _under(kind: str, words: Words, *said: str | int) -> Document:
    return {kind: words(*said)}


_OTHERS: dict[Form, Callable[[Call, tuple[Reply, ...], Moment], Document]] = {
    "vector": vectors.document,
    "picture": pictures.document,
}


def _other(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer with what is no text."""
    prompt = moment.prompt_tokens
    document = _OTHERS[call.extra.form](call, replies, moment)
    return Body(msgspec.json.encode(document), prompt, headers=_counts(Costs(prompt, 0, 0, 0)))
