"""Ollama's answers: one document, or newline-delimited JSON of which the last line has the counts and durations.

Formats: wire.md 13. Durations are nanoseconds of a model of ours (so much for a token), no measurement: what the reader sees of
time is the timing in force. Of a fixed reply the lines are kept without their moments.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import accumulate
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._fixed import rendered
from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects._turn import Costs, Part, Turn, costs, cut, letters, work_out
from understudy.dialects.ollama.context import numbers_of
from understudy.dialects.ollama.events import GRAMMAR
from understudy.dialects.ollama.memory import used
from understudy.dialects.ollama.stamps import SECOND, stamp
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.logprobs import scored, spelled
from understudy.text.tokens import encoding_for

JSON, LINES = "application/json; charset=utf-8", "application/x-ndjson"

_LOAD, _READ, _SAY = 18_000_000, 250_000, 10_000_000  # nanoseconds: to load, to read a token, to say one

Said = Callable[[dict[str, Any]], dict[str, Any]]
_encode = msgspec.json.encode


def _chat(members: dict[str, Any]) -> dict[str, Any]:
    """What is said, as a line of a chat has it."""
    text = members.pop("text", "")
    odds = members.pop("logprobs", None)
    found: dict[str, Any] = {"message": {"role": "assistant", "content": text, **members}}
    return found if odds is None else {**found, "logprobs": odds}


def _generate(members: dict[str, Any]) -> dict[str, Any]:
    """What is said, as a line of a completion has it."""
    return {"response": members.pop("text", ""), **members}


def chat(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a chat."""
    return _answer(call, replies[0], moment, _chat)


