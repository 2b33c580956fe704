"""Answers that must be one of a few texts, or fit an expression: for servers whose clients ask for that.

In: what is asked for. Out: a schema, which is what the model's behaviour knows. Such a text is a string of JSON there; it is
said without its quotes.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import structs

from understudy.model.reply import Reply, Text
from understudy.text.pattern import fits
from understudy.untrusted import NOT_JSON


def choice(texts: tuple[str, ...]) -> dict[str, Any]:
    """The schema of one of these texts."""
    return {"type": "string", "enum": list(texts)}


def expression(pattern: str) -> dict[str, Any]:
    """The schema of a text that fits an expression as a whole."""
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def freed(reply: Reply, schema: dict[str, Any]) -> Reply:
    """Say such a text without quotes; what does not fit (as what a script says) stays as it is."""
    if len(reply.blocks) != 1 or not isinstance(reply.blocks[0], Text):
        return reply
    try:
        said = msgspec.json.decode(reply.blocks[0].text, type=str)
    except NOT_JSON:
        return reply
    is_right = said in schema["enum"] if "enum" in schema else fits(schema["pattern"], said)
    return structs.replace(reply, blocks=(Text(said),), atoms=None, pieces=None, fixed=False) if is_right else reply
