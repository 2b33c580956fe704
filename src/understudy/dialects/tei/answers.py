"""Answers of Text Embeddings Inference: vectors, rankings, labels, tokens, and what it says of itself and of failures."""

from __future__ import annotations

from collections import Counter
from math import log1p
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import ErrorBody, Moment
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Kin
from understudy.dialects._kin.decode import Extra
from understudy.dialects._kin.dialect import embeddings
from understudy.dialects._kin.errors import Words, words
from understudy.dialects._kin.tokens import numbered, placed, text_of
from understudy.dialects._ranked import labelled, near, ranked, scores
from understudy.dialects.tei.decode import of_instance
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import RequestHead
from understudy.model.reply import Failure, FailureKind, Reply
from understudy.text.embedding import embed as vector_of
from understudy.text.logprobs import spelled

SIZE = 768
"""The length of a vector."""

_TOKEN_SIZE = 128  # of the vector of a token
_SPLADE = 30522  # words that a sparse vector may weigh
_TYPES = {424: "Backend", 429: "Overloaded", 503: "Unhealthy", 529: "Overloaded"}
_BUSY: Words = ("", None, "Model is overloaded")
_OWN: dict[FailureKind, Words] = {"rate_limit": _BUSY, "overloaded": _BUSY}
_encode = msgspec.json.encode


def error(failure: Failure) -> dict[str, Any]:
    """Write the document of an error."""
    _, _, message = words(failure, _OWN)
    usual = _TYPES.get(failure.status, "Backend" if failure.status >= 500 else "Validation")
    return {"error": message, "error_type": failure.type or ("Overloaded" if failure.kind == "overloaded" else usual)}


def as_openai(error: ErrorBody, _head: RequestHead) -> ErrorBody:
    """Say an error as the server does where it speaks as OpenAI; what its web framework says stays text."""
    if error.content_type != "application/json":
        return error
    said = msgspec.json.decode(error.data)
    return replace(error, data=_encode({"message": said["error"], "code": error.status, "type": said["error_type"]}))


def vectors(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer a vector of each text."""
    told, size = zip(call.inputs, replies, strict=True), min(call.extra.dimensions or SIZE, SIZE)
    found = [reply.vectors[0] if reply.vectors else vector_of(text, size, call.model) for text, reply in told]
    return Body(_encode(found), moment.prompt_tokens)


def each_token(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer a vector of each token."""
    found = [[vector_of(spelled(token), _TOKEN_SIZE, call.model) for _, token in numbered(text)] for text in call.inputs]
    return Body(_encode(found), moment.prompt_tokens)


def sparse(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer which words bear on a text, and how much: more the oftener they stand there."""
    found = []
    for text in call.inputs:
        words = Counter(number % _SPLADE for number, _ in numbered(text))
        found.append([{"index": word, "value": round(log1p(count), 7)} for word, count in sorted(words.items())])
    return Body(_encode(found), moment.prompt_tokens)


def predictions(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the labels of each text, the most probable first; of a single one they are the whole answer."""
    found = []
    for text, reply in zip(call.inputs, replies, strict=True):
        found.append([{"score": score, "label": f"LABEL_{i}"} for i, score in ranked(labelled(text, reply))])
    given = call.extra.body.get("inputs")
    is_batch = isinstance(given, list) and any(isinstance(item, list) for item in given)
    return Body(_encode(found if is_batch else found[0]), moment.prompt_tokens)


def ranking(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the texts in the order of their scores."""
    texts = asked.texts(call.extra.body.get("texts"))
    with_text = call.extra.body.get("return_text") is True
    found = ranked(scores(call.user, texts, replies[0]))
    rows = [{"index": i, **({"text": texts[i]} if with_text else {}), "score": score} for i, score in found]
    return Body(_encode(rows), moment.prompt_tokens)


def answered(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer whatever was asked at the root."""
    body = call.extra.body
    if "query" in body:
        return ranking(call, replies, moment)
    return (similarity if isinstance(body.get("inputs"), dict) else vectors)(call, replies, moment)


def predicted(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer each instance by itself."""
    found, at = [], 0
    for instance in asked.objects(call.extra.body.get("instances")):
        texts = of_instance(instance)
        part = replace(call, user=texts[0] if texts else "", inputs=texts, extra=Extra(instance))
        answer = answered(part, replies[at : at + len(texts)], moment)
        found.append(msgspec.Raw(answer.data))
        at += len(texts)
    return Body(_encode({"predictions": found}), moment.prompt_tokens)


def similarity(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Say how near each sentence is."""
    return Body(_encode(near(call.user, *call.inputs)), moment.prompt_tokens)


def openai(kin: Kin, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer OpenAI's embeddings: what the family says, without what this server does not."""
    found = embeddings(kin, call, replies, moment)
    document = msgspec.json.decode(found.data)
    usage = {name: document["usage"][name] for name in ("prompt_tokens", "total_tokens")}
    whole = {"object": "list", "data": document["data"], "model": call.model, "usage": usage}
    return Body(_encode(whole), found.prompt_tokens)


def decoded(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Answer the texts of tokens."""
    ids = call.extra.body.get("ids")
    several = ids if isinstance(ids, list) and ids and isinstance(ids[0], list) else [ids]
    known = [[number for number in each if isinstance(number, int)] if isinstance(each, list) else [] for each in several]
    return Body(_encode([text_of(each) for each in known]))


def tokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Answer the tokens of texts."""
    found = [
        [{"id": token["id"], "text": token["text"], "special": False, **token} for token in placed(text)]
        for text in call.inputs
    ]
    return Body(_encode(found))


def info(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Say what is served, and within which bounds."""
    name = moment.options.listed[0].id if moment.options.listed else moment.options.default_model
    limits: dict[str, Any] = {"max_concurrent_requests": 512, "max_input_length": 512, "max_batch_tokens": 16384}
    limits |= {"max_batch_requests": None, "max_client_batch_size": 32}
    model = {"model_id": name, "model_sha": None, "model_dtype": "float16", "served_model_name": name}
    router = {"tokenization_workers": 2, "version": "1.8.2", "sha": None, "docker_label": None}
    return Body(_encode({**model, "model_type": {"embedding": {"pooling": "cls"}}, **limits, "auto_truncate": False, **router}))


def nothing(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Say nothing, which means that all is well."""
    return Body(b"")
