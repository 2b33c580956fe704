"""Embeddings as bytes (wire.md 5): base64 is what the official clients ask for unless told otherwise."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._openai.check import refuse
from understudy.dialects._openai.usage import told_usage
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Failure, Reply
from understudy.text.embedding import decimals, embed, encode_base64
from understudy.text.tokens import encoding_for

_SIZES = {"text-embedding-3-large": 3072, "text-embedding-3-small": 1536, "text-embedding-ada-002": 1536}
_LONGEST, _LONGEST_TOGETHER = 8192, 300_000  # tokens of an input, and of all inputs of a request
_ITEM = slice(len(b'{\n  "data": [\n    '), -len(b"\n  ]\n}"))  # where an item stands in a list of one
_LARGEST = 4096  # what a model nobody knows may be asked for; more would only cost memory


def prompt_tokens(call: Call) -> int:
    """Count the inputs: plain text, no framing."""
    count = encoding_for(call.model).count
    return sum(count(item) if isinstance(item, str) else len(item) for item in call.inputs)


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode one vector for each input; what no rule answered is derived from the text."""
    wanted = call.extra.dimensions
    size = _SIZES.get(call.model, 1536)
    if wanted is not None and call.model == "text-embedding-ada-002":
        refuse("This model does not support specifying dimensions.")
    largest = _SIZES.get(call.model, _LARGEST)
    if wanted is not None and wanted > largest:
        refuse(f"Invalid value for 'dimensions' = {wanted}. Must be less than or equal to {largest}.", "dimensions")
    if moment.options.strict and call.model in _SIZES:
        _not_too_long(call, moment.prompt_tokens)
    data = []
    for index, (item, reply) in enumerate(zip(call.inputs, replies, strict=True)):
        vector = reply.vectors[0] if reply.vectors else embed(item, wanted or size)
        value = encode_base64(vector) if call.extra.base64 else decimals(vector) if reply.vectors else vector
        data.append(_shown({"data": [{"object": "embedding", "index": index, "embedding": value}]})[_ITEM])
    prompt = moment.prompt_tokens
    prompt, _ = told_usage(replies[0], prompt)
    usage = {"prompt_tokens": prompt, "total_tokens": prompt}
    before, bracket, after = _shown({"object": "list", "data": [], "model": call.model, "usage": usage}).partition(b"[")
    return Body(b"".join((before, bracket, b"\n    ", b",\n    ".join(data), b"\n  ", after, b"\n")), prompt)


def _shown(document: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2)


def _not_too_long(call: Call, tokens: int) -> None:
    """Refuse what is longer than the models read: one of the inputs, or all of them."""
    if tokens > _LONGEST_TOGETHER:
        message, kind = f"Requested {tokens} tokens, max {_LONGEST_TOGETHER} tokens per request", "max_tokens_per_request"
        raise RequestError(Failure(400, "invalid_request", message, type=kind, code=kind))
    if tokens <= _LONGEST:
        return
    count = encoding_for(call.model).count
    for index, item in enumerate(call.inputs):
        if (count(item) if isinstance(item, str) else len(item)) > _LONGEST:
            if len(call.inputs) == 1:
                refuse(f"Invalid 'input': maximum context length is {_LONGEST} tokens.")
            refuse(f"Invalid 'input[{index}]': maximum input length is {_LONGEST} tokens.")
