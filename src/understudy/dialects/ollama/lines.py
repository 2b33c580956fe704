"""Ollama's answers: one document, or newline-delimited JSON of which the last line has the counts and durations.

Formats: wire.md 13. Durations are nanoseconds of a model of ours (so much for a token), no measurement: what the reader sees of
time is the timing in force. What stands behind the moment of a line is
of those that streams share (`told`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import known_tokens, streamed
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._stencil import fill, hole
from understudy.dialects._turn import Costs, Turn, costs, whole, work_out
from understudy.dialects.ollama import told
from understudy.dialects.ollama.context import numbers_of
from understudy.dialects.ollama.events import GRAMMAR
from understudy.dialects.ollama.memory import used
from understudy.dialects.ollama.stamps import SECOND, stamp
from understudy.dialects.ollama.told import Said
from understudy.model.call import Call, Message
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.lazy import Made
from understudy.model.reply import Reply
from understudy.model.token_counts import summed

JSON, LINES = "application/json; charset=utf-8", "application/x-ndjson"

_LOAD, _READ, _SAY = 18_000_000, 250_000, 10_000_000  # nanoseconds: to load, to read a token, to say one

_encode = msgspec.json.encode


def chat(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a chat."""
    return _answer(call, replies[0], moment, told.chat)


def generate(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a completion; its context is the conversation so far as numbers."""
    return _answer(call, replies[0], moment, told.generate)


def _answer(call: Call, reply: Reply, moment: Moment, said: Said) -> Body | Stream:
    used(call, moment)
    began = moment.created * SECOND + moment.random.integer("nanoseconds", 0, SECOND - 1)
    if call.extra.only is not None:
        line = {"model": call.model, "created_at": stamp(began), **said({}), "done": True, "done_reason": call.extra.only}
        return Body(_encode(line), content_type=JSON)
    if call.stream:
        return _stream(call, reply, moment, said, began)
    keeps = lasts(reply, moment) and call.extra.logprobs is None and not _counts(call, said)
    key = (*_wishes(call, said), bool(moment.prompt_tokens))
    turn, row = whole(reply, key, moment, partial(_whole, call, reply, moment, said), shares=keeps)
    spent = costs(turn, reply, moment)
    lasted, read = _lasts(spent), spent.prompt * _READ
    values = b'"%b"' % stamp(began + lasted).encode(), b"%d" % lasted, b"%d" % spent.prompt, b"%d" % read
    return Body(fill(row, values), spent.prompt, spent.completion, JSON, finish=turn.finish)


def _whole(call: Call, reply: Reply, moment: Moment, said: Said) -> tuple[Turn, bytes]:
    """Write a document but for its moment, how long it took, and the tokens of the prompt."""
    turn = work_out(call, reply, call.extra.stops)
    spent = costs(turn, reply, moment)
    spoken = _Spoken(call.messages, turn.said("text")) if _counts(call, said) else None
    members = told.whole(turn, call, moment)
    document = {"model": call.model, "created_at": hole(0), **said(members), **_end(turn.finish, spent, spoken)}
    holes = {"total_duration": hole(1), "prompt_eval_count": hole(2), "prompt_eval_duration": hole(3)}
    return turn, _encode(document | {name: place for name, place in holes.items() if name in document})


def _wishes(call: Call, said: Said) -> tuple[Any, ...]:
    return call.model, call.max_tokens, call.extra.stops, call.extra.thinks, said is told.chat


class _Told(Struct):
    """A stream: its lines but the last from behind the moment, their tokens, and the tokens up to the end of each."""

    turn: Turn
    tails: Sequence[bytes]
    sheet: Sheet
    sums: Sequence[int]


def _stream(call: Call, reply: Reply, moment: Moment, said: Said, began: int) -> Stream:
    """Stream an answer: its lines are put together when they are due, of what streams share."""
    make, shares = partial(_told, call, streamed(reply), moment, said), call.extra.logprobs is None
    found = rendered(reply, _wishes(call, said), moment, make, lambda one: len(one.tails), shares=shares)
    turn, sums, spent = found.turn, found.sums, costs(found.turn, reply, moment)
    head, first = b'{"model":%b,"created_at":"' % _encode(call.model), began + _LOAD + spent.prompt * _READ
    sheet = found.sheet.showing(Frames(found.tails, partial(_line, head, first, sums)))
    text = turn.said("text")
    spoken = (
        _Spoken(call.messages, text if known_tokens(reply, text) is None else reply.atoms or ())
        if _counts(call, said)
        else None
    )
    last = partial(_last, head, first + (sums[-1] if sums else 0) * _SAY, said, turn.finish, spent, spoken)
    return Stream(sheet, b"", Made(1, last), spent.prompt, spent.completion, LINES, grammar=GRAMMAR, finish=turn.finish)


def _told(call: Call, reply: Reply, moment: Moment, said: Said) -> _Told:
    turn = work_out(call, reply, call.extra.stops)
    lines, tokens = told.tails(call, reply, turn, moment, said)
    return _Told(turn, lines, Sheet([], tokens), summed(tokens))


def _line(head: bytes, first: int, sums: Sequence[int], tail: bytes, place: int) -> bytes:
    return head + stamp(first + sums[place] * _SAY).encode() + tail


class _Spoken(NamedTuple):
    """What the numbers of a conversation are worked out of: what was said before, and what is answered, whole or in pieces."""

    messages: Sequence[Message]
    answer: Sequence[str]

    @property
    def context(self) -> list[int]:
        """The numbers."""
        return numbers_of(self.messages, "".join(self.answer))


def _counts(call: Call, said: Said) -> bool:
    """Say whether an answer ends with the conversation as numbers."""
    return said is told.generate and not call.extra.raw


def _last(head: bytes, at: int, said: Said, finish: str, spent: Costs, spoken: _Spoken | None, _place: int) -> bytes:
    """Write the line that ends a stream."""
    return head + stamp(at).encode() + b'",' + _encode({**said({"text": ""}), **_end(finish, spent, spoken)})[1:] + b"\n"


def _end(finish: str, spent: Costs, spoken: _Spoken | None) -> dict[str, Any]:
    """The members that only the last line has; zeros are left out, as Go does."""
    counts = {
        "total_duration": _lasts(spent),
        "load_duration": _LOAD,
        "prompt_eval_count": spent.prompt,
        "prompt_eval_duration": spent.prompt * _READ,
        "eval_count": spent.completion,
        "eval_duration": spent.completion * _SAY,
    }
    found: dict[str, Any] = {"done": True, "done_reason": "length" if finish == "length" else "stop"}
    if spoken is not None:
        found["context"] = spoken.context
    return found | {name: value for name, value in counts.items() if value}


def _lasts(spent: Costs) -> int:
    return _LOAD + spent.prompt * _READ + spent.completion * _SAY
