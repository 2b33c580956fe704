"""Text Embeddings Inference: vectors, rankings and tokens of the server's own paths, and OpenAI's embeddings.

Documents and errors are those of the server's source (its router, July 2026). What its web framework cannot read is refused as
text, as that does.
"""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from understudy.dialects._kin import Kin, KinDialect, endpoint, standard
from understudy.dialects._kin.decode import catalogue
from understudy.dialects._kin.errors import spoken
from understudy.dialects._kin.plain import or_plain
from understudy.dialects.tei import answers, decode

_MODELS = ("BAAI/bge-base-en-v1.5", "BAAI/bge-reranker-base")
KIN = Kin("tei", _MODELS, ("",), failure=or_plain(spoken(answers.error)), vector_size=answers.SIZE)
_POSTED = (
    ("/embed", decode.asks("embedding"), answers.vectors),
    ("/embed_all", decode.asks("embedding"), answers.each_token),
    ("/embed_sparse", decode.asks("embedding"), answers.sparse),
    ("/predict", decode.asks("embedding", decode.pairs), answers.predictions),
    ("/rerank", decode.asks_ranking, answers.ranking),
    ("/", decode.asks_either, answers.answered),
    ("/invocations", decode.asks_either, answers.answered),
    ("/similarity", decode.asks_similarity, answers.similarity),
    ("/vertex", decode.asks_instances, answers.predicted),
)
_OPENAI = endpoint("POST", "/embeddings", "embedding", decode.asks_as_openai, partial(answers.openai, KIN))
DIALECT = KinDialect(
    KIN,
    (
        *[found for found in standard(KIN, base="/v1") if found.operation != "chat"],
        *[replace(_OPENAI, path=path, refuses=answers.as_openai) for path in ("/v1/embeddings", "/embeddings")],
        *[endpoint("POST", path, "embedding", read, say, yields=path != "/vertex") for path, read, say in _POSTED],
        endpoint("POST", "/decode", "stored", decode.asks_text, answers.decoded, counts=False),
        endpoint("POST", "/tokenize", "stored", decode.asks("stored"), answers.tokenize, counts=False),
        endpoint("GET", "/info", "health", catalogue("tei", "health"), answers.info, counts=False),
        *[
            endpoint("GET", path, "health", catalogue("tei", "health"), answers.nothing, counts=False)
            for path in ("/", "/health", "/ping")
        ],
    ),
)
