"""Where a prompt may be cached: from `cache_control` to the beginnings of the prompt that are marked, and what they cost.

A prompt is, in this order, its tools, its system texts and its messages. Each mark makes the beginning up to it one that may be
read back; who remembers which ones were seen is the engine's business. At most four marks count, as in the API, and
beginnings shorter than the family's least are not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects._asked import objects
from understudy.dialects.anthropic.families import family
from understudy.dialects.anthropic.prompt import block_tokens, tools_overhead
from understudy.model.call import Prefix

_MOST = 4
_LOOKED_BACK = 20  # blocks before a mark where an earlier request may have had its own
_SECONDS = {"5m": 300.0, "1h": 3600.0}
_MARK = "cache_control"


def prefixes(value: dict[str, Any], model: str, choice: Any) -> tuple[Prefix, ...]:
    """Find the marked beginnings of a prompt and those the API looks back at from each mark, shortest first.

    Args:
        value: the body as it was sent.
        model: whose tokens count.
        choice: which tools are wanted, in no provider's words.
    """
    traits = family(model)
    hashed, tokens = blake2b(model.encode("utf-8", "replace"), digest_size=16), float(traits.base)
    if value.get("tools"):
        tokens += tools_overhead(choice)
    found: list[Prefix] = []
    for block, mark in _parts(value):
        hashed.update(msgspec.json.encode(block))
        tokens += block_tokens(block, traits.factor)
        seconds = _SECONDS.get(str(mark.get("ttl")), 300.0) if isinstance(mark, dict) else 0.0
        found.append(Prefix(hashed.copy().digest(), round(tokens), seconds))
    marks = [i for i, prefix in enumerate(found) if prefix.seconds and prefix.tokens >= traits.least_cached][-_MOST:]
    near = sorted({k for i in marks for k in range(max(0, i - _LOOKED_BACK), i + 1)})
    return tuple(found[k] if k in marks else replace(found[k], seconds=0.0) for k in near)


def _parts(value: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """The parts of a prompt in order, each with its mark; a mark of the whole request stands on the last part."""
    parts = [*_tools(value), *_blocks("system", value.get("system"))]
    for message in objects(value.get("messages")):
        parts += _blocks(str(message.get("role")), message.get("content"))
    for i, (block, mark) in enumerate(parts):
        yield block, mark or (value.get(_MARK) if i + 1 == len(parts) else None)


def _tools(value: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    tools = value.get("tools")
    listed = tools if isinstance(tools, list) else []
    return [
        ({"type": "text", "text": msgspec.json.encode(_unmarked(tool)).decode()}, tool.get(_MARK))
        for tool in listed
        if isinstance(tool, dict)
    ]


def _blocks(role: str, content: Any) -> list[tuple[dict[str, Any], Any]]:
    listed = [{"type": "text", "text": content}] if isinstance(content, str) else content
    blocks = [block for block in listed if isinstance(block, dict)] if isinstance(listed, list) else []
    return [({**_unmarked(block), "role": role}, block.get(_MARK)) for block in blocks]


def _unmarked(block: dict[str, Any]) -> dict[str, Any]:
    """The block without its mark: a conversation that goes on moves its marks, and still finds what was kept."""
    return {name: member for name, member in block.items() if name != _MARK}