def generate(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a completion; its context is the conversation so far as numbers."""
    return _answer(call, replies[0], moment, _generate)


def _answer(call: Call, reply: Reply, moment: Moment, said: Said) -> Body | Stream:
    used(call, moment)
    began = moment.created * SECOND + moment.random.integer("nanoseconds", 0, SECOND - 1)
    if call.extra.only is not None:
        line = {"model": call.model, "created_at": stamp(began), **said({}), "done": True, "done_reason": call.extra.only}
        return Body(_encode(line), content_type=JSON)
    if call.stream:
        return _stream(call, reply, moment, said, began)
    turn = work_out(call, reply, call.extra.stops)
    spent = costs(turn, reply, moment)
    members: dict[str, Any] = {"text": turn.said("text"), **_thought(turn.said("reasoning"), call), **_calls(turn, moment)}
    odds = _odds(turn.said("text"), call, moment)
    document = _line(call, began + _lasts(spent), said({**members, **({} if odds is None else {"logprobs": odds})}))
    return Body(_encode(document | _end(call, turn, spent, said)), spent.prompt, spent.completion, JSON)


class _Told(Struct):
    """The lines of a stream but the last, with a hole for the moment, and the tokens up to each."""

    turn: Turn
    rows: list[Row]
    sheet: Sheet
    sums: list[int]


def _stream(call: Call, reply: Reply, moment: Moment, said: Said, began: int) -> Stream:
    key = (call.model, call.max_tokens, call.extra.stops, call.extra.thinks, said is _chat)
    make = partial(_rendered, call, streamed(reply), moment, said)
    told = rendered(reply, key, moment, make, lambda told: len(told.rows), shares=call.extra.logprobs is None)
    spent = costs(told.turn, reply, moment)
    first, sums = began + _LOAD + spent.prompt * _READ, told.sums
    last = _line(call, first + (sums[-1] if sums else 0) * _SAY, said({"text": ""})) | _end(call, told.turn, spent, said)
    sheet = told.sheet.showing(Frames(told.rows, partial(_stamped, first, sums)))
    return Stream(sheet, b"", (_encode(last) + b"\n",), spent.prompt, spent.completion, LINES, grammar=GRAMMAR)


def _stamped(first: int, sums: list[int], row: Row, place: int) -> bytes:
    return fill(row, (b'"%b"' % stamp(first + sums[place] * _SAY).encode(),))


def _rendered(call: Call, reply: Reply, moment: Moment, said: Said) -> _Told:
    turn = work_out(call, reply, call.extra.stops)
    found: list[tuple[dict[str, Any], int]] = []
    position = 0
    for part in turn.parts:
        found += [(members, tokens) for members, tokens in _members(part, position, reply, call, moment) if members]
        position += part.kind == "call"
    lines = [{"model": call.model, "created_at": hole(0), **said(members), "done": False} for members, _ in found]
    tokens = [count for _, count in found]
    return _Told(turn, [cut_out(_encode(line) + b"\n") for line in lines], Sheet([], tokens), list(accumulate(tokens)))


def _members(part: Part, position: int, reply: Reply, call: Call, moment: Moment) -> list[tuple[dict[str, Any], int]]:
    """What the lines of one part say: text and thoughts piece by piece, a call at once."""
    if part.kind == "call":
        return [({"text": "", "tool_calls": [_called(part, position, moment)]}, part.tokens)]
    found = cut(part, reply, call, moment)
    if part.kind == "reasoning":
        return [({"text": "", **_thought(text, call)} if call.extra.thinks else {}, tokens) for text, tokens in found]
    odds = _odds(part.text, call, moment)
    if odds is None:
        return [({"text": text}, tokens) for text, tokens in found]
    shares, at = [], 0
    for text, tokens in found:
        shares.append(({"text": text, "logprobs": odds[at : at + tokens]}, tokens))
        at += tokens
    return shares


def _line(call: Call, now: int, members: dict[str, Any]) -> dict[str, Any]:
    return {"model": call.model, "created_at": stamp(now), **members}


def _end(call: Call, turn: Turn, spent: Costs, said: Said) -> dict[str, Any]:
    """The members that only the last line has; zeros are left out, as Go does."""
    counts = {
        "total_duration": _lasts(spent),
        "load_duration": _LOAD,
        "prompt_eval_count": spent.prompt,
        "prompt_eval_duration": spent.prompt * _READ,
        "eval_count": spent.completion,
        "eval_duration": spent.completion * _SAY,
    }
    found: dict[str, Any] = {"done": True, "done_reason": "length" if turn.finish == "length" else "stop"}
    if said is _generate and not call.extra.raw:
        found["context"] = numbers_of(call.messages, turn.said("text"))
    return found | {name: value for name, value in counts.items() if value}


def _lasts(spent: Costs) -> int:
    return _LOAD + spent.prompt * _READ + spent.completion * _SAY


def _thought(text: str, call: Call) -> dict[str, str]:
    return {"thinking": text} if text and call.extra.thinks else {}


def _calls(turn: Turn, moment: Moment) -> dict[str, Any]:
    calls = [_called(part, i, moment) for i, part in enumerate(turn.calls)]
    return {"tool_calls": calls} if calls else {}


def _called(part: Part, index: int, moment: Moment) -> dict[str, Any]:
    """Write a tool call; arguments are an object here, so that others (which Ollama's own parser drops) are wrapped in one."""
    try:
        arguments = msgspec.json.decode(part.text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        arguments = None
    given: Any = msgspec.Raw(part.text.encode()) if isinstance(arguments, dict) else {"input": part.text}
    function = {"index": index, "name": part.name, "arguments": given}
    return {"id": part.id or f"call_{letters(moment, index, 8).lower()}", "function": function}


def _odds(text: str, call: Call, moment: Moment) -> list[dict[str, Any]] | None:
    """The probabilities of the tokens of a text, None when they are not wanted."""
    if call.extra.logprobs is None:
        return None
    encoding = encoding_for(call.model)
    found = []
    for score in scored(encoding.split(text), moment.random, encoding, call.extra.logprobs):
        entry = _odd(score.token, score.logprob)
        best = [_odd(guess.token, guess.logprob) for guess in score.best]
        found.append({**entry, "top_logprobs": best} if best else entry)
    return found


def _odd(token: bytes, logprob: float) -> dict[str, Any]:
    return {"token": spelled(token), "logprob": logprob, "bytes": list(token)}
