"""Answers of Invoke: each model's own form, whole or in `chunk` events whose last one has the invocation's metrics.

Claude is in `claude`, Cohere's in `coheres`, OpenAI's in `openais`, vectors and pictures in modules of their names; Nova
speaks as Converse does. The rest are text and a few members: a refusal is text in those, thoughts and tool calls are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import parted, streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._turn import Costs, Turn, cut, work_out
from understudy.dialects.bedrock import claude, coheres, converse, frames, openais, pictures, vectors
from understudy.dialects.bedrock.conversation import spoken
from understudy.dialects.bedrock.forms import Form
from understudy.dialects.bedrock.frames import Document, Row, Shared, Span, Words
from understudy.dialects.bedrock.grammar import GRAMMAR
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.lazy import Made
from understudy.model.reply import Reply
from understudy.model.token_counts import narrow

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
    """A stream: the turn, and all chunks but those that are each stream's own."""

    turn: Turn
    chunks: Shared | list[Span]


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
        last = (frames.chunk({**coheres.ended(turn, _COHERES[form](turn, call, moment)), **_measured(spent)}),)
    return _headed(frames.stream(told.chunks, moment, spent, turn.finish, first, last))


def _opened(model: str, key: bytes, spent: Costs, _at: int) -> Row:
    return frames.chunk(claude.opened(model, key, spent))


def _told(call: Call, reply: Reply, moment: Moment, *, keeps: bool) -> _Told:
    """Tell the events of a stream: rendered, to be kept, or for once."""
    turn = work_out(call, spoken(call, reply), call.extra.stops)
    spent, form = converse.spent_on(turn, reply, call, moment), call.extra.form
    spans = _spans(turn, spent, call, reply, moment)
    if form not in _COHERES:
        *spans, span = spans
        end = len(span.tokens) - 1
        spans.append(span._replace(own={**span.own, end: {**span.own[end], **_measured(spent)}}))
    chunks = [frames.wrapped(span) for span in spans]
    return _Told(turn, frames.shared(chunks, int(form == "claude"), int(form in _COHERES)) if keeps else chunks)


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
        return coheres.spans(pieces, _COHERES[form](turn, call, moment), turn)
    texts, tokens = parted(pieces or [("", 0)])
    last = len(texts) - 1
    if form == "titan":
        ends = {at: _titan(texts[at], at, turn if at == last else None, spent) for at in (0, last)}
        return [Span("chunk", Words(_titan), texts, tokens, ends)]
    sums, write = narrow([*accumulate(tokens)]), _PLAIN[form]
    stop = "length" if turn.finish == "length" else "stop"
    ends = {at: write(texts[at], None if at else spent.prompt, sums[at], stop if at == last else None) for at in (0, last)}
    return [Span("chunk", Words(_plain, (form,)), texts, tokens, ends, sums if form == "llama" else ())]


def _plain(form: Form, text: str, said: int = 0) -> Document:
    """Say more in a form of few members; so many tokens have been said then."""
    return _PLAIN[form](text, None, said, None)


def _named(span: Span) -> Span:
    """Put the kind of events into them."""
    words = None if span.words is None else Words(_under, (span.kind, span.words))
    return span._replace(kind="chunk", words=words, own={at: {span.kind: document} for at, document in span.own.items()})


def _under(kind: str, words: Words, *said: str | int) -> Document:
    return {kind: words(*said)}


def _titan(text: str, at: int = 1, turn: Turn | None = None, spent: Costs | None = None) -> Document:
    """Say more as Titan does: first what the prompt cost, with the turn's end what the answer did."""
    return {
        "outputText": text,
        "index": 0,
        "totalOutputTextTokenCount": None if turn is None or spent is None else spent.completion,
        "completionReason": None if turn is None else _titans(turn),
        "inputTextTokenCount": None if at or spent is None else spent.prompt,
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
