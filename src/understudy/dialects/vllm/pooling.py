"""What vLLM serves of models that generate nothing: scores, rankings, classes and the vectors of a pooler.

Documents are those of the server's source (its entrypoints for pooling models, 2026). A rule's `embedding` says the scores, the
probabilities or the vector; without one they are made of the words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from understudy.dialects import Endpoint, Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._asked import prompt_tokens
from understudy.dialects._kin import Kin
from understudy.dialects._kin.decode import Extra, conversation, embedding, model_of, refuse
from understudy.dialects._kin.dialect import embeddings
from understudy.dialects._kin.tokens import numbered, prompt_of, text_of
from understudy.dialects._ranked import labelled, near, ranked, scores
from understudy.dialects._turn import uuid
from understudy.dialects.vllm.check import RULES, body_of
from understudy.dialects.vllm.packed import as_base64, as_bytes, check_format, wants_bytes
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Reply
from understudy.text.embedding import embed
from understudy.text.logprobs import spelled
from understudy.text.tokens import encoding_for

PAIRS = (("queries", "documents"), ("queries", "items"), ("data_1", "data_2"), ("text_1", "text_2"))
_SIZE, _TOKEN_SIZE = 1024, 128  # of the vector of a text, and of a token
_MOST = 4096  # tokens of a text that have vectors of their own
_LARGEST = 8192  # dimensions; more would only cost memory
_NOBODY = "At least one {} element must be given"
_encode = msgspec.json.encode


class Scored(Extra):
    """Pairs of texts that are to be scored, and the documents of a ranking as they were given."""

    one: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    documents: tuple[Any, ...] = ()


def _call(value: dict[str, Any], request: Request, options: Options, inputs: tuple[str, ...], extra: Extra) -> Call:
    model = model_of(value, options)
    return Call("embedding", "vllm", model, user=inputs[0], extra=extra, body=request.body, inputs=inputs)


def _texts(value: Any) -> tuple[str, ...]:
    """Read what is scored: texts, or parts of messages whose text is read."""
    given = value if isinstance(value, list) else [value]
    return tuple(item if isinstance(item, str) else _said(item) for item in given if isinstance(item, str | dict))


def _said(item: dict[str, Any]) -> str:
    parts = asked.objects(item.get("content"))
    return "".join([str(part.get("text") or "") for part in parts]) if parts else str(item.get("text") or "")


def _pairs(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /score: one text and several, or as many as there are others; rules see the first."""
    value = body_of(request, options)
    names = next((pair for pair in PAIRS if pair[0] in value and pair[1] in value), PAIRS[-1])
    one, other = (_texts(value.get(name)) for name in names)
    if options.strict:
        for name, texts in zip(names, (one, other), strict=True):
            if name not in value:
                refuse(f"Field required: {name}", name)
            if not texts:
                refuse(_NOBODY.format("text" if texts is one else "text_pair"))
        if len(one) > 1 and len(one) != len(other):
            refuse("Input lengths must be either 1:1, 1:N or N:N")
    one = (one * len(other))[: len(other)] if len(one) == 1 else one
    return _call(value, request, options, one[:1] or ("",), Scored(value, one=one, other=other))


