"""Speech and transcripts."""

from __future__ import annotations

import base64
import json

import pytest

from understudy.text import sound

SPEECH = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "one two three"}
TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}


@pytest.mark.parametrize(("form", "content_type"), TYPES.items())
def test_speech_has_the_type_of_its_form(post, form, content_type):
    answer = post("audio/speech", {**SPEECH, "response_format": form})
    assert answer.headers["content-type"] == content_type
    assert answer.body
    assert int(answer.headers["content-length"]) == len(answer.body)


def test_speed_shortens_it(post):
    slow, fast = (post("audio/speech", {**SPEECH, "response_format": "pcm", "speed": speed}).body for speed in (0.5, 2))
    assert len(slow) == 4 * len(fast)


def test_long_texts_are_spoken_to_the_end(post):
    answer = post("audio/speech", {**SPEECH, "input": "word " * 800, "response_format": "wav"})
    assert sound.duration(answer.body) == pytest.approx(288, abs=0.1)


def test_speech_as_events(post):
    answer = post("audio/speech", {**SPEECH, "response_format": "pcm", "stream_format": "sse"})
    events = list(map(json.loads, answer.events))
    assert b"".join(base64.b64decode(event["audio"]) for event in events[:-1]) == sound.pcm("one two three")
    assert events[-1] == {"type": "speech.audio.done", "usage": {"input_tokens": 3, "output_tokens": 22, "total_tokens": 25}}


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"voice": None}, "voice", "missing_required_parameter"),
        ({"voice": "bob"}, "voice", "invalid_value"),
        ({"input": ""}, "input", "empty_string"),
        ({"input": "x" * 4097}, None, None),
        ({"model": 3}, "model", "invalid_type"),
        ({"speed": 5}, "speed", "decimal_above_max_value"),
        ({"response_format": "m4a"}, "response_format", "invalid_value"),
        ({"model": "tts-1", "stream_format": "sse"}, "stream_format", "unsupported_value"),
    ],
)
def test_wrong_speech_is_refused_and_leniently_spoken(engine, post, change, param, code):
    answer = post("audio/speech", {**SPEECH, **change})
    assert (answer.status, *answer.error[1:]) == (400, param, code)
    assert post("audio/speech", {**SPEECH, **change}, to=engine(validation="lenient")).status == 200


def test_a_rule_may_fail_speech_but_says_nothing_else(engine, post):
    to = engine("rules: [{when: {user: bad}, reply: {error: 503}}, {reply: hello}]")
    assert post("audio/speech", {**SPEECH, "input": "bad"}, to=to).status == 503
    assert post("audio/speech", SPEECH, to=to).body == sound.mp3("one two three")


@pytest.fixture
def write(post, recording):
    """Have a recording written down."""

    def written(name="a b. c.wav", model="whisper-1", path="transcriptions", data=recording, to=None, **fields):
        listed = [(key, item) for key, value in fields.items() for item in (value if isinstance(value, list) else [value])]
        names = {"timestamp_granularities": "timestamp_granularities[]", "include": "include[]"}
        parts = [(names.get(key, key), value) for key, value in listed]
        return post(f"audio/{path}", ("file", name, data), ("model", model), *parts, **({"to": to} if to else {}))

    return written


def test_json_says_the_text_and_what_it_cost(write):
    assert write().json == {"text": "a b c", "usage": {"type": "duration", "seconds": 2}}
    usage = write(model="gpt-4o-transcribe", prompt="names: Ada").json["usage"]
    assert usage["input_token_details"] == {"text_tokens": 3, "audio_tokens": 20}
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] == 23 + 3
    assert write(path="translations").json == {"text": "a b c"}


TALK = (
    'rules: [{name: talk, when: {operation: transcription, user: {contains: a b}}, reply: "Hello there. How are you? Fine."}]'
)


