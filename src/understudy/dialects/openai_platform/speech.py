"""POST /audio/speech (wire.md 9.3): a text as sound, as a file or as events.

WAV and PCM are one tone for each word; the formats that need an encoder are silence of the same length.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from understudy.dialects import Moment, Options
from understudy.dialects._openai.check import Check, empty_string, fields, missing, number, one_of, refuse, string, wrong_type
from understudy.dialects.openai_platform.answers import event, stream
from understudy.dialects.openai_platform.ask import NAME, Ask, json_body
from understudy.model.call import Call, Message
from understudy.model.frame import Body, Stream
from understudy.model.http import Request
from understudy.model.reply import Reply
from understudy.text import silence, sound
from understudy.text.sound import Voice
from understudy.text.tokens import encoding_for

_LONGEST = 4096
_WORDS = 1_000  # that are spoken: six minutes, 17 MB of samples
_TOKENS = 20  # a second
_PIECE = 24_000  # bytes of an event
_VOICES = ("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse")
_MADE: dict[str, tuple[str, Callable[[str, Voice], bytes]]] = {
    "mp3": ("audio/mpeg", sound.mp3),
    "opus": ("audio/opus", lambda text, voice: silence.opus(sound.seconds(text, voice))),
    "aac": ("audio/aac", lambda text, voice: silence.aac(sound.seconds(text, voice))),
    "flac": ("audio/flac", lambda text, voice: silence.flac(sound.seconds(text, voice))),
    "wav": ("audio/wav", sound.wav),
    "pcm": ("audio/pcm", sound.pcm),
}
_CHECKS: tuple[tuple[str, Check], ...] = (
    ("instructions", string),
    ("response_format", one_of(*_MADE)),
    ("speed", number(0.25, 4.0, whole=False)),
    ("stream_format", one_of("sse", "audio")),
)


def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a request for speech."""
    ask = json_body(request, options)
    if options.strict:
        _check(ask.fields)
    text = ask.text("input")
    streams = ask.text("stream_format") == "sse"
    ask.model = ask.text("model") or "gpt-4o-mini-tts"
    return Call("speech", NAME, ask.model, [Message("user", text)], text, streams, extra=ask, body=request.body)


def prompt_tokens(call: Call) -> int:
    """Count the text and the instructions."""
    ask: Ask = call.extra
    count = encoding_for(call.model).count
    return count(call.user) + count(ask.text("instructions"))


def encode(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Encode the sound; what is said is always the text."""
    ask: Ask = call.extra
    speed = ask.fields.get("speed")
    fast = speed if isinstance(speed, int | float) and 0.25 <= speed <= 4 else 1.0
    voice = Voice(round(fast, 2), _WORDS)
    content_type, make = _MADE.get(ask.text("response_format"), _MADE["mp3"])
    data = make(call.user, voice)
    tokens = round(sound.seconds(call.user, voice) * _TOKENS)
    if call.stream:
        return stream(_events(data, moment.prompt_tokens, tokens), moment.prompt_tokens, tokens)
    return Body(data, moment.prompt_tokens, tokens, content_type, spread=tokens)


def _events(data: bytes, prompt: int, tokens: int) -> Iterator[tuple[bytes, int]]:
    count, spent = -(-len(data) // _PIECE), 0
    for index in range(count):
        piece = data[index * _PIECE : (index + 1) * _PIECE]
        due = tokens * (index + 1) // count
        yield event({"type": "speech.audio.delta", "audio": b64encode(piece).decode()}), due - spent
        spent = due
    usage = {"input_tokens": prompt, "output_tokens": tokens, "total_tokens": prompt + tokens}
    yield event({"type": "speech.audio.done", "usage": usage}), 0


def _check(given: Mapping[str, Any]) -> None:
    for name in ("model", "input", "voice"):
        if given.get(name) is None:
            missing(name)
        if not isinstance(given[name], str) and not (name == "voice" and isinstance(given[name], dict)):
            wrong_type(name, "a string", given[name])
        if not given[name]:
            empty_string(name)
    if len(given["input"]) > _LONGEST:
        said = {"type": "string_too_long", "loc": ("body", "input"), "msg": f"String should have at most {_LONGEST} characters"}
        refuse(str([{**said, "ctx": {"max_length": _LONGEST}}]))
    if isinstance(given["voice"], str):
        one_of(*_VOICES)(given["voice"], "voice")
    fields(given, _CHECKS)
    if given.get("stream_format") == "sse" and given["model"] in ("tts-1", "tts-1-hd"):
        refuse(
            "Unsupported value: 'stream_format' does not support 'sse' with this model.", "stream_format", "unsupported_value"
        )
