"""Ollama's answers: one document, or newline-delimited JSON of which the last line has the counts and durations.

Formats: wire.md 13. Durations are nanoseconds of a model of ours (so much for a token), no measurement: what the reader sees of
time is the timing in force. Of a fixed reply the lines are kept without their moments.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import parted, streamed
from understudy.dialects._due import Due
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects._turn import Costs, Part, Turn, costs, cut, letters, whole, work_out
from understudy.dialects.ollama.context import numbers_of
from understudy.dialects.ollama.events import GRAMMAR
from understudy.dialects.ollama.memory import used
from understudy.dialects.ollama.stamps import SECOND, stamp
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.lazy import Made
from understudy.model.reply import Reply
from understudy.text.logprobs import Scored, scored, spelled
from understudy.text.tokens import encoding_for
from understudy.untrusted import NOT_JSON

JSON, LINES = "application/json; charset=utf-8", "application/x-ndjson"

_LOAD, _READ, _SAY = 18_000_000, 250_000, 10_000_000  # nanoseconds: to load, to read a token, to say one

Said = Callable[[dict[str, Any]], dict[str, Any]]
Members = Callable[[int], dict[str, Any]]
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
    keeps = lasts(reply, moment) and call.extra.logprobs is None and (said is _chat or call.extra.raw)
    key = (*_wishes(call, said), bool(moment.prompt_tokens))
    turn, row = whole(reply, key, moment, partial(_whole, call, reply, moment, said), shares=keeps)
    spent = costs(turn, reply, moment)
    lasted, read = _lasts(spent), spent.prompt * _READ
    told = b'"%b"' % stamp(began + lasted).encode(), b"%d" % lasted, b"%d" % spent.prompt, b"%d" % read
    return Body(fill(row, told), spent.prompt, spent.completion, JSON, finish=turn.finish)


def _whole(call: Call, reply: Reply, moment: Moment, said: Said) -> tuple[Turn, bytes]:
    """Write a document but for its moment, how long it took, and the tokens of the prompt."""
    turn = work_out(call, reply, call.extra.stops)
    spent = costs(turn, reply, moment)
    members: dict[str, Any] = {"text": turn.said("text"), **_thought(turn.said("reasoning"), call), **_calls(turn, moment)}
    if (scores := _scores(turn.said("text"), call, moment)) is not None:
        members["logprobs"] = _odds(scores)
    document = {"model": call.model, "created_at": hole(0), **said(members), **_end(call, turn, spent, said)}
    holes = {"total_duration": hole(1), "prompt_eval_count": hole(2), "prompt_eval_duration": hole(3)}
    return turn, _encode(document | {name: place for name, place in holes.items() if name in document})


def _wishes(call: Call, said: Said) -> tuple[Any, ...]:
    return call.model, call.max_tokens, call.extra.stops, call.extra.thinks, said is _chat


class _Told(Struct):
    """What is kept of a stream: its lines but the last, with a hole for the moment, and the tokens up to each."""

    turn: Turn
    rows: list[Row]
    sheet: Sheet
    sums: array[int]


def _stream(call: Call, reply: Reply, moment: Moment, said: Said, began: int) -> Stream:
    """Stream an answer: lines that are kept are filled, others are written when they are due."""
    told = _kept(call, reply, moment, said) if call.extra.logprobs is None and lasts(reply, moment) else None
    turn = work_out(call, streamed(reply), call.extra.stops) if told is None else told.turn
    spent = costs(turn, reply, moment)
    first = began + _LOAD + spent.prompt * _READ
    if told is None:
        sums: array[int] = array("I")
        lines, tokens = _lines(call, streamed(reply), turn, moment, said, lambda place: stamp(first + sums[place] * _SAY))
        sums.extend(accumulate(tokens))
        sheet = Sheet(Frames(lines), tokens)
    else:
        sums = told.sums
        sheet = told.sheet.showing(Frames(told.rows, partial(_stamped, first, sums)))

    def last(_place: int) -> bytes:
        now = stamp(first + (sums[-1] if sums else 0) * _SAY)
        line = {"model": call.model, "created_at": now, **said({"text": ""}), **_end(call, turn, spent, said)}
        return _encode(line) + b"\n"

    return Stream(sheet, b"", Made(1, last), spent.prompt, spent.completion, LINES, grammar=GRAMMAR, finish=turn.finish)


def _stamped(first: int, sums: Sequence[int], row: Row, place: int) -> bytes:
    return fill(row, (b'"%b"' % stamp(first + sums[place] * _SAY).encode(),))


def _kept(call: Call, reply: Reply, moment: Moment, said: Said) -> _Told:
    make = partial(_rendered, call, streamed(reply), moment, said)
    return rendered(reply, _wishes(call, said), moment, make, lambda told: len(told.rows))


def _rendered(call: Call, reply: Reply, moment: Moment, said: Said) -> _Told:
    turn = work_out(call, reply, call.extra.stops)
    lines, tokens = _lines(call, reply, turn, moment, said, lambda _place: hole(0))
    return _Told(turn, list(map(cut_out, lines)), Sheet([], tokens), array("I", accumulate(tokens)))


def _lines(
    call: Call, reply: Reply, turn: Turn, moment: Moment, said: Said, created: Callable[[int], Any]
) -> tuple[Due[bytes], list[int]]:
    """Tell the lines but the last, each written when it is looked at, and the tokens they carry.

    Args:
        call: what was asked.
        reply: what is said.
        turn: the same within its limits.
        moment: whose options and draws they are.
        said: how a line says it.
        created: the moment of a line, by its place.
    """
    lines: Due[bytes] = Due()
    position = 0
    tokens: list[int] = []
    for part in turn.parts:
        members, counts = _members(part, position, reply, call, moment)
        lines.add(partial(_written, call, said, created, members, len(tokens)), len(counts))
        tokens += counts
        position += part.kind == "call"
    return lines, tokens


def _written(call: Call, said: Said, created: Callable[[int], Any], members: Members, first: int, at: int) -> bytes:
    line = {"model": call.model, "created_at": created(first + at), **said(members(at)), "done": False}
    return _encode(line) + b"\n"


def _members(part: Part, position: int, reply: Reply, call: Call, moment: Moment) -> tuple[Members, Sequence[int]]:
    """What the lines of one part say, by their place: text and thoughts piece by piece, a call at once; and their tokens."""
    if part.kind == "call":
        return lambda _at: {"text": "", "tool_calls": [_called(part, position, moment)]}, [part.tokens]
    found = cut(part, reply, call, moment)
    texts, tokens = parted(found)
    if part.kind == "reasoning":
        return lambda at: {"text": "", **_thought(texts[at], call)}, tokens if call.extra.thinks else []
    scores = _scores(part.text, call, moment)
    if scores is None:
        return lambda at: {"text": texts[at]}, tokens
    ends = list(accumulate(tokens, initial=0))
    return lambda at: {"text": texts[at], "logprobs": _odds(scores[ends[at] : ends[at + 1]])}, tokens


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
    except NOT_JSON:
        arguments = None
    given: Any = msgspec.Raw(part.text.encode()) if isinstance(arguments, dict) else {"input": part.text}
    function = {"index": index, "name": part.name, "arguments": given}
    return {"id": part.id or f"call_{letters(moment, index, 8).lower()}", "function": function}


def _scores(text: str, call: Call, moment: Moment) -> Sequence[Scored] | None:
    """Say how probable each token of a text was, None when that is not wanted."""
    if call.extra.logprobs is None:
        return None
    encoding = encoding_for(call.model)
    return scored(encoding.split(text), moment.random, encoding, call.extra.logprobs)


def _odds(scores: Sequence[Scored]) -> list[dict[str, Any]]:
    found = []
    for score in scores:
        entry = _odd(score.token, score.logprob)
        best = [_odd(guess.token, guess.logprob) for guess in score.best]
        found.append({**entry, "top_logprobs": best} if best else entry)
    return found


def _odd(token: bytes, logprob: float) -> dict[str, Any]:
    return {"token": spelled(token), "logprob": logprob, "bytes": list(token)}
