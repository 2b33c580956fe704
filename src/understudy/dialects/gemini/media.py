"""What parts of a content cost that are no text, by modality, as the published rules say (2026-10).

Pictures cost 258 tokens when neither side is above 384 pixels, else 258 for each tile of 768 pixels; models since Gemini 3 take
a price by resolution instead. Sound costs 32 tokens a second, video 263, a page of a document as much as a picture. The length
of a sound is read from its header; what lies behind an address nobody fetches, and films, count as ten seconds.
"""

from __future__ import annotations

import re
from math import ceil
from typing import Any, Literal

from understudy.dialects._media import decoded, pages_of, size_of
from understudy.dialects.gemini.families import family
from understudy.text.tokens import Encoding

Modality = Literal["TEXT", "IMAGE", "AUDIO", "VIDEO", "DOCUMENT"]

_PICTURE, _SMALL, _TILE = 258, 384, 768
_BY_RESOLUTION = {"LOW": 280, "MEDIUM": 560, "HIGH": 1120}
_PAGE = 560  # of a document, since Gemini 3
_SOUND, _FILM, _SECONDS = 32, 263, 10.0
_BYTE_RATE = 16_000  # of a sound whose header says none: 128 kbit/s
_HEADER = 1 << 16  # base64 characters that are looked at for a size
_LARGEST = 8 << 20  # base64 characters of a document that are looked at
_ADDRESS = re.compile(r"(?:\A|/v1\w*/)files/([a-z0-9-]{1,40})\Z")


def part_tokens(part: dict[str, Any], model: str, resolution: str, encoding: Encoding) -> tuple[Modality, int]:
    """Count what a part with data or the address of data costs."""
    blob = part.get("inlineData") or part.get("fileData") or {}
    kind, data = str(blob.get("mimeType", "")), blob.get("data")
    data = data if isinstance(data, str) else None
    if kind.startswith("image/"):
        return "IMAGE", _picture(data, model, resolution)
    if kind.startswith("audio/"):
        return "AUDIO", round(_seconds(data) * _SOUND)
    if kind.startswith("video/"):
        return "VIDEO", round(_SECONDS * _FILM)
    if data is not None and kind.startswith("text/"):
        return "TEXT", encoding.count(_decoded(data).decode("utf-8", "replace"))
    pages = 1 if data is None else pages_of(_decoded(data[:_LARGEST]))
    return "DOCUMENT", pages * (_PAGE if family(model).image else _PICTURE)


def file_of(part: dict[str, Any]) -> str | None:
    """The name of the uploaded file that a part shows; None when it shows none."""
    found = _ADDRESS.search(str(part.get("fileData", {}).get("fileUri", ""))) if "fileData" in part else None
    return found[1] if found else None


def _picture(data: str | None, model: str, resolution: str) -> int:
    level = resolution.removeprefix("MEDIA_RESOLUTION_")
    if family(model).image:
        return _BY_RESOLUTION.get(level, family(model).image)
    size = size_of(_decoded(data[:_HEADER])) if data is not None else None
    if size is None or max(size) <= _SMALL or level == "LOW":
        return _PICTURE
    return _PICTURE * ceil(size[0] / _TILE) * ceil(size[1] / _TILE)


def _seconds(data: str | None) -> float:
    if data is None:
        return _SECONDS
    size, head = len(data) * 3 // 4, _decoded(data[:256])
    rate = int.from_bytes(head[28:32], "little") if head[:4] == b"RIFF" and len(head) >= 44 else 0
    return max(0, size - 44) / rate if rate else size / _BYTE_RATE


def _decoded(data: str) -> bytes:
    """Decode base64 of either alphabet."""
    return decoded(data.replace("-", "+").replace("_", "/"))
