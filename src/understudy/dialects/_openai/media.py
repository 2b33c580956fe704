"""What parts of a message cost that are no text: images, sound, files.

Images follow the published rules: tiles of 512 pixels or patches of 32, by family (families.py). The size is read from the data
of the part; what lies behind an address nobody fetches counts as 1024 x 1024. Sound costs ten tokens a second. Pages of a PDF
file count as images of a page, other files as their text; what a file identifier stands for costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import ceil, sqrt
from typing import Any

from understudy.dialects._media import decoded, pages_of, size_of
from understudy.dialects._openai.families import Patches, family
from understudy.model.call import Message
from understudy.text.tokens import Encoding

_UNSEEN = (1024, 1024)
_PAGE = (768, 994)
_HEADER = 1 << 16  # base64 characters an image's size is looked for in
_LARGEST = 8 << 20  # base64 characters of a file that are looked at
_MOST_PATCHES = 1536
_A_SECOND = 10
_MP3_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)


def part_tokens(part: Any, model: str, encoding: Encoding) -> int:
    """Count what a part of a message costs; text is counted elsewhere."""
    kind = part.get("type") if isinstance(part, dict) else None
    body = part.get(kind) if isinstance(kind, str) else None
    if not isinstance(body, dict):
        return 0
    if kind == "image_url":
        url = body.get("url")
        return image_tokens(_size(url if isinstance(url, str) else ""), model, low=body.get("detail") == "low")
    if kind == "input_audio":
        return round(seconds(body) * _A_SECOND)
    return _file_tokens(body, model, encoding) if kind == "file" else 0


def heard(messages: Iterable[Message]) -> int:
    """Count the tokens of all sound in a conversation."""
    parts = (part for message in messages if isinstance(message.content, list) for part in message.content)
    sounds = (part.get("input_audio") for part in parts if isinstance(part, dict) and part.get("type") == "input_audio")
    return sum(round(seconds(sound) * _A_SECOND) for sound in sounds if isinstance(sound, dict))


def image_tokens(size: tuple[int, int], model: str, *, low: bool = False) -> int:
    """Count what an image of some size costs."""
    law, (width, height) = family(model).image, (max(1, size[0]), max(1, size[1]))
    if isinstance(law, Patches):
        return ceil(_patches(width, height) * law.factor)
    if low:
        return law.base
    scale = min(1.0, 2048 / max(width, height))
    scale *= min(1.0, 768 / (min(width, height) * scale))
    return law.base + law.tile * ceil(round(width * scale) / 512) * ceil(round(height * scale) / 512)


def seconds(sound: dict[str, Any]) -> float:
    """Say how long a sound is, from its header and its length."""
    data = sound.get("data")
    if not isinstance(data, str):
        return 0.0
    size, head = len(data) * 3 // 4, decoded(data[:4096])
    if head[:4] == b"RIFF" and len(head) >= 44:
        rate = int.from_bytes(head[28:32], "little")
        return max(0, size - 44) / rate if rate else 0.0
    frame = re.search(rb"\xff[\xe2-\xff]", head)
    kbits = _MP3_RATES[head[frame.start() + 2] >> 4] if frame and frame.end() < len(head) else 0
    return size * 8 / ((kbits or 128) * 1000)


def _patches(width: int, height: int) -> int:
    count = ceil(width / 32) * ceil(height / 32)
    if count <= _MOST_PATCHES:
        return count
    shrink = sqrt(32 * 32 * _MOST_PATCHES / (width * height))
    across, down = width * shrink / 32, height * shrink / 32
    shrink *= min(int(across) / across if across >= 1 else 1.0, int(down) / down if down >= 1 else 1.0)
    return min(_MOST_PATCHES, ceil(round(width * shrink) / 32) * ceil(round(height * shrink) / 32))


def _file_tokens(body: dict[str, Any], model: str, encoding: Encoding) -> int:
    data = body.get("file_data")
    if not isinstance(data, str):
        return 0
    head, comma, rest = data.partition(",")
    content = decoded((rest if comma and head.startswith("data:") else data)[:_LARGEST])
    if content.startswith(b"%PDF"):
        return pages_of(content) * image_tokens(_PAGE, model)
    return encoding.count(content.decode("utf-8", "replace"))


def _size(url: str) -> tuple[int, int]:
    """Width and height of an image by the first bytes of its data."""
    head, comma, rest = url.partition(",")
    if not (comma and head.startswith("data:") and head.endswith(";base64")):
        return _UNSEEN
    return size_of(decoded(rest[:_HEADER])) or _UNSEEN
