"""Sound that stands for speech: one soft tone for each word, so that a text has the length and the rhythm of being read.

In: a text and how fast it is read. Out: samples (24 kHz, 16 bits, one channel) and files of them. MP3 files are as long as the
text and silent: a frame of silence needs no encoder. Also says how long a file sounds. Knows no provider.
"""

from __future__ import annotations

import re
import struct
from array import array
from functools import lru_cache
from math import pi, sin
from sys import byteorder

from msgspec import Struct

RATE = 24_000
_WORD = 0.30  # seconds of a word and of the pause after it
_PAUSE = 0.06
_LONGEST = 400  # words
_PITCHES = (196.0, 220.0, 247.0, 262.0, 294.0)
_LOUD = 6_000
# MPEG-2 layer III, 32 kbit/s, 24 kHz, one channel: 96 bytes hold 576 samples; side information of zeros is silence.
_MP3_FRAME = b"\xff\xf3\x44\xc4" + bytes(92)
_MP3_SAMPLES = 576
_MP3_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)  # MPEG-1 layer III
_MP3_LOW_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)  # MPEG-2


class Voice(Struct, frozen=True):
    """How a text is read: the speed, 1 is the usual one, and after how many words it stops."""

    speed: float = 1.0
    longest: int = _LONGEST


_USUAL = Voice()


def seconds(text: str, voice: Voice = _USUAL) -> float:
    """Say how long a text sounds."""
    return min(max(len(text.split()), 1), voice.longest) * (_WORD + _PAUSE) / voice.speed


def pcm(text: str, voice: Voice = _USUAL) -> bytes:
    """Make the samples of a text, little-endian."""
    words = (text.split() or ["-"])[: voice.longest]
    return b"".join(_tone(len(word) % len(_PITCHES), voice.speed) for word in words)


def wav(text: str, voice: Voice = _USUAL) -> bytes:
    """Make a WAV file."""
    data = pcm(text, voice)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    return (
        struct.pack("<4sI4s", b"RIFF", 4 + len(form) + 8 + len(data), b"WAVE")
        + form
        + struct.pack("<4sI", b"data", len(data))
        + data
    )


def mp3(text: str, voice: Voice = _USUAL) -> bytes:
    """Make a silent MP3 file."""
    return _MP3_FRAME * -(-round(seconds(text, voice) * RATE) // _MP3_SAMPLES)


def duration(data: bytes) -> float:
    """Say how long a file sounds, in seconds: by the rate in its header, else as if it had 128 kbit/s."""
    if data[:4] == b"RIFF" and len(data) >= 44:
        rate = int.from_bytes(data[28:32], "little")
        return (len(data) - 44) / rate if rate else 0.0
    frame = re.search(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb].", data[:4096], re.DOTALL)
    kbits = 0
    if frame is not None:
        rates = _MP3_RATES if data[frame.start() + 1] & 8 else _MP3_LOW_RATES
        kbits = rates[data[frame.start() + 2] >> 4]
    return len(data) * 8 / ((kbits or 128) * 1000)


@lru_cache(maxsize=64)
def _tone(pitch: int, speed: float) -> bytes:
    """One word: a tone that swells and fades, and the pause after it."""
    count = round(_WORD * RATE / speed)
    turn = 2 * pi * _PITCHES[pitch] / RATE
    samples = array("h", (round(_LOUD * sin(pi * k / count) * sin(turn * k)) for k in range(count)))
    if byteorder == "big":
        samples.byteswap()
    return samples.tobytes() + bytes(2 * round(_PAUSE * RATE / speed))
