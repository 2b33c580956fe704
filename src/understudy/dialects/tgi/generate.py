"""Text Generation Inference's own answers: a text to go on with, whole or token by token.

In: a call of `/generate` or `/generate_stream`. Out: its body or stream. Of a fixed reply all events but the last are kept,
those of others are written when they are due.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects._cut import streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._kin.events import GRAMMAR
from understudy.dialects._kin.tokens import NAME, numbered
from understudy.dialects._stencil import fill
from understudy.dialects._turn import Turn, alike, costs, cut, lasting, whole, work_out
from understudy.dialects.tgi.check import MOST_TOP
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.lazy import Made
from understudy.model.reply import Reply
from understudy.text.logprobs import scored, spelled
from understudy.text.tokens import encoding
from understudy.text.vocabulary import load

_encode = msgspec.json.encode
_NAMES, _STREAM_NAMES = alike(b'{"generated_text":'), alike(b'data:{"index":1,')


def _finish(turn: Turn) -> str:
    return "length" if turn.finish == "length" else "stop_sequence" if turn.sequence is not None else "eos_token"


def _details(turn: Turn, tokens: int) -> dict[str, Any]:
    return {"finish_reason": _finish(turn), "generated_tokens": tokens, "seed": None}


def generate(call: Call, replies: tuple[Reply, ...], moment: Moment, *, listed: bool = False) -> Body | Stream:
    """Generate; the server's root answers a list of one, as its predecessor did."""
    reply = replies[0]
    if call.stream:
        return _stream(call, reply, moment)
    wanted = _wanted(call)
    keeps = lasting(reply, moment) and not _tells_more(wanted)
    key = (call.model, call.max_tokens, call.extra.stops, wanted.get("details") is True, listed)
    make = partial(_whole, call, reply, moment, listed=listed)
    turn, row = whole(reply, key, moment, make, shares=keeps)
    spent = costs(turn, reply, moment)
    return Body(fill(row, ()), spent.prompt, spent.completion, finish=turn.finish, reusable=keeps, names=_NAMES)


def _tells_more(wanted: dict[str, Any]) -> bool:
    """Say whether an answer tells of its prompt, or draws how likely tokens are."""
    return any(wanted.get(name) for name in ("return_full_text", "decoder_input_details", "top_n_tokens"))


def _whole(call: Call, reply: Reply, moment: Moment, *, listed: bool) -> tuple[Turn, bytes]:
    """Write a document."""
    turn = work_out(call, reply, call.extra.stops)
    spent, wanted = costs(turn, reply, moment), _wanted(call)
    found: dict[str, Any] = {"generated_text": _text(turn, call)}
    if wanted.get("details") is True:
        pieces = _pieces(turn, reply, call, moment)
        found["details"] = {
            **_details(turn, spent.completion),
            "prefill": _prefill(call, moment) if wanted.get("decoder_input_details") is True else [],
            "tokens": [_token(text) for text, _ in pieces],
            **({"top_tokens": [_top(text, i, call, moment) for i, (text, _) in enumerate(pieces)]} if _most(call) else {}),
        }
    return turn, _encode([found] if listed else found)


def _prefill(call: Call, moment: Moment) -> list[dict[str, Any]]:
    """The tokens of the prompt and how probable each was; before the first one stands nothing."""
    tokens = numbered(call.user)
    scores = scored([token for _, token in tokens], moment.random, encoding(NAME), 0, "prefill")
    found: list[dict[str, Any]] = []
    for (number, token), score in zip(tokens, scores, strict=True):
        found.append({"id": number, "text": spelled(token), "logprob": score.logprob if found else None})
    return found


def _most(call: Call) -> int:
    """How many of the likeliest tokens are told for each: as many as are wanted, up to the server's bound."""
    return min(asked.whole(_wanted(call).get("top_n_tokens")) or 0, MOST_TOP)


def _top(text: str, place: int, call: Call, moment: Moment) -> list[dict[str, Any]]:
    """The likeliest tokens in the place of one that was said."""
    rank, tokens = load(NAME).rank, [token for _, token in numbered(text)[:1]]
    scores = scored(tokens, moment.random, encoding(NAME), _most(call), f"top-tokens-{place}")
    best = [guess for score in scores for guess in score.best]
    return [{"id": rank(each.token), "text": spelled(each.token), "logprob": each.logprob, "special": False} for each in best]


def _wanted(call: Call) -> dict[str, Any]:
    return asked.mapping(call.extra.body.get("parameters"))


def _text(turn: Turn, call: Call) -> str:
    return (call.user if _wanted(call).get("return_full_text") is True else "") + turn.said("text")


class _Told(Struct):
    """A stream but its last event, what that one has of it, and how many tokens each carries."""

    turn: Turn
    events: Sequence[bytes]
    last: dict[str, Any]
    sheet: Sheet


def _stream(call: Call, reply: Reply, moment: Moment) -> Stream:
    key, keeps = ("generate", call.model, call.max_tokens, call.extra.stops), lasts(reply, moment) and not _most(call)
    make = partial(_told, call, streamed(reply), moment, keeps=keeps)
    told = rendered(reply, key, moment, make, lambda told: len(told.events), shares=keeps)
    spent = costs(told.turn, reply, moment)
    details = {**_details(told.turn, spent.completion), "input_length": spent.prompt}
    ended: dict[str, Any] = {
        "generated_text": _text(told.turn, call),
        "details": details if _wanted(call).get("details") is True else None,
    }
    frames = Frames(told.events, last=(_event(len(told.events) + 1, **told.last, **ended),))
    sheet = told.sheet.showing(frames) if keeps else Sheet(frames, told.sheet.tokens)
    finish, reusable = told.turn.finish, lasting(reply, moment) and not _tells_more(_wanted(call))
    return Stream(
        sheet, b"", (), spent.prompt, spent.completion, grammar=GRAMMAR, finish=finish, reusable=reusable, names=_STREAM_NAMES
    )


def _told(call: Call, reply: Reply, moment: Moment, *, keeps: bool) -> _Told:
    """Tell a stream: rendered, to be kept, or for once."""
    turn = work_out(call, reply, call.extra.stops)
    pieces = _pieces(turn, reply, call, moment) or [("", 0)]
    texts = [text for text, _ in pieces]

    def said(place: int) -> dict[str, Any]:
        return {"token": _token(texts[place]), **_likeliest(texts[place], place, call, moment)}

    events = Made(len(texts) - 1, lambda place: _event(place + 1, **said(place), generated_text=None, details=None))
    sheet = Sheet([], [tokens for _, tokens in pieces])
    return _Told(turn, list(events) if keeps else events, said(len(texts) - 1), sheet)


def _likeliest(text: str, place: int, call: Call, moment: Moment) -> dict[str, Any]:
    """The member of an event that tells the likeliest tokens, where they are wanted."""
    return {"top_tokens": _top(text, place, call, moment)} if _most(call) else {}


def _event(number: int, token: dict[str, Any], **ended: Any) -> bytes:
    return b"data:" + _encode({"index": number, "token": token, **ended}) + b"\n\n"


def _pieces(turn: Turn, reply: Reply, call: Call, moment: Moment) -> list[tuple[str, int]]:
    return [piece for part in turn.parts if part.kind == "text" for piece in cut(part, reply, call, moment)]


def _token(text: str) -> dict[str, Any]:
    tokens = numbered(text)
    return {"id": tokens[0][0] if tokens else 0, "text": text, "logprob": -0.05, "special": False}