def _documents(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /rerank; rules see the query."""
    value = body_of(request, options, "query", "documents")
    given = value.get("documents")
    documents = tuple(given) if isinstance(given, list) else (given,)
    texts, query = _texts(list(documents)), _texts(value.get("query"))[:1] or ("",)
    if options.strict and not texts:
        refuse(_NOBODY.format("text_pair"))
    return _call(value, request, options, query, Scored(value, one=query * len(texts), other=texts, documents=documents))


def _read(call: Call) -> int:
    """Count the tokens of all pairs."""
    extra: Scored = call.extra
    count = encoding_for(call.model).count
    return sum(map(count, extra.one)) + sum(map(count, extra.other))


def _inputs(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode what is classified or pooled: texts, tokens, or a conversation."""
    value = body_of(request, options)
    if "messages" in value:
        inputs: tuple[str, ...] = (prompt_of(conversation("vllm", value, request, options).messages),)
    else:
        given = value.get("input")
        several = given if isinstance(given, list) and not all(isinstance(item, int) for item in given) else [given]
        inputs = tuple(text_of(item) if isinstance(item, list) else item for item in several if isinstance(item, str | list))
    if options.strict:
        if not inputs:
            refuse("Field required: input", "input")
        if value.get("dimensions") is not None:
            refuse("dimensions is currently not supported")
        check_format(value)
    return _call(value, request, options, inputs or ("",), Extra(value, base64=value.get("encoding_format") == "base64"))


def _listed(kind: str, rows: list[dict[str, Any]], call: Call, moment: Moment) -> Body:
    prompt = moment.prompt_tokens
    usage = {"prompt_tokens": prompt, "total_tokens": prompt, "completion_tokens": 0, "prompt_tokens_details": None}
    head = {"id": _identify(kind, moment), "object": "list", "created": moment.created, "model": call.model}
    return Body(_encode({**head, "data": rows, "usage": usage}), prompt)


def _identify(kind: str, moment: Moment) -> str:
    return f"{kind}-{uuid(moment, 'answer').replace('-', '')}"


def _score(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    extra: Scored = call.extra
    if replies[0].vectors or len(set(extra.one)) <= 1:
        found = scores(call.user, extra.other, replies[0])
    else:
        found = [near(one, other)[0] for one, other in zip(extra.one, extra.other, strict=False)]
    rows = [{"index": index, "object": "score", "score": score} for index, score in enumerate(found)]
    return _listed("score", rows, call, moment)


def _rerank(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    extra: Scored = call.extra
    found = ranked(scores(call.user, extra.other, replies[0]), asked.whole(extra.body.get("top_n")) or None)
    rows = [{"index": index, "document": _shown(extra.documents[index]), "relevance_score": score} for index, score in found]
    usage = {"prompt_tokens": moment.prompt_tokens, "total_tokens": moment.prompt_tokens}
    document = {"id": _identify("rerank", moment), "model": call.model, "usage": usage, "results": rows}
    return Body(_encode(document), moment.prompt_tokens)


def _shown(document: Any) -> dict[str, Any]:
    if isinstance(document, dict):
        return {"text": None, "multi_modal": document.get("content", [])}
    return {"text": document, "multi_modal": None}


def _classify(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    rows = []
    for index, (text, reply) in enumerate(zip(call.inputs, replies, strict=True)):
        probs = labelled(text, reply)
        best = ranked(probs, 1)[0][0]
        rows.append({"index": index, "label": f"LABEL_{best}", "probs": probs, "num_classes": len(probs)})
    return _listed("classify", rows, call, moment)


def _pool(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    body = call.extra.body
    found = [_pooled(text, reply, body.get("task"), call.model) for text, reply in zip(call.inputs, replies, strict=True)]
    if wants_bytes(body):
        return _bytes("pool", found, call, moment)
    rows = [as_base64(each, body) if call.extra.base64 else each for each in found]
    return _listed("pool", [{"index": i, "object": "pooling", "data": row} for i, row in enumerate(rows)], call, moment)


def _bytes(kind: str, found: list[list[Any]], call: Call, moment: Moment) -> Body:
    """Answer bytes; where each output is among them stands in the header, unless the bytes alone are wanted."""
    data, items = as_bytes(found, call.extra.body)
    usage = {"prompt_tokens": moment.prompt_tokens, "total_tokens": moment.prompt_tokens}
    head = {"id": _identify(kind, moment), "created": moment.created, "model": call.model, "data": items, "usage": usage}
    fields = () if call.extra.body["encoding_format"] == "bytes_only" else (("metadata", _encode(head).decode()),)
    return Body(data, moment.prompt_tokens, content_type="application/octet-stream", headers=fields)


def _vectors(call: Call, replies: tuple[Reply, ...], moment: Moment, *, kin: Kin) -> Body:
    """Answer OpenAI's embeddings, in bytes of any kind when they are asked for."""
    body = call.extra.body
    if not wants_bytes(body) and not (call.extra.base64 and body.keys() & {"embed_dtype", "endianness"}):
        return embeddings(kin, call, replies, moment)
    size = min(call.extra.dimensions or kin.vector_size, _LARGEST)
    told = zip(call.inputs, replies, strict=True)
    found = [list(reply.vectors[0] if reply.vectors else embed(text, size, call.model)) for text, reply in told]
    if wants_bytes(body):
        return _bytes("embd", found, call, moment)
    rows = [{"index": i, "object": "embedding", "embedding": as_base64(each, body)} for i, each in enumerate(found)]
    return _listed("embd", rows, call, moment)


def _embedding(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v1/embeddings."""
    call = embedding("vllm", RULES, tokens=True)(request, params, options)
    if options.strict:
        check_format(call.extra.body)
    return call


def _pooled(text: str, reply: Reply, task: Any, model: str) -> list[Any]:
    """The vector of a text, its probabilities, or (as the server does unless asked otherwise) a vector of each token."""
    if reply.vectors:
        return list(reply.vectors[0])
    if task == "classify":
        return labelled(text, reply)
    if task == "embed":
        return list(embed(text, _SIZE, model))
    tokens = [spelled(token) for _, token in numbered(text)[:_MOST]]
    return [labelled(token, reply) if task == "token_classify" else list(embed(token, _TOKEN_SIZE, model)) for token in tokens]


def _posted(path: str, decode: Any, encode: Any, count: Callable[[Call], int] = prompt_tokens) -> Endpoint:
    return Endpoint("POST", path, "embedding", decode, encode, count, yields=True)


def endpoints(kin: Kin) -> tuple[Endpoint, ...]:
    """Make them; all give way to others on their paths: to Cohere's rankings, and TEI's."""
    return (
        _posted("/v1/embeddings", _embedding, partial(_vectors, kin=kin)),
        *[_posted(path, _documents, _rerank, _read) for path in ("/rerank", "/v1/rerank", "/v2/rerank")],
        *[_posted(path, _pairs, _score, _read) for path in ("/score", "/v1/score")],
        _posted("/classify", _inputs, _classify),
        _posted("/pooling", _inputs, _pool),
    )
