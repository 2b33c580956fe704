"""Cohere's embeddings and rankings, and its catalogue (wire.md 14.1).

Vectors are derived from the text unless a rule gives them. A ranking compares such vectors, too.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._ranked import ranked, scores
from understudy.dialects._turn import uuid
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply
from understudy.text.embedding import embed as vector_of
from understudy.text.embedding import encode_base64

CATALOGUE = ("command-a-03-2025", "command-r-plus-08-2024", "command-r7b-12-2024", "embed-v4.0", "rerank-v3.5")

_VERSION = {"version": "2"}
_UNIT = 100  # documents that one search unit pays for
_LARGEST = 4096
_WINDOW = 128_000


def _size(model: str) -> int:
    return 1536 if "v4" in model else 384 if "light" in model else 1024


def embed(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer one vector for each input, in every type asked for."""
    return Body(msgspec.json.encode(embedded(call, replies, moment)), moment.prompt_tokens)


def embedded(call: Call, replies: tuple[Reply, ...], moment: Moment) -> dict[str, Any]:
    """Say the vectors as a document."""
    size = min(call.extra.dimensions or _size(call.model), _LARGEST)
    told = zip(call.inputs, replies, strict=True)
    vectors = [reply.vectors[0] if reply.vectors else vector_of(text, size, call.model) for text, reply in told]
    count = len(call.inputs) - call.extra.pictures
    billed = {"input_tokens": moment.prompt_tokens} | ({"images": call.extra.pictures} if call.extra.pictures else {})
    return {
        "id": uuid(moment, "answer"),
        "texts": list(call.inputs[:count]),
        "embeddings": {kind: [_as(kind, vector) for vector in vectors] for kind in call.extra.types},
        "meta": {"api_version": _VERSION, "billed_units": billed},
        "response_type": "embeddings_by_type",
    }


def _as(kind: str, vector: tuple[float, ...]) -> Any:
    """A vector in a type: numbers, bytes, or one bit for each number."""
    if kind == "base64":
        return encode_base64(vector)
    if kind in ("binary", "ubinary"):
        offset = 128 if kind == "binary" else 0
        bits = "".join(["1" if value > 0 else "0" for value in vector])
        return [int(bits[at : at + 8].ljust(8, "0"), 2) - offset for at in range(0, len(bits), 8)]
    if kind in ("int8", "uint8"):
        peak = max(map(abs, vector), default=1.0) or 1.0
        offset = 128 if kind == "uint8" else 0
        return [round(value / peak * 127) + offset for value in vector]
    return list(vector)


def rerank(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the documents by how near they are to the query, nearest first."""
    return Body(msgspec.json.encode(reranked(call, replies, moment)), moment.prompt_tokens)


def reranked(call: Call, replies: tuple[Reply, ...], moment: Moment) -> dict[str, Any]:
    """Say the ranking as a document."""
    found = scores(call.user, call.extra.documents, replies[0])
    units = max(1, -(-len(found) // _UNIT))
    return {
        "id": uuid(moment, "answer"),
        "results": [{"index": index, "relevance_score": score} for index, score in ranked(found, call.extra.top)],
        "meta": {"api_version": _VERSION, "billed_units": {"search_units": units}},
    }


def _listed(name: str, moment: Moment) -> dict[str, Any]:
    endpoint = next((kind for kind in ("embed", "rerank") if name.startswith(kind)), "chat")
    window = moment.options.window(name) if endpoint == "chat" else None
    return {
        "name": name,
        "endpoints": [endpoint],
        "finetuned": False,
        "context_length": window or _WINDOW,
        "tokenizer_url": "",
        "default_endpoints": [],
        "features": None,
    }


def models(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List the models."""
    return Body(msgspec.json.encode({"models": [_listed(model.id, moment) for model in moment.options.listed]}))


def model(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Describe a model."""
    return Body(msgspec.json.encode(_listed(call.model, moment)))
