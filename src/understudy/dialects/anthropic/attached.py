"""Files that a message shows: blocks whose source is a file that was uploaded before (wire.md 11.2).

In: a call and a moment whose store holds files. Out: the moment, with prompt tokens as the files' content costs them. A file
that is not there refuses the message; leniently it counts as any other.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from msgspec import structs

from understudy.dialects import Moment
from understudy.dialects._asked import objects
from understudy.dialects._session import store_of
from understudy.dialects.anthropic.check import refuse
from understudy.dialects.anthropic.families import family
from understudy.dialects.anthropic.files import content, find, missing
from understudy.dialects.anthropic.kept import Json
from understudy.dialects.anthropic.prompt import block_tokens
from understudy.errors import RequestError
from understudy.model.call import Call

_SHOWN = ("image", "document", "container_upload")
_READ = {"image": ("image/",), "document": ("application/pdf", "text/plain")}  # types of files by the block that shows them


def blocks_with_files(value: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Find the blocks of a body that show files, in results of tools too."""
    found: list[dict[str, Any]] = []
    for message in objects(value.get("messages")):
        for block in objects(message.get("content")):
            found += [part for part in (block, *objects(block.get("content"))) if _name_of(part) is not None]
    return tuple(found)


def shows_files(call: Call) -> bool:
    """Say whether a call needs the store because it shows files."""
    return bool(call.extra.files)


def weighed(call: Call, moment: Moment) -> Moment:
    """Count the files of a call by their content.

    Raises:
        RequestError: when one is not there, its time is over, or its block does not show files of its type.
    """
    factor, tokens = family(call.model).factor, moment.prompt_tokens
    for block in call.extra.files:
        name = _name_of(block) or ""
        try:
            inline = _inline(block, name, moment)
        except RequestError:
            if moment.options.strict:
                raise
            continue
        tokens += block_tokens(inline, factor) - block_tokens(block, factor)
    return structs.replace(moment, prompt_tokens=tokens)


def _inline(block: dict[str, Any], name: str, moment: Moment) -> dict[str, Any]:
    """The block as if the file had been sent in it."""
    store = store_of(moment)
    document = find(store, name)
    if document is None:
        raise missing(name)
    data = content(store, document, moment.created)
    if data is None:
        raise missing(name)
    types = _READ.get(block["type"])
    if types is not None and not document["mime_type"].startswith(types):
        refuse(f"File `{name}` is of type {document['mime_type']}, which {block['type']} blocks do not show.")
    return block if block["type"] == "container_upload" else {**block, "source": _source(document, data)}


def _source(document: Json, data: bytes) -> Json:
    if document["mime_type"].startswith("text/"):
        return {"type": "text", "media_type": "text/plain", "data": data.decode("utf-8", "replace")}
    return {"type": "base64", "media_type": document["mime_type"], "data": b64encode(data).decode()}


def _name_of(block: dict[str, Any]) -> str | None:
    """The file that a block shows."""
    source = block if block.get("type") == "container_upload" else block.get("source")
    name = source.get("file_id") if isinstance(source, dict) and block.get("type") in _SHOWN else None
    return name if isinstance(name, str) else None
