"""Answers that are spoken (`modalities: [text, audio]`): the sound, its transcript and what it costs (wire.md 3.2, 3.3)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

from understudy.dialects import Moment
from understudy.text import silence, sound

_MADE: dict[str, Callable[[str], bytes]] = {
    "wav": sound.wav,
    "pcm16": sound.pcm,
    "mp3": sound.mp3,
    "aac": lambda text: silence.aac(sound.seconds(text)),
    "flac": lambda text: silence.flac(sound.seconds(text)),
    "opus": lambda text: silence.opus(sound.seconds(text)),
}
_TOKENS = 20  # a second of spoken answer
_KEPT = 3600  # seconds until a spoken answer can no longer be referred to
_PIECE = 16_384  # base64 characters of a chunk


def tokens(text: str) -> int:
    """Count the audio tokens of a spoken text."""
    return round(sound.seconds(text) * _TOKENS)


def document(text: str, form: str, index: int, moment: Moment) -> dict[str, Any]:
    """Build `message.audio`."""
    return {
        "id": identifier(index, moment),
        "data": _data(text, form),
        "expires_at": moment.created + _KEPT,
        "transcript": text,
    }


def deltas(pieces: Sequence[tuple[str, int]], form: str, moment: Moment) -> list[tuple[dict[str, Any], int]]:
    """Build the `delta.audio` of a stream, with the tokens each carries: transcript, sound, end."""
    data = _data("".join(text for text, _ in pieces), form)
    found: list[tuple[dict[str, Any], int]] = [({"transcript": text}, count) for text, count in pieces]
    found += [({"data": data[at : at + _PIECE]}, 0) for at in range(0, len(data), _PIECE)]
    return [*found, ({"expires_at": moment.created + _KEPT}, 0)]


def identifier(index: int, moment: Moment) -> str:
    """Make `audio_` and 24 characters."""
    return f"audio_{moment.key.decode()}{index:02d}"


def _data(text: str, form: str) -> str:
    """The sound of a text; a format of no meaning gets past lenient validation only, and is then the usual one."""
    return b64encode(_MADE.get(form, sound.wav)(text)).decode()
