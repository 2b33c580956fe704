"""Answers of Invoke: each model's own form, whole or in `chunk` events whose last one has the invocation's metrics.

Claude is in `claude`, Nova speaks as Converse does; the other forms are text and a few members. A refusal, a thought and a tool
call have no place in those: the refusal is text, the others are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._turn import Costs, Turn, costs, cut, work_out
from understudy.dialects.bedrock import claude, converse, frames
from understudy.dialects.bedrock.forms import Form
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Reply
from understudy.text.embedding import embed as vector_of

_FIRST = 200  # milliseconds to the first byte; no measurement
_LARGEST = 4096
Document = dict[str, Any]


def invoke(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer an invocation."""
    if call.extra.form == "vector":
        return _vectors(call, replies, moment)
    reply = streamed(replies[0]) if call.stream else replies[0]
    turn = work_out(call, reply, call.extra.stops)
    spent = costs(turn, reply, moment)
    if not call.stream:
        data = msgspec.json.encode(_whole(turn, spent, call, moment))
        return Body(data, spent.prompt, spent.completion, grammar=frames.GRAMMAR)
    rows = _rows(turn, spent, call, reply, moment)
    last, tokens = rows[-1]
    rows[-1] = ({**last, "amazon-bedrock-invocationMetrics": _metrics(spent)}, tokens)
    return frames.stream(frames.chunks(rows), moment, spent.prompt, spent.completion)


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


_PLAIN: dict[Form, Callable[[str, int | None, int, str | None], Document]] = {"llama": _llama, "mistral": _mistral}


def _rows(turn: Turn, spent: Costs, call: Call, reply: Reply, moment: Moment) -> list[tuple[Document, int]]:
    form: Form = call.extra.form
    if form == "claude":
        return claude.rows(turn, spent, call, reply, moment)
    if form == "nova":
        told = [({kind: document}, tokens) for kind, document, tokens in converse.rows(turn, call, reply, moment)]
        return [*told, ({"metadata": {"usage": _novas(spent), "metrics": {}, "trace": {}}}, 0)]
    pieces = [piece for part in turn.parts if part.kind == "text" for piece in cut(part, reply, call, moment)]
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


def _vectors(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer vectors: Titan's of one text, Cohere's of several."""
    size = min(call.extra.dimensions or 1024, _LARGEST)
    told = zip(call.inputs, replies, strict=True)
    vectors = [list(reply.vectors[0] if reply.vectors else vector_of(text, size, call.model)) for text, reply in told]
    document: Document
    if "cohere" in call.model:
        document = {
            "id": moment.key.decode(),
            "texts": list(call.inputs),
            "embeddings": vectors,
            "response_type": "embeddings_floats",
        }
    else:
        document = {
            "embedding": vectors[0],
            "embeddingsByType": {"float": vectors[0]},
            "inputTextTokenCount": moment.prompt_tokens,
        }
    return Body(msgspec.json.encode(document), moment.prompt_tokens)
