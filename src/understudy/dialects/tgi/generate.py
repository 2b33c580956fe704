"""Text Generation Inference's own answers: a text to go on with, whole or token by token.

In: a call of `/generate` or `/generate_stream`. Out: its body or stream. Of a fixed reply all events but the last are kept,
those of others are written when they are due, of tokens that streams share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects._cut import Pieces, parted, streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._kin.events import GRAMMAR
from understudy.dialects._kin.tokens import NAME, numbered
from understudy.dialects._stencil import fill
from understudy.dialects._turn import Turn, alike, costs, cut, lasting, whole, work_out
from understudy.dialects.tgi.check import MOST_TOP
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.lazy import Lazy, Made, settled
from understudy.model.ports import Random
from understudy.model.reply import Reply
from understudy.text.logprobs import scored, spelled
from understudy.text.memo import Memo
from understudy.text.tokens import encoding
from understudy.text.vocabulary import load

_NOTHING: Final = b"null"
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
    found: dict[str, Any] = {"generated_text": _before(call) + turn.said("text")}
    if wanted.get("details") is True:
        most = _most(call)
        pieces = _pieces(turn, reply, call, moment)
        found["details"] = {
            **_details(turn, spent.completion),
            "prefill": _prefill(call, moment) if wanted.get("decoder_input_details") is True else [],
            "tokens": [_token(text) for text, _ in pieces],
            **({"top_tokens": [_top(text, i, most, moment.random) for i, (text, _) in enumerate(pieces)]} if most else {}),
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


def _top(text: str, place: int, most: int, random: Random) -> list[dict[str, Any]]:
    """The likeliest tokens in the place of one that was said."""
    rank, tokens = load(NAME).rank, [token for _, token in numbered(text)[:1]]
    scores = scored(tokens, random, encoding(NAME), most, f"top-tokens-{place}")
    best = [guess for score in scores for guess in score.best]
    return [{"id": rank(each.token), "text": spelled(each.token), "logprob": each.logprob, "special": False} for each in best]


def _wanted(call: Call) -> dict[str, Any]:
    return asked.mapping(call.extra.body.get("parameters"))


def _before(call: Call) -> str:
    """What stands before the text: the prompt, where it is wanted."""
    return call.user if _wanted(call).get("return_full_text") is True else ""


class _Ending(NamedTuple):
    """What the last event of a stream tells beside its piece: all of the text, behind what stands before it, and details."""

    before: str
    text: str | None
    """None where it is what the pieces say together."""
    details: bytes

    def event(self, texts: Sequence[str], said: Callable[[str, int], bytes]) -> bytes:
        text = "".join(texts) if self.text is None else self.text
        last = len(texts) - 1
        return _event(last, said(texts[last], last), _encode(self.before + text), self.details)


class _Events(Lazy[bytes]):
    """The events of a stream, each written when it is looked at: one for each piece of a text, the last with its ending."""

    __slots__ = ("_ending", "_said", "_texts")

    def __init__(self, texts: Sequence[str], said: Callable[[str, int], bytes], ending: _Ending) -> None:
        self._texts, self._said, self._ending = texts, said, ending

    def __len__(self) -> int:
        return len(self._texts)

    def settle(self, text: str) -> None:
        """Hold the pieces, if they are those of that text, by where they end."""
        self._texts = settled(self._texts, text)

    def _at(self, place: int) -> bytes:
        if place == len(self._texts) - 1:
            return self._ending.event(self._texts, self._said)
        return _event(place, self._said(self._texts[place], place))


class _Told(Struct):
    """A stream: its pieces, how many tokens each carries, its text where they do not make it up, its events but the last.

    Those are None where they serve once.
    """

    turn: Turn
    texts: Sequence[str]
    sheet: Sheet
    whole: str | None
    events: list[bytes] | None


def _stream(call: Call, reply: Reply, moment: Moment) -> Stream:
    key, keeps = ("generate", call.model, call.max_tokens, call.extra.stops), lasts(reply, moment) and not _most(call)
    make = partial(_told, call, streamed(reply), moment, keeps=keeps)
    told = rendered(reply, key, moment, make, lambda told: len(told.texts), shares=keeps)
    turn, texts = told.turn, told.texts
    spent, wanted = costs(turn, reply, moment), _wanted(call)
    details = {**_details(turn, spent.completion), "input_length": spent.prompt} if wanted.get("details") is True else None
    ending = _Ending(_before(call), told.whole, _encode(details))
    if told.events is None:
        most = _most(call)
        said = partial(_likeliest, most, moment.random) if most else _said
        sheet = Sheet(Frames(_Events(texts, said, ending)), told.sheet.tokens)
    else:
        sheet = told.sheet.showing(Frames(told.events, last=Made(1, lambda _: ending.event(texts, _said))))
    reusable = lasting(reply, moment) and not _tells_more(wanted)
    return Stream(
        sheet,
        b"",
        (),
        spent.prompt,
        spent.completion,
        grammar=GRAMMAR,
        finish=turn.finish,
        reusable=reusable,
        names=_STREAM_NAMES,
    )


def _told(call: Call, reply: Reply, moment: Moment, *, keeps: bool) -> _Told:
    """Tell a stream: rendered, to be kept, or for once."""
    turn = work_out(call, reply, call.extra.stops)
    texts, tokens = parted(_pieces(turn, reply, call, moment) or [("", 0)])
    whole = turn.said("text")
    events = [_event(place, _said(text, place)) for place, text in enumerate(texts[:-1])] if keeps else None
    return _Told(turn, texts, Sheet([], tokens), None if "".join(texts) == whole else whole, events)


def _said(text: str, _place: int) -> bytes:
    """The members of an event that tell its token."""
    return _members[text]


def _likeliest(most: int, random: Random, text: str, place: int) -> bytes:
    """The same with the likeliest tokens in its place."""
    return b'%b,"top_tokens":%b' % (_members[text], _encode(_top(text, place, most, random)))


def _event(place: int, said: bytes, text: bytes = _NOTHING, details: bytes = _NOTHING) -> bytes:
    return b'data:{"index":%d,%b,"generated_text":%b,"details":%b}\n\n' % (place + 1, said, text, details)


def _pieces(turn: Turn, reply: Reply, call: Call, moment: Moment) -> Pieces:
    cuts = [cut(part, reply, call, moment) for part in turn.parts if part.kind == "text"]
    return cuts[0] if len(cuts) == 1 else [piece for cut in cuts for piece in cut]


def _token(text: str) -> dict[str, Any]:
    tokens = numbered(text)
    return {"id": tokens[0][0] if tokens else 0, "text": text, "logprob": -0.05, "special": False}


_members = Memo[str, bytes](lambda text: b'"token":' + _encode(_token(text)), size=8_192, longest=48)  # streams share them
