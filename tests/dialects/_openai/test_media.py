"""What images, sound and files cost."""

from __future__ import annotations

import base64
import io
import struct
import wave

import pytest

from understudy.dialects._openai.media import heard, image_tokens, part_tokens, seconds
from understudy.model.call import Message
from understudy.text.tokens import encoding

ENCODING = encoding("o200k_base")


def url(data, kind="image/png"):
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def cost(address, model="gpt-4o", detail="auto"):
    return part_tokens({"type": "image_url", "image_url": {"url": address, "detail": detail}}, model, ENCODING)


@pytest.mark.parametrize(
    ("size", "model", "expected"),
    [
        ((512, 512), "gpt-4o", 85 + 170),
        ((1024, 1024), "gpt-4o", 765),
        ((2048, 4096), "gpt-4o", 1105),
        ((1024, 1024), "gpt-4o-mini", 2833 + 4 * 5667),
        ((1024, 1024), "o1", 75 + 4 * 150),
        ((1024, 1024), "gpt-5", 70 + 4 * 140),
        ((1024, 1024), "gpt-4.1-mini", 1659),
        ((1800, 2400), "gpt-4.1-mini", 2353),
        ((1024, 1024), "house-model", 765),
    ],
)
def test_an_image_costs_what_is_published(size, model, expected):
    assert image_tokens(size, model) == expected


def test_low_detail_costs_the_base_alone():
    assert cost("https://example.com/a.png", detail="low") == 85
    assert cost("https://example.com/a.png") == 765


JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 600, 300) + bytes(20)
WIDE = [
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 300, 600) + bytes(20),
    b"GIF89a" + struct.pack("<HH", 300, 600) + bytes(20),
    JPEG,
    b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + (299).to_bytes(3, "little") + (599).to_bytes(3, "little") + bytes(20),
    b"RIFF\x00\x00\x00\x00WEBPVP8L" + bytes(5) + (299 | 599 << 14).to_bytes(4, "little") + bytes(20),
    b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(10) + struct.pack("<HH", 300, 600) + bytes(20),
]


@pytest.mark.parametrize("data", WIDE, ids=["png", "gif", "jpeg", "webp", "webp lossless", "webp lossy"])
def test_the_size_is_read_from_the_data(data):
    assert cost(url(data)) == image_tokens((300, 600), "gpt-4o") == 85 + 2 * 170


@pytest.mark.parametrize(
    "address", ["data:image/png;base64,????", "data:image/png;base64,iVBO", "data:,x", "", url(b"\xff\xd8\xff")]
)
def test_data_nobody_can_read_counts_as_an_ordinary_image(address):
    assert cost(address) == 765


def sound(length):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 8_000, 0, "NONE", ""))
        out.writeframes(bytes(round(16_000 * length)))
    return {"data": base64.b64encode(file.getvalue()).decode(), "format": "wav"}


def test_sound_costs_ten_tokens_a_second():
    assert part_tokens({"type": "input_audio", "input_audio": sound(3)}, "gpt-audio", ENCODING) == 30
    assert heard([Message("user", [{"type": "input_audio", "input_audio": sound(2)}, {"type": "text", "text": "x"}])]) == 20


def test_an_mp3_lasts_as_long_as_its_rate_says():
    data = b"\xff\xfb\x50" + bytes(7997)  # 64 kbit/s
    assert seconds({"data": base64.b64encode(data).decode(), "format": "mp3"}) == pytest.approx(1, abs=0.01)


def test_heard_tokens_are_told(ask, chat):
    body = chat([{"type": "input_audio", "input_audio": sound(2)}], model="gpt-4o-audio-preview")
    usage = ask(body).json["usage"]
    assert usage["prompt_tokens_details"]["audio_tokens"] == 20
    assert usage["prompt_tokens"] == 7 + 20


def test_files_cost_their_pages_or_their_text():
    pages = b"%PDF-1.4 /Type /Pages /Type /Page /Type/Page "
    one = image_tokens((768, 994), "gpt-4o")
    assert part_tokens({"type": "file", "file": {"file_data": url(pages, "application/pdf")}}, "gpt-4o", ENCODING) == 2 * one
    text = {"type": "file", "file": {"file_data": url(b"one two three", "text/plain")}}
    assert part_tokens(text, "gpt-4o", ENCODING) == 3
    assert part_tokens({"type": "file", "file": {"file_id": "file-1"}}, "gpt-4o", ENCODING) == 0


@pytest.mark.parametrize(
    "part",
    [
        7,
        {},
        {"type": []},
        {"type": "image_url"},
        {"type": "image_url", "image_url": 7},
        {"type": "input_audio", "input_audio": {}},
    ],
)
def test_a_part_that_makes_no_sense_costs_nothing(part):
    assert part_tokens(part, "gpt-4o", ENCODING) == 0
