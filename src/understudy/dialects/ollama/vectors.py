"""Ollama's vectors: one for each input, or the one of the older form."""

from __future__ import annotations

import msgspec

from understudy.dialects import Moment
from understudy.dialects.ollama.details import vector_size
from understudy.dialects.ollama.lines import JSON
from understudy.dialects.ollama.memory import used
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply
from understudy.text.embedding import embed as vector_of

_LARGEST = 8192  # what a model may be asked for; more would only cost memory
_LOAD, _READ = 18_000_000, 250_000  # nanoseconds: to load, to read a token
_encode = msgspec.json.encode


def embed(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer one vector for each input; without one the model is only loaded."""
    used(call, moment)
    spent = {
        "total_duration": _LOAD + moment.prompt_tokens * _READ,
        "load_duration": _LOAD,
        "prompt_eval_count": moment.prompt_tokens,
    }
    document = {"model": call.model, "embeddings": _vectors(call, replies), **(spent if call.inputs else {})}
    return Body(_encode(document), moment.prompt_tokens, content_type=JSON)


def embeddings(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the one vector of the older form."""
    used(call, moment)
    found = _vectors(call, replies)
    return Body(_encode({"embedding": found[0] if found else []}), moment.prompt_tokens, content_type=JSON)


def _vectors(call: Call, replies: tuple[Reply, ...]) -> list[list[float]]:
    size = min(call.extra.dimensions or vector_size(call.model), _LARGEST)
    found = zip(call.inputs, replies, strict=False)
    return [list(reply.vectors[0] if reply.vectors else vector_of(text, size, call.model)) for text, reply in found]
