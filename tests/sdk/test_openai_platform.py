"""The official client on moderations, images, audio, files, uploads and batches, with strict validation of every document."""

from __future__ import annotations

import base64
import io
import json
import struct
import urllib.request
import wave

import openai
import pytest

WAV = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 64000, b"WAVE", b"fmt ", 16, 1, 1, 16000, 32000, 2, 16, b"data", 64000)
WAV += bytes(64000)


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack_from(">II", png, 16)


def test_moderations_go_by_keywords(client):
    bad, good = client.moderations.create(input=["I want to kill them.", "I want to bake bread."]).results
    assert bad.flagged
    assert bad.categories.violence
    assert bad.category_scores.violence > 0.5
    assert bad.category_applied_input_types.violence == ["text"]
    assert not good.flagged
    parts = [
        {"type": "text", "text": "a photo"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,aaaa"}},
    ]
    [mixed] = client.moderations.create(model="omni-moderation-latest", input=parts).results
    assert mixed.category_applied_input_types.violence == ["text", "image"]
    assert mixed.category_applied_input_types.hate == ["text"]


def test_images_show_the_prompt(client):
    made = client.images.generate(model="gpt-image-1", prompt="a cat", size="1536x1024", n=2, quality="low")
    assert len(made.data) == 2
    assert size_of(base64.b64decode(made.data[0].b64_json)) == (1536, 1024)
    assert made.usage.output_tokens == 2 * 408
    assert (made.output_format, made.size, made.quality) == ("png", "1536x1024", "low")


def test_the_address_of_an_image_leads_to_it(client):
    [image] = client.images.generate(model="dall-e-3", prompt="a cat").data
    assert image.revised_prompt == "a cat"
    with urllib.request.urlopen(image.url) as answer:
        assert answer.headers["content-type"] == "image/png"
        assert size_of(answer.read()) == (1024, 1024)


def test_images_are_edited_and_varied(client):
    png = base64.b64decode(client.images.generate(model="gpt-image-1", prompt="a cat").data[0].b64_json)
    edited = client.images.edit(model="gpt-image-1", image=[("a.png", png), ("b.png", png)], prompt="add a hat", mask=png)
    assert size_of(base64.b64decode(edited.data[0].b64_json)) == (1024, 1024)
    assert edited.usage.input_tokens_details.image_tokens == 646
    with pytest.deprecated_call():
        varied = client.images.create_variation(image=("cat.png", png), n=2, size="256x256", response_format="b64_json")
    assert [size_of(base64.b64decode(image.b64_json)) for image in varied.data] == [(256, 256)] * 2


def test_images_are_streamed(client):
    events = list(client.images.generate(model="gpt-image-1", prompt="a cat", stream=True, partial_images=2, size="1024x1024"))
    kinds = [event.type for event in events]
    assert kinds == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert size_of(base64.b64decode(events[-1].b64_json)) == (1024, 1024)


@pytest.mark.parametrize("form", ["mp3", "opus", "aac", "flac", "wav", "pcm"])
def test_speech_is_sound(client, form):
    answer = client.audio.speech.create(model="tts-1", voice="alloy", input="one two three", response_format=form)
    data = answer.read()
    if form == "wav":
        with wave.open(io.BytesIO(data)) as sound:
            assert sound.getnframes() / sound.getframerate() == pytest.approx(1.08)
    begins = {"mp3": b"\xff\xf3", "opus": b"OggS", "aac": b"\xff\xf1", "flac": b"fLaC", "wav": b"RIFF", "pcm": b""}
    assert data.startswith(begins[form])


def test_speech_is_streamed(client):
    with client.audio.speech.with_streaming_response.create(
        model="gpt-4o-mini-tts", voice="alloy", input="one two", response_format="pcm", stream_format="sse"
    ) as answer:
        events = [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line]
    sound = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
    assert len(sound) == 2 * round(0.72 * 24000)
    assert events[-1]["usage"]["output_tokens"] == 14


def test_transcripts_come_from_the_name_of_the_file(client):
    heard = client.audio.transcriptions.create(model="gpt-4o-transcribe", file=("weather-in_Paris.wav", WAV))
    assert heard.text == "weather in Paris"
    assert heard.usage.input_token_details.audio_tokens == 20
    assert client.audio.transcriptions.create(model="whisper-1", file=("a b.wav", WAV), response_format="text") == "a b\n"
    long = client.audio.transcriptions.create(
        model="whisper-1",
        file=("a b.wav", WAV),
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    assert (long.duration, [word.word for word in long.words]) == (2.0, ["a", "b"])
    assert (long.segments[0].start, long.segments[0].end) == (0.0, 2.0)
    with pytest.deprecated_call():
        said = client.audio.translations.create(model="whisper-1", file=("guten Tag.mp3", b"\xff\xf3\x44\xc4" + bytes(92)))
    assert said.text == "guten Tag"


def test_transcripts_are_streamed(client):
    events = list(client.audio.transcriptions.create(model="gpt-4o-transcribe", file=("one two.wav", WAV), stream=True))
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == "one two"


def test_files_are_kept(client):
    made = client.files.create(file=("a.jsonl", b'{"a": 1}\n'), purpose="fine-tune")
    assert (made.bytes, made.filename, made.purpose, made.status) == (9, "a.jsonl", "fine-tune", "processed")
    assert client.files.retrieve(made.id) == made
    assert client.files.content(made.id).read() == b'{"a": 1}\n'
    assert made.id in [file.id for file in client.files.list(purpose="fine-tune")]
    assert client.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError, match="No such File object"):
        client.files.retrieve(made.id)


def test_a_file_is_uploaded_in_parts(client):
    upload = client.uploads.create(filename="a.txt", bytes=6, mime_type="text/plain", purpose="user_data")
    parts = [client.uploads.parts.create(upload.id, data=data).id for data in (b"abc", b"def")]
    done = client.uploads.complete(upload.id, part_ids=parts)
    assert done.status == "completed"
    assert client.files.content(done.file.id).read() == b"abcdef"
    other = client.uploads.create(filename="a.txt", bytes=6, mime_type="text/plain", purpose="user_data")
    assert client.uploads.cancel(other.id).status == "cancelled"


def test_a_batch_is_really_run(serve, connect):
    client = connect(serve("rules: [{name: ping, when: {user: ping}, reply: pong}, {when: {user: no}, reply: {error: 400}}]"))
    lines = [
        {
            "custom_id": f"{i}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]},
        }
        for i, text in enumerate(["ping", "no", "ping"])
    ]
    data = "\n".join(map(json.dumps, lines)).encode()
    file = client.files.create(file=("in.jsonl", data), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"a": "b"}
    )
    assert batch.status == "validating"
    seen = {batch.status}
    while batch.status not in ("completed", "failed"):
        batch = client.batches.retrieve(batch.id)
        seen.add(batch.status)
    assert batch.errors is None
    assert seen <= {"validating", "in_progress", "finalizing", "completed"}
    assert (batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == (3, 2, 1)
    rows = [json.loads(line) for line in client.files.content(batch.output_file_id).text.splitlines()]
    assert [row["custom_id"] for row in rows] == ["0", "2"]
    assert rows[0]["response"]["body"]["choices"][0]["message"]["content"] == "pong"
    assert rows[0]["response"]["request_id"].startswith("req_")
    [row] = [json.loads(line) for line in client.files.content(batch.error_file_id).text.splitlines()]
    assert (row["custom_id"], row["response"]["status_code"]) == ("1", 400)
    assert batch.usage.total_tokens == sum(row["response"]["body"]["usage"]["total_tokens"] for row in rows)
    assert [found.id for found in client.batches.list()] == [batch.id]
    with pytest.raises(openai.ConflictError, match="completed"):
        client.batches.cancel(batch.id)


def test_a_batch_is_cancelled(plain, client):
    line = {"custom_id": "1", "method": "POST", "url": "/v1/embeddings", "body": {"model": "m", "input": "x"}}
    data = "\n".join(json.dumps(line | {"custom_id": f"{i}"}) for i in range(2000)).encode()
    file = client.files.create(file=("in.jsonl", data), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint="/v1/embeddings", completion_window="24h")
    assert client.batches.cancel(batch.id).status == "cancelling"
    while batch.status != "cancelled":
        batch = client.batches.retrieve(batch.id)
    assert batch.cancelled_at >= batch.created_at
