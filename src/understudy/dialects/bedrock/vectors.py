"""Invoke in the forms of models that make vectors: Titan's of texts and of pictures, Cohere's, Nova's.

In: a body. Out: a `Wish`; the document of its vectors. A picture counts as a text: its base64. Forms are AWS's documentation
and what clients read of them (LiteLLM, LangChain, November 2026).
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.model.call import Call
from understudy.model.reply import Reply
from understudy.text.embedding import embed

Document = dict[str, Any]
_LARGEST = 4096
# The usual length of a model's vectors, by what its name holds.
_SIZES = (("titan-embed-text-v1", 1536), ("titan-embed-g1", 1536), ("embed-v4", 1536), ("nova-2", 3072))
_USUAL = 1024
_WHOLE = {"int8": (-128, 127), "uint8": (0, 255)}


class Wish(Struct, frozen=True):
    """What is asked for: texts, the length of a vector, and the kinds of numbers it is wanted in; none named means floats."""

    inputs: tuple[str, ...]
    size: int
    kinds: tuple[str, ...] = ()
    sort: str = "TEXT"


def read(value: Document, model: str) -> Wish:
    """Read a body."""
    usual = next((size for name, size in _SIZES if name in model), _USUAL)
    if "nova" in model:
        wanted = asked.mapping(value.get("singleEmbeddingParams"))
        sort = next((name for name in ("text", "image", "video", "audio") if name in wanted), "text")
        return Wish((_novas(wanted.get(sort)),), _size(wanted.get("embeddingDimension"), usual), sort=sort.upper())
    if "cohere" in model:
        texts = asked.texts(value.get("texts")) or _parts(value.get("inputs")) or asked.texts(value.get("images"))
        return Wish(texts or ("",), _size(value.get("output_dimension"), usual), asked.texts(value.get("embedding_types")))
    config = asked.mapping(value.get("embeddingConfig"))
    size = _size(value.get("dimensions") or config.get("outputEmbeddingLength"), usual)
    both = "".join(asked.texts(value.get("inputText")) + asked.texts(value.get("inputImage")))
    return Wish((both,), size, asked.texts(value.get("embeddingTypes")))


def _size(value: Any, usual: int) -> int:
    return min(asked.whole(value) or usual, _LARGEST)


def _novas(value: Any) -> str:
    """What Nova is to look at: a text's value, else whatever stands for the file."""
    given = asked.mapping(value)
    text = given.get("value")
    return text if isinstance(text, str) else msgspec.json.encode(given).decode()


def _parts(value: Any) -> tuple[str, ...]:
    """Cohere's inputs, which mix texts and pictures."""
    return tuple(
        "".join(str(part.get("text") or asked.mapping(part.get("image_url")).get("url") or "") for part in content)
        for content in (asked.objects(item.get("content")) for item in asked.objects(value))
    )


def document(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Document:
    """Write vectors, each the rule's or made of the words."""
    wish: Wish = call.extra.inner
    told = zip(call.inputs, replies, strict=True)
    found = [list(reply.vectors[0] if reply.vectors else embed(text, wish.size, call.model)) for text, reply in told]
    if "cohere" in call.model:
        return _coheres(wish, found, moment)
    if "nova" in call.model:
        return {"embeddings": [{"embeddingType": wish.sort, "embedding": found[0]}]}
    if "titan-embed-image" in call.model:
        return {"embedding": found[0], "inputTextTokenCount": moment.prompt_tokens, "message": None}
    if "v1" in call.model or "g1" in call.model:
        return {"embedding": found[0], "inputTextTokenCount": moment.prompt_tokens}
    kinds = {kind: _as(kind, found[0]) for kind in wish.kinds or ("float",)}
    first = {"embedding": found[0]} if "float" in kinds else {}
    return {**first, "embeddingsByType": kinds, "inputTextTokenCount": moment.prompt_tokens}


def _coheres(wish: Wish, found: list[list[float]], moment: Moment) -> Document:
    sort = "embeddings_by_type" if wish.kinds else "embeddings_floats"
    by_type = {kind: [_as(kind, vector) for vector in found] for kind in wish.kinds}
    return {"id": moment.key.decode(), "texts": list(wish.inputs), "embeddings": by_type or found, "response_type": sort}


def _as(kind: str, vector: list[float]) -> list[float]:
    """Write a vector in numbers of a kind: whole ones by its largest, bits by their sign, eight to a number."""
    if kind in _WHOLE:
        low, high = _WHOLE[kind]
        largest = max(map(abs, vector), default=0.0) or 1.0
        return [round((number / largest + 1) / 2 * (high - low)) + low for number in vector]
    if kind in ("binary", "ubinary"):
        bits = "".join("1" if number > 0 else "0" for number in vector)
        octets = [int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8)]
        return [octet - 128 if kind == "binary" else octet for octet in octets]
    return vector
