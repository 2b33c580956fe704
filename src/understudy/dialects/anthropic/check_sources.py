"""What the Messages API refuses in the source of a picture or a document: of what kind and type it is, and its bytes.

In: a source and its path. Out: nothing, or `RequestError` with the API's words, which users report (2025 and 2026).
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from understudy.dialects.anthropic.check import a_string, an_object, refuse, required

_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
# What a source may be of, by the block and the kind of source; in words that users report (2025 and 2026).
_TYPES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("image", "base64"): _IMAGES,
    ("document", "base64"): ("application/pdf",),
    ("document", "text"): ("text/plain",),
}
_SOURCES: Mapping[str, str] = {"base64": "data", "url": "url", "text": "data", "file": "file_id", "content": "content"}


def source(value: Any, path: str, block: str) -> None:
    """Judge a source."""
    an_object(value, path)
    required(value, "type", f"{path}.")
    member = _SOURCES.get(value["type"]) if isinstance(value["type"], str) else None
    if member is None:
        tags = ", ".join(f"'{name}'" for name in _SOURCES)
        refuse(f"{path}: Input tag '{value['type']}' found using 'type' does not match any of the expected tags: {tags}")
    required(value, member, f"{path}.{value['type']}.")
    if member != "content":
        a_string(value[member], f"{path}.{value['type']}.{member}")
    types = _TYPES.get((block, value["type"]))
    if types is not None:
        required(value, "media_type", f"{path}.{value['type']}.")
        if value["media_type"] not in types:
            *before, last = (f"'{name}'" for name in types)
            told = f"{', '.join(before)} or {last}" if before else last
            refuse(f"{path}.{value['type']}.media_type: Input should be {told}")
    if (block, value["type"]) == ("image", "base64"):
        _picture(value["data"], f"{path}.base64")


def _picture(data: str, path: str) -> None:
    """Judge the bytes of a picture (claude-code 12750, gajae-code 2806); padding may be left out."""
    if not data:
        refuse(f"{path}: image cannot be empty")
    try:
        b64decode(data + "=" * (-len(data) % 4), validate=True)
    except ValueError:
        refuse(f"{path}: invalid base64 data")
