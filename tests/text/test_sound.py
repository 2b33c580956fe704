"""Sound that stands for speech: as long as the text, in files that players read."""

from __future__ import annotations

import io
import wave

import pytest

from understudy.text import sound


@pytest.mark.parametrize("text", ["one", "one two three", ""])
def test_a_wav_file_is_as_long_as_its_text_sounds(text):
    with wave.open(io.BytesIO(sound.wav(text))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (sound.RATE, 1, 2)
        assert file.getnframes() / sound.RATE == pytest.approx(sound.seconds(text))
        assert file.readframes(file.getnframes()) == sound.pcm(text)


def test_it_can_be_heard():
    assert max(sound.pcm("word")) > 0


def test_an_mp3_file_is_whole_frames_of_the_same_length():
    data = sound.mp3("one two three")
    frames = [data[at : at + 96] for at in range(0, len(data), 96)]
    assert all(frame.startswith(b"\xff\xf3") and len(frame) == 96 for frame in frames)
    assert len(frames) * 576 / sound.RATE == pytest.approx(sound.seconds("one two three"), abs=0.024)


def test_a_long_text_ends_somewhere():
    assert sound.seconds("word " * 10_000) == sound.seconds("word " * 400)


def test_who_reads_faster_is_done_sooner():
    fast = sound.Voice(2.0)
    assert sound.seconds("one two", fast) == sound.seconds("one")
    assert len(sound.pcm("one two", fast)) == len(sound.pcm("one"))
    assert len(sound.mp3("word " * 100, fast)) == pytest.approx(len(sound.mp3("word " * 50)), abs=96)


@pytest.mark.parametrize("make", [sound.wav, sound.mp3])
def test_a_file_says_how_long_it_sounds(make):
    assert sound.duration(make("one two three")) == pytest.approx(sound.seconds("one two three"), abs=0.024)


def test_an_unknown_file_sounds_as_long_as_it_is_large():
    assert sound.duration(bytes(16_000)) == 1.0
    assert sound.duration(b"") == 0.0
    assert sound.duration(b"RIFF" + bytes(40)) == 0.0