def test_rules_say_what_is_heard_in_every_form(engine, write):
    to = engine(TALK)
    assert write(to=to, response_format="text").body == b"Hello there. How are you? Fine.\n"
    assert write(to=to, response_format="srt").body.decode() == (
        "1\n00:00:00,000 --> 00:00:00,840\nHello there.\n\n"
        "2\n00:00:00,840 --> 00:00:01,680\nHow are you?\n\n"
        "3\n00:00:01,680 --> 00:00:02,000\nFine.\n\n\n"
    )
    vtt = write(to=to, response_format="vtt")
    assert vtt.body.startswith(b"WEBVTT\n\n00:00:00.000 --> 00:00:00.840\nHello there.\n\n")
    assert vtt.headers["content-type"] == "text/plain; charset=utf-8"
    long = write(to=to, response_format="verbose_json", language="fr").json
    assert (long["task"], long["language"], long["duration"]) == ("transcribe", "fr", 2.0)
    assert [segment["text"] for segment in long["segments"]] == [" Hello there.", " How are you?", " Fine."]
    assert "words" not in long
    words = write(to=to, response_format="verbose_json", timestamp_granularities=["word"]).json
    assert [word["word"] for word in words["words"]] == ["Hello", "there.", "How", "are", "you?", "Fine."]
    assert words["words"][-1]["end"] == 2.0
    assert "segments" not in words
    two = write(to=to, model="gpt-4o-transcribe-diarize", response_format="diarized_json").json
    assert [segment["speaker"] for segment in two["segments"]] == ["A", "B", "A"]


def test_speakers_who_are_known_have_their_names(engine, write):
    asked = {"to": engine(TALK), "model": "gpt-4o-transcribe-diarize", "response_format": "diarized_json"}
    one = write(**asked, **{"known_speaker_names[]": ["agent"]}).json
    assert [segment["speaker"] for segment in one["segments"]] == ["agent", "A", "agent"]
    three = write(**asked, **{"known_speaker_names[]": ["a", "b", "c"]}).json
    assert [segment["speaker"] for segment in three["segments"]] == ["a", "b", "c"]


def test_segments_tell_the_temperature(write):
    for asked in ({}, {"temperature": "0.4"}):
        [segment] = write(response_format="verbose_json", **asked).json["segments"]
        assert segment["temperature"] == float(asked.get("temperature", 0))


def test_conditions_see_the_fields_of_a_form(engine, write):
    to = engine("rules: [{when: {json: {language: de, file.bytes: 64044}}, reply: Guten Tag}]")
    assert write(to=to, language="de").json["text"] == "Guten Tag"
    assert write(to=to, language="en").json["text"] == "a b c"


def test_a_stream_of_deltas(engine, write):
    to = engine(TALK)
    events = list(map(json.loads, write(to=to, model="gpt-4o-transcribe", stream="true").events))
    assert "".join(event["delta"] for event in events[:-1]) == "Hello there. How are you? Fine."
    assert (events[-1]["type"], events[-1]["usage"]["output_tokens"]) == ("transcript.text.done", 9)
    sure = list(map(json.loads, write(to=to, model="gpt-4o-transcribe", stream="true", include="logprobs").events))
    assert [entry for event in sure[:-1] for entry in event["logprobs"]] == sure[-1]["logprobs"]
    assert all(entry["logprob"] <= 0 for entry in sure[-1]["logprobs"])
    said = list(
        map(json.loads, write(to=to, model="gpt-4o-transcribe-diarize", stream="true", response_format="diarized_json").events)
    )
    assert [event["type"] for event in said] == ["transcript.text.segment"] * 3 + ["transcript.text.done"]
    assert write(stream="true").json["text"] == "a b c"  # whisper does not stream


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"name": "a.txt"}, None, None),
        ({"data": b""}, "file", "audio_too_short"),
        ({"model": ""}, "model", "missing_required_parameter"),
        ({"temperature": "2"}, "temperature", "decimal_above_max_value"),
        ({"temperature": "hot"}, "temperature", "invalid_type"),
        ({"response_format": "xml"}, "response_format", "invalid_value"),
        ({"response_format": "diarized_json"}, "response_format", "unsupported_value"),
        ({"model": "gpt-4o-transcribe", "response_format": "srt"}, "response_format", "unsupported_value"),
        ({"timestamp_granularities": ["word"]}, "timestamp_granularities", "unsupported_value"),
        ({"timestamp_granularities": ["x"]}, "timestamp_granularities[0]", "invalid_value"),
        ({"include": "logprobs"}, "include", "unsupported_value"),
    ],
)
def test_wrong_recordings_are_refused_and_leniently_written_down(engine, write, change, param, code):
    answer = write(**change)
    assert (answer.status, *answer.error[1:]) == (400, param, code)
    assert write(**change, to=engine(validation="lenient")).status == 200


def test_a_recording_may_be_too_large_or_missing(write, post):
    answer = write(data=bytes((25 << 20) + 1))
    assert answer.status == 413
    assert answer.json["error"]["type"] == "server_error"
    assert answer.error[0] == "Maximum content size limit (26214400) exceeded (26214401 bytes read)"
    assert post("audio/transcriptions", ("model", "whisper-1")).error[1] == "file"
