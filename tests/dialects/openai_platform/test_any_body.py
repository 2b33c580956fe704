"""Whatever is sent, the answer is a document or a refusal, never a mistake of ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATHS = (
    *("moderations", "images/generations", "images/edits", "images/variations", "audio/speech", "audio/transcriptions"),
    *("audio/translations", "files", "uploads", "uploads/x/parts", "uploads/x/complete", "batches", "batches/x/cancel"),
)
NAMES = (
    *("input", "model", "prompt", "n", "size", "stream", "quality", "voice", "speed", "response_format", "purpose", "file"),
    *("image", "images", "background", "output_format", "partial_images", "expires_after", "bytes", "filename", "part_ids"),
    *("md5", "input_file_id", "endpoint", "completion_window", "metadata", "temperature", "include", "mime_type", "language"),
)
WORDS = st.sampled_from(["", "x", "1024x1024", "gpt-image-1", "dall-e-3", "whisper-1", "true", "verbose_json", "srt", "\ud800"])
SCALARS = st.none() | st.booleans() | st.integers(-3, 9) | st.just(2**70) | st.floats(allow_nan=False, width=16) | WORDS
VALUES = SCALARS | st.lists(SCALARS | st.dictionaries(st.sampled_from(["type", "text"]), SCALARS, max_size=2), max_size=3)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES | st.dictionaries(WORDS, SCALARS, max_size=2), max_size=6)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def strict(engine):
    return engine()


@pytest.fixture
def lenient(engine):
    return engine(validation="lenient")


@pytest.mark.parametrize("path", PATHS)
@QUICK
@given(body=BODIES)
def test_documents(ask_engine, strict, lenient, path, body):
    data = json.dumps(body).encode()
    for to in (strict, lenient):
        assert ask_engine(to, data, f"/v1/{path}").status in (200, 400, 404)


@pytest.mark.parametrize("path", PATHS)
@QUICK
@given(fields=st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=8), st.booleans()), max_size=5))
def test_forms(ask_engine, strict, lenient, path, fields):
    parts = [
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"{"; filename=a.mp3" if is_file else ""}\r\n\r\n{value}\r\n'
        for name, value, is_file in fields
    ]
    data = ("".join(parts) + "--xyz--").encode()
    for to in (strict, lenient):
        answer = ask_engine(to, data, f"/v1/{path}", headers={"content-type": "multipart/form-data; boundary=xyz"})
        assert answer.status in (200, 400, 404)
