"""From forms with a recording to calls: POST /audio/transcriptions and /audio/translations (wire.md 9.3).

What is "heard" is what a rule says, else the name of the file; rules see that name as the last user message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects._openai.check import Check, boolean, fields, missing, number, one_of, refuse
from understudy.dialects.openai_platform.ask import NAME, Ask, form, told, typed
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Operation
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.text import sound
from understudy.text.tokens import encoding_for
from understudy.wire.multipart import Part

FORMS = ("json", "text", "srt", "verbose_json", "vtt", "diarized_json")
_LARGEST = 25 << 20
_ENDINGS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_SEPARATORS = re.compile(r"[\s_+.-]+")
_CHECKS: tuple[tuple[str, Check], ...] = (
    ("response_format", one_of(*FORMS)),
    ("temperature", number(0, 1, whole=False)),
    ("stream", boolean),
)
_GRAINS = ("word", "segment")
_TOKENS = 10  # a second


class Recording(Struct, frozen=True):
    """What is to be written down, and how."""

    text: str
    seconds: float
    form: str
    language: str
    task: str
    grains: tuple[str, ...] = ("segment",)
    logprobs: bool = False
    by_duration: bool = False
    prompt: str = ""
    temperature: float = 0.0
    speakers: tuple[str, ...] = ()


def transcription(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a request for a transcript."""
    return _call("transcription", request, options)


def translation(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a request for a transcript in English."""
    return _call("translation", request, options)


def audio_tokens(recording: Recording) -> int:
    """Count the tokens of a recording."""
    return round(recording.seconds * _TOKENS)


def prompt_tokens(call: Call) -> int:
    """Count the recording and the prompt that goes with it."""
    recording: Recording = call.extra
    return audio_tokens(recording) + encoding_for(call.model).count(recording.prompt)


def _call(operation: Operation, request: Request, options: Options) -> Call:
    ask = form(request, options)
    typed(ask.fields, {"temperature": float, "stream": bool})
    file = ask.file("file") or Part("file", b"", "")
    ask.model = ask.text("model") or "whisper-1"
    if options.strict:
        _check(operation, ask, file)
    name = _spoken(file.filename or "")
    prompt, warm = ask.text("prompt"), ask.fields.get("temperature")
    recording = Recording(
        name,
        round(sound.duration(file.data), 2) or sound.seconds(name),
        ask.text("response_format") or "json",
        ask.text("language") or "english",
        "translate" if operation == "translation" else "transcribe",
        _listed(ask, "timestamp_granularities") or ("segment",),
        "logprobs" in _listed(ask, "include"),
        ask.model.startswith("whisper"),
        prompt,
        warm if isinstance(warm, float) else 0.0,
        _listed(ask, "known_speaker_names"),
    )
    messages = [*([Message("system", prompt)] if prompt else []), Message("user", name)]
    streams = ask.fields.get("stream") is True and not recording.by_duration and operation == "transcription"
    return Call(operation, NAME, ask.model, messages, name, streams, extra=recording, body=told(ask))


def _listed(ask: Ask, name: str) -> tuple[str, ...]:
    value = ask.fields.get(name)
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else ()


def _spoken(filename: str) -> str:
    """The words of the name of a file."""
    return _SEPARATORS.sub(" ", PurePath(filename.replace("\\", "/")).stem).strip() or "audio"


def _check(operation: Operation, ask: Ask, file: Part) -> None:
    if "file" not in ask.files:
        missing("file")
    if not ask.text("model"):
        missing("model")
    if len(file.data) > _LARGEST:
        message = f"Maximum content size limit ({_LARGEST}) exceeded ({len(file.data)} bytes read)"
        raise RequestError(Failure(413, "too_large", message, type="server_error"))
    if PurePath(file.filename or "").suffix.lower().lstrip(".") not in _ENDINGS:
        refuse(f"Unrecognized file format. Supported formats: {list(_ENDINGS)}")
    if not file.data:
        refuse("Audio file is too short. Minimum audio length is 0.1 seconds.", "file", "audio_too_short")
    fields(ask.fields, _CHECKS)
    for i, grain in enumerate(_listed(ask, "timestamp_granularities")):
        one_of(*_GRAINS)(grain, f"timestamp_granularities[{i}]")
    _check_form(operation, ask)


def _check_form(operation: Operation, ask: Ask) -> None:
    """Refuse forms that a model does not write."""
    wanted, whisper = ask.text("response_format") or "json", ask.model.startswith("whisper")
    allowed: tuple[str, ...]
    allowed = ("json", "text", "srt", "verbose_json", "vtt") if whisper or operation == "translation" else ("json", "text")
    if "diarize" in ask.model:
        allowed = ("json", "text", "diarized_json")
    if wanted not in allowed:
        others = " or ".join(f"'{form}'" for form in allowed)
        message = f"response_format '{wanted}' is not compatible with model '{ask.model}'. Use {others} instead."
        refuse(message, "response_format", "unsupported_value")
    if _listed(ask, "timestamp_granularities") and wanted != "verbose_json":
        message = "'timestamp_granularities' is only supported with response_format 'verbose_json'."
        refuse(message, "timestamp_granularities", "unsupported_value")
    if "logprobs" in _listed(ask, "include") and (whisper or wanted != "json"):
        message = "'include[]' with 'logprobs' is only supported with response_format 'json' and the models gpt-4o-transcribe."
        refuse(message, "include", "unsupported_value")
