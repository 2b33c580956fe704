"""Answers of Invoke: each model's own form, whole or in `chunk` events whose last one has the invocation's metrics.

Claude is in `claude`, Cohere's in `coheres`, OpenAI's in `openais`, vectors and pictures in modules of their names; Nova
speaks as Converse does. The rest are text and a few members: a refusal is text in those, thoughts and tool calls are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._fixed import rendered
from understudy.dialects._turn import Costs, Turn, costs, cut, work_out
from understudy.dialects.bedrock import claude, coheres, converse, frames, openais, pictures, vectors
from understudy.dialects.bedrock.conversation import thoughtful
from understudy.dialects.bedrock.forms import Form
from understudy.dialects.bedrock.frames import Shared
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
    reply = replies[0]
    if call.stream:
        return _stream(call, reply, moment)
    turn = work_out(call, thoughtful(call, reply), call.extra.stops)
    spent = costs(turn, reply, moment)
    data = msgspec.json.encode(_whole(turn, spent, call, moment))
    return Body(data, spent.prompt, spent.completion, grammar=frames.GRAMMAR, headers=_counts(spent))


def _as_openai(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    found = openais.encode(call, replies, moment)
    spent = Costs(found.prompt_tokens, found.completion_tokens, 0, 0)
    if isinstance(found, Stream):
        return _headed(openais.chunks(found, _metrics(spent), spent, moment))
    found.headers = _counts(spent)
    return found


class _Told(Struct):
    """What is kept of a stream: the turn, all chunks but the first and the last, and the documents of those."""

    turn: Turn
    shared: Shared
    first: Document | None
    last: Document


def _stream(call: Call, reply: Reply, moment: Moment) -> Stream:
    """Put events into chunks, the last of them with what the invocation cost; some events hold what the prompt did."""
    wishes = (call.max_tokens, call.extra.stops, call.extra.thinks, call.extra.told)
    key = ("invoke", call.model, *wishes, moment.prompt_tokens)
    make = partial(_rendered, call, streamed(reply), moment)
    told = rendered(reply, key, moment, make, lambda made: len(made.shared.rows))
    spent = costs(told.turn, reply, moment)
    form: Form = call.extra.form
    first = [] if told.first is None else [(claude.named(told.first, moment), 0)]
    last = coheres.ended(told.last, _COHERES[form](told.turn, call, moment)) if form in _COHERES else told.last
    last = {**last, "amazon-bedrock-invocationMetrics": _metrics(spent)}
    return _headed(frames.stream(told.shared, moment, spent, frames.chunks(first), frames.chunks([(last, 0)])))


def _rendered(call: Call, reply: Reply, moment: Moment) -> _Told:
    turn = work_out(call, thoughtful(call, reply), call.extra.stops)
    rows = _rows(turn, costs(turn, reply, moment), call, reply, moment)
    first = rows.pop(0)[0] if call.extra.form == "claude" else None
    last, tokens = rows.pop()
    return _Told(turn, frames.shared(frames.chunks(rows), 0 if first is None else 1, (tokens,)), first, last)


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


def _rows(turn: Turn, spent: Costs, call: Call, reply: Reply, moment: Moment) -> list[tuple[Document, int]]:
    form: Form = call.extra.form
    if form == "claude":
        return claude.rows(turn, spent, call, reply, moment)
    if form == "nova":
        told = [({kind: document}, tokens) for kind, document, tokens in converse.rows(turn, call, reply, moment)]
        return [*told, ({"metadata": {"usage": _novas(spent), "metrics": {}, "trace": {}}}, 0)]
    pieces = [piece for part in turn.parts if part.kind == "text" for piece in cut(part, reply, call, moment)]
    if form in _COHERES:
        return coheres.rows(pieces, _COHERES[form](turn, call, moment), turn)
    is_cut, total, found = turn.finish == "length", 0, []
    for i, (text, tokens) in enumerate(pieces or [("", 0)]):
        total, is_last, is_first = total + tokens, i >= len(pieces) - 1, i == 0
        if form == "titan":
            document = {
                "outputText": text,
                "index": 0,
                "totalOutputTextTokenCount": spent.completion if is_last else None,
                "completionReason": _titans(turn) if is_last else None,
                "inputTextTokenCount": spent.prompt if is_first else None,
            }
        else:
            stop = ("length" if is_cut else "stop") if is_last else None
            document = _PLAIN[form](text, spent.prompt if is_first else None, total, stop)
        found.append((document, tokens))
    return found


_OTHERS: dict[Form, Callable[[Call, tuple[Reply, ...], Moment], Document]] = {
    "vector": vectors.document,
    "picture": pictures.document,
}


def _other(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer with what is no text."""
    prompt = moment.prompt_tokens
    document = _OTHERS[call.extra.form](call, replies, moment)
    return Body(msgspec.json.encode(document), prompt, headers=_counts(Costs(prompt, 0, 0, 0)))
