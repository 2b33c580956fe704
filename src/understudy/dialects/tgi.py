"""Text Generation Inference: `/generate` and `/generate_stream` of the server's own, and OpenAI's paths.

No recordings: the forms are the server's documentation's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._cut import streamed
from understudy.dialects._kin import Answered, Kin, KinDialect, endpoint, standard
from understudy.dialects._kin.decode import Extra, body_of, catalogue, model_of
from understudy.dialects._kin.errors import spoken, words
from understudy.dialects._kin.events import GRAMMAR
from understudy.dialects._kin.tokens import numbered
from understudy.dialects._turn import Turn, costs, cut, work_out
from understudy.model.call import Call, Message
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply

_VERSION = "3.3.6"
_TYPES = {422: "validation", 424: "generation", 429: "overloaded", 503: "overloaded"}
_encode = msgspec.json.encode


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, {"rate_limit": ("", None, "Model is overloaded")})
    return {"error": message, "error_type": failure.type or _TYPES.get(failure.status, "validation")}


def _marked(document: dict[str, Any], _answered: Answered) -> dict[str, Any]:
    return {**document, "system_fingerprint": f"{_VERSION}-native"}


def _decode(*, stream: bool | None) -> Any:
    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        value = body_of(request, options, "inputs")
        wanted, prompt = asked.mapping(value.get("parameters")), str(value.get("inputs") or "")
        return Call(
            "chat",
            "tgi",
            model_of(value, options),
            [Message("user", prompt)],
            prompt,
            value.get("stream") is True if stream is None else stream,
            asked.whole(wanted.get("max_new_tokens")),
            Extra(value, asked.texts(wanted.get("stop"))),
            request.body,
        )

    return decode


def _finish(turn: Turn) -> str:
    return "length" if turn.finish == "length" else "stop_sequence" if turn.sequence is not None else "eos_token"


def _details(turn: Turn, tokens: int) -> dict[str, Any]:
    return {"finish_reason": _finish(turn), "generated_tokens": tokens, "seed": None}


def _generate(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    reply = streamed(replies[0]) if call.stream else replies[0]
    turn = work_out(call, reply, call.extra.stops)
    spent = costs(turn, reply, moment)
    text = turn.said("text")
    if not call.stream:
        found: dict[str, Any] = {"generated_text": text}
        if asked.mapping(call.extra.body.get("parameters")).get("details") is True:
            found["details"] = {
                **_details(turn, spent.completion),
                "prefill": [],
                "tokens": [_token(piece) for piece in _pieces(turn, reply, call, moment)],
            }
        return Body(_encode(found), spent.prompt, spent.completion)
    pieces = _pieces(turn, reply, call, moment) or [("", 0)]
    frames = []
    for number, piece in enumerate(pieces, 1):
        is_last = number == len(pieces)
        ended = {"generated_text": text if is_last else None, "details": _details(turn, spent.completion) if is_last else None}
        frames.append((b"data:" + _encode({"index": number, "token": _token(piece), **ended}) + b"\n\n", b""))
    sheet = Sheet(frames, [tokens for _, tokens in pieces])
    return Stream(sheet, b"", (), spent.prompt, spent.completion, grammar=GRAMMAR)


def _pieces(turn: Turn, reply: Reply, call: Call, moment: Moment) -> list[tuple[str, int]]:
    return [piece for part in turn.parts if part.kind == "text" for piece in cut(part, reply, call, moment)]


def _token(piece: tuple[str, int]) -> dict[str, Any]:
    tokens = numbered(piece[0])
    return {"id": tokens[0][0] if tokens else 0, "text": piece[0], "logprob": -0.05, "special": False}


def _info(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    name = moment.options.listed[0].id if moment.options.listed else moment.options.default_model
    limits = {
        "max_concurrent_requests": 128,
        "max_best_of": 2,
        "max_stop_sequences": 4,
        "max_input_tokens": 32767,
        "max_total_tokens": 32768,
    }
    return Body(
        _encode({"model_id": name, "model_sha": None, "model_pipeline_tag": "text-generation", **limits, "version": _VERSION})
    )


def _nothing(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    return Body(b"")


KIN = Kin("tgi", ("meta-llama/Llama-3.1-8B-Instruct",), ("",), thought=(), whole=_marked, chunk=_marked, failure=spoken(_error))
DIALECT = KinDialect(
    KIN,
    (
        *standard(KIN, "completions", base="/v1"),
        endpoint("POST", "/generate", "chat", _decode(stream=False), _generate),
        endpoint("POST", "/generate_stream", "chat", _decode(stream=True), _generate),
        endpoint("POST", "/", "chat", _decode(stream=None), _generate),
        endpoint("GET", "/info", "health", catalogue("tgi"), _info, counts=False),
        endpoint("GET", "/health", "health", catalogue("tgi"), _nothing, counts=False),
    ),
)
