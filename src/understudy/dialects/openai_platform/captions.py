"""Transcripts as answers: in six forms, with times that divide the recording by the length of what is said, and as events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import Any

from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects.openai_platform.answers import body, event, stream
from understudy.dialects.openai_platform.ask import Json
from understudy.dialects.openai_platform.transcripts import Recording, audio_tokens
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Reply
from understudy.text.logprobs import scored, spelled
from understudy.text.tokens import Encoding, encoding_for

_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?]+|\n|$)\s*")
_PLAIN = "text/plain; charset=utf-8"


class Span(Struct, frozen=True):
    """A piece of a transcript, and when it is said."""

    text: str
    start: float
    end: float


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Encode what is heard."""
    recording: Recording = call.extra
    text = replies[0].text or recording.text
    encoding = encoding_for(call.model)
    tokens = encoding.count(text)
    prompt = moment.prompt_tokens
    usage = _usage(recording, prompt, tokens)
    if call.stream:
        return stream(_events(text, recording, usage, moment, encoding), prompt, tokens)
    answer = _whole(text, recording, usage, moment, encoding, tokens)
    if recording.task == "transcribe" and not recording.by_duration:  # whose stream takes as long
        turns = _sentences(text, recording.seconds) if recording.form == "diarized_json" else ()
        answer.spread = sum(encoding.count(turn.text) for turn in turns) if turns else tokens
    return answer


def _whole(text: str, recording: Recording, usage: Json, moment: Moment, encoding: Encoding, tokens: int) -> Body:
    prompt = moment.prompt_tokens
    match recording.form:
        case "text":
            return _plain(f"{text}\n", prompt, tokens)
        case "srt":
            return _plain(_srt(_sentences(text, recording.seconds)), prompt, tokens)
        case "vtt":
            return _plain(_vtt(_sentences(text, recording.seconds)), prompt, tokens)
        case "verbose_json":
            return body(_verbose(text, recording, encoding, usage), prompt, tokens)
        case "diarized_json":
            return body(_diarized(text, recording, usage), prompt, tokens)
    document: Json = {"text": text}
    if recording.task == "transcribe":
        if recording.logprobs:
            document["logprobs"] = _logprobs(text, moment, encoding)
        document["usage"] = usage
    return body(document, prompt, tokens)


def spans(parts: list[str], seconds: float) -> list[Span]:
    """Divide a time among texts by their length."""
    total, found, said = sum(map(len, parts)) or 1, [], 0
    for part in parts:
        start = round(seconds * said / total, 2)
        said += len(part)
        found.append(Span(part.strip(), start, round(seconds * said / total, 2)))
    return found


def _sentences(text: str, seconds: float) -> list[Span]:
    return spans([part for part in _SENTENCE.findall(text) if part.strip()], seconds)


def _plain(text: str, prompt: int, tokens: int) -> Body:
    return Body(text.encode("utf-8", "replace"), prompt, tokens, _PLAIN)


def _clock(seconds: float, point: str) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}{point}{whole % 1000:03d}"


def _srt(found: list[Span]) -> str:
    lines = (f"{k}\n{_clock(s.start, ',')} --> {_clock(s.end, ',')}\n{s.text}\n\n" for k, s in enumerate(found, 1))
    return "".join(lines) + "\n"


def _vtt(found: list[Span]) -> str:
    lines = (f"{_clock(s.start, '.')} --> {_clock(s.end, '.')}\n{s.text}\n\n" for s in found)
    return "WEBVTT\n\n" + "".join(lines)


def _verbose(text: str, recording: Recording, encoding: Encoding, usage: Json) -> Json:
    found: Json = {
        "task": recording.task,
        "language": recording.language,
        "duration": recording.seconds,
        "text": text,
    }
    if "segment" in recording.grains:
        found["segments"] = [
            _segment(k, span, recording, encoding) for k, span in enumerate(_sentences(text, recording.seconds))
        ]
    if "word" in recording.grains:
        words = spans([f"{word} " for word in text.split()], recording.seconds)
        found["words"] = [{"word": span.text, "start": span.start, "end": span.end} for span in words]
    return {**found, "usage": usage} if recording.task == "transcribe" else found


def _segment(index: int, span: Span, recording: Recording, encoding: Encoding) -> Json:
    return {
        "id": index,
        "seek": 0,
        "start": span.start,
        "end": span.end,
        "text": f" {span.text}",
        "tokens": [50364 + k for k in range(encoding.count(span.text))],
        "temperature": recording.temperature,
        "avg_logprob": -0.25,
        "compression_ratio": 1.2,
        "no_speech_prob": 0.01,
    }


def _diarized(text: str, recording: Recording, usage: Json) -> Json:
    segments = [_turn(k, span, recording.speakers) for k, span in enumerate(_sentences(text, recording.seconds))]
    return {"task": "transcribe", "duration": recording.seconds, "text": text, "segments": segments, "usage": usage}


def _turn(index: int, span: Span, known: tuple[str, ...]) -> Json:
    """One turn of a talk between two, or all who are known; who speaks takes turns by sentences."""
    speakers = (*known, *"AB")[: max(2, len(known))]
    return {
        "type": "transcript.text.segment",
        "id": f"seg_{index + 1:03d}",
        "start": span.start,
        "end": span.end,
        "text": span.text,
        "speaker": speakers[index % len(speakers)],
    }


def _usage(recording: Recording, prompt: int, tokens: int) -> Json:
    if recording.by_duration:
        return {"type": "duration", "seconds": ceil(recording.seconds)}
    heard = audio_tokens(recording)
    return {
        "type": "tokens",
        "total_tokens": prompt + tokens,
        "input_tokens": prompt,
        "input_token_details": {"text_tokens": prompt - heard, "audio_tokens": heard},
        "output_tokens": tokens,
    }


def _logprobs(text: str, moment: Moment, encoding: Encoding) -> list[Json]:
    found = scored(encoding.split(text), moment.random, encoding, 0)
    return [{"token": spelled(s.token), "logprob": s.logprob, "bytes": list(s.token)} for s in found]


def _events(text: str, recording: Recording, usage: Json, moment: Moment, encoding: Encoding) -> Iterator[tuple[bytes, int]]:
    done: dict[str, Any] = {"type": "transcript.text.done", "text": text}
    if recording.form == "diarized_json":
        for k, span in enumerate(_sentences(text, recording.seconds)):
            yield event(_turn(k, span, recording.speakers)), encoding.count(span.text)
    elif recording.logprobs:
        done["logprobs"] = _logprobs(text, moment, encoding)
        at = 0
        for piece, count in encoding.pieces(text):
            yield event({"type": "transcript.text.delta", "delta": piece, "logprobs": done["logprobs"][at : at + count]}), count
            at += count
    else:
        for piece, count in encoding.pieces(text):
            yield event({"type": "transcript.text.delta", "delta": piece}), count
    yield event({**done, "usage": usage}), 0
