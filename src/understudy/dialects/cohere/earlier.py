"""Embeddings and rankings as version 1 of Cohere's API asks for them and answers: what its older clients still call.

Vectors come bare unless types are asked for, and a ranking may carry its documents (types of the official client 5.21, of
2026-11). All else is as in version 2.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects.cohere import vectors
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply

_VERSION = {"version": "1"}


def _asks(call: Call, name: str) -> bool:
    return bool(asked.object_of(call.body, strict=False, missing="").get(name))


def _body(document: dict[str, Any], moment: Moment) -> Body:
    document["meta"]["api_version"] = _VERSION
    return Body(msgspec.json.encode(document), moment.prompt_tokens)


def embed(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer one vector for each input."""
    document = vectors.embedded(call, replies, moment)
    if not _asks(call, "embedding_types"):
        document |= {"embeddings": document["embeddings"]["float"], "response_type": "embeddings_floats"}
    return _body(document, moment)


def rerank(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the documents by how near they are to the query, nearest first."""
    document = vectors.reranked(call, replies, moment)
    if _asks(call, "return_documents"):
        for result in document["results"]:
            result["document"] = {"text": call.extra.documents[result["index"]]}
    return _body(document, moment)
