"""Searching a vector store: chunks ranked by how near their vectors are to that of the query.

The score is the square root of the cosine: chunks are long and queries short, and clients set thresholds that suit the scores
of a model, which are not near nought. The order is that of the cosine.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from math import sqrt
from operator import itemgetter, mul
from typing import Any

from understudy.dialects import Moment
from understudy.dialects._openai.check import fields, missing, refuse
from understudy.dialects._session import store_of
from understudy.dialects.openai_platform.ask import Ask, Json
from understudy.dialects.openai_platform.vector_check import SEARCH
from understudy.dialects.openai_platform.vector_filters import check, passes
from understudy.dialects.openai_platform.vector_index import vector_of
from understudy.dialects.openai_platform.vector_kept import (
    active,
    entries,
    find_index,
    find_store,
    found_store,
    is_expired,
    keep_store,
)
from understudy.model.ports import Store

_USUAL = 10
_WORD = re.compile(r"[\w'-]+")
# Words that ask and do not tell what is looked for.
_ASKING_WORDS = """a an and are about as at be can could did do does explain find for from give has have how i in is it its
me my of on or our please show tell that the there this to was we were what what's when where which who why will with would
you your"""
_ASKING = frozenset(_ASKING_WORDS.split())


def search(ask: Ask, moment: Moment) -> Json:
    """POST /vector_stores/{id}/search."""
    store = store_of(moment)
    document = found_store(store, ask, moment.created)
    if ask.strict:
        _check(ask.fields)
        if is_expired(document, moment.created):
            refuse(f"Vector store '{document['id']}' has expired.", None, "vector_store_expired")
    queries = _queries(ask.fields)
    found = sorted(_scored(store, document["id"], queries, ask.fields), key=itemgetter("score"), reverse=True)
    most = ask.fields.get("max_num_results")
    if find_store(store, document["id"]) is not None:
        keep_store(store, active(document, moment.created))
    return {
        "object": "vector_store.search_results.page",
        "search_query": queries,
        "data": found[: most if isinstance(most, int) and most > 0 else _USUAL],
        "has_more": False,
        "next_page": None,
    }


def _check(value: Json) -> None:
    if value.get("query") is None:
        missing("query")
    fields(value, SEARCH)
    if value.get("filters") is not None:
        check(value["filters"], "filters")


def _queries(value: Json) -> list[str]:
    """What is looked for, rewritten to the words that tell if that is wished."""
    given: Any = value.get("query")
    texts = [text for text in (given if isinstance(given, list) else [given]) if isinstance(text, str)]
    return [_rewritten(text) for text in texts] if value.get("rewrite_query") is True else texts


def _rewritten(text: str) -> str:
    telling = [word for word in _WORD.findall(text) if word.casefold() not in _ASKING]
    return " ".join(telling) or text


def _scored(store: Store, within: str, queries: list[str], value: Json) -> Iterator[Json]:
    """All chunks of the files that pass, in order of the files."""
    vectors = [vector_of(query) for query in queries]
    ranking: Any = value.get("ranking_options")
    least = ranking.get("score_threshold") if isinstance(ranking, dict) else None
    least = least if isinstance(least, int | float) else 0
    for document in entries(store, within):
        if document["status"] != "completed" or not passes(value.get("filters"), document["attributes"]):
            continue
        index = find_index(store, within, document["id"])
        for chunk in index.chunks if index is not None else ():
            score = _score(vectors, array("f", chunk.vector))
            if score >= least:
                yield {
                    "file_id": document["id"],
                    "filename": index.filename if index is not None else "",
                    "score": score,
                    "attributes": document["attributes"],
                    "content": [{"type": "text", "text": chunk.text}],
                }


def _score(queries: list[array[float]], chunk: array[float]) -> float:
    nearest = max((sum(map(mul, query, chunk)) for query in queries), default=0.0)
    return round(sqrt(min(1.0, max(0.0, nearest))), 6)
