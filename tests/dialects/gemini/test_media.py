"""What is no text, and what it costs."""

from __future__ import annotations

import struct
from base64 import b64encode

import pytest


def png(width, height):
    return b64encode(b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", width, height) + bytes(8)).decode()


def wav(seconds):
    head = b"RIFF" + bytes(4) + b"WAVEfmt " + bytes(12) + struct.pack("<I", 1000) + bytes(12)
    return b64encode(head + bytes(1000 * seconds)).decode()


@pytest.mark.parametrize(
    ("part", "model", "modality", "tokens"),
    [
        ({"inlineData": {"mimeType": "image/png", "data": png(384, 384)}}, "gemini-2.0-flash", "IMAGE", 258),
        ({"inlineData": {"mimeType": "image/png", "data": png(1000, 700)}}, "gemini-2.5-flash", "IMAGE", 516),
        ({"inlineData": {"mimeType": "image/png", "data": png(10, 10)}}, "gemini-3-pro-preview", "IMAGE", 1120),
        ({"fileData": {"mimeType": "image/png", "fileUri": "gs://a/b"}}, "gemini-2.0-flash", "IMAGE", 258),
        ({"inlineData": {"mimeType": "audio/wav", "data": wav(3)}}, "gemini-2.0-flash", "AUDIO", 96),
        ({"fileData": {"mimeType": "audio/mp3", "fileUri": "gs://a/b"}}, "gemini-2.0-flash", "AUDIO", 320),
        ({"fileData": {"mimeType": "video/mp4", "fileUri": "gs://a/b"}}, "gemini-2.0-flash", "VIDEO", 2630),
        (
            {"inlineData": {"mimeType": "application/pdf", "data": b64encode(b"%PDF /Type /Page /Type /Page ").decode()}},
            "gemini-2.0-flash",
            "DOCUMENT",
            516,
        ),
    ],
)
def test_a_part_has_its_price(say, contents, part, model, modality, tokens):
    found = say(contents([{"text": "hi"}, part]), model, "countTokens").json
    assert {item["modality"]: item["tokenCount"] for item in found["promptTokensDetails"]}[modality] == tokens


def test_a_resolution_asked_for_has_its_price(say, contents):
    part = {"inlineData": {"mimeType": "image/png", "data": png(2000, 2000)}}
    low = contents([part], generationConfig={"mediaResolution": "MEDIA_RESOLUTION_LOW"})
    assert say(low, "gemini-3-pro-preview").json["usageMetadata"]["promptTokenCount"] == 1 + 280
    assert say(low, "gemini-2.0-flash").json["usageMetadata"]["promptTokenCount"] == 258


def test_a_text_file_counts_as_its_text(say, contents):
    part = {"inlineData": {"mimeType": "text/plain", "data": b64encode(b"one two three").decode()}}
    assert say(contents([part]), "gemini-2.0-flash", "countTokens").json["totalTokens"] in (0, 3)
