"""The legacy text completions, POST /v1/complete: a prompt of turns in one text, and what is said after it.

In: a request. Out: a call whose messages are the turns, and its answer as one document or as `completion` events. The form is
that of the clients of 2023 and 2024; those of today have it no longer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment, Options
from understudy.dialects._asked import last_user, loose_object, sampling
from understudy.dialects._cut import parted, pieces, streamed
from understudy.dialects._fixed import lasts
from understudy.dialects._spoken import decoded
from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects.anthropic import check, check_fields
from understudy.dialects.anthropic.answers import Answer, work_out
from understudy.dialects.anthropic.decode import require_listed
from understudy.dialects.anthropic.events import PING
from understudy.dialects.anthropic.version import version_of
from understudy.dialects.anthropic.wishes import Extra
from understudy.model.call import Call, Message
from understudy.model.frame import Body, Frames, Grammar, Sheet, Stream
from understudy.model.frame import Part as Piece
from understudy.model.http import Request
from understudy.model.lazy import Made
from understudy.model.reply import Reply
from understudy.text.tokens import encoding

_TURN = re.compile(r"\n\n(Human|Assistant):")
_ROLES = {"Human": "user", "Assistant": "assistant"}
_USUAL_STOP = "\n\nHuman:"
_MARK = "\0text\0"  # stands for the text while the document is written
_WRITTEN = msgspec.json.encode(_MARK)[1:-1]


def _prompt(value: Any, path: str) -> None:
    check.a_string(value, path)
    turns = _TURN.findall(value)
    if "Human" not in turns:
        check.refuse('prompt must start with "\n\nHuman:" turn')
    if turns[-1] != "Assistant":
        check.refuse('prompt must end with "\n\nAssistant:" turn')


def _limit(value: Any, path: str) -> None:
    check.an_integer(value, path)
    if value < 1:
        check.refuse(f"{path}: must be greater than or equal to 1")


_SHARED = ("metadata", "stop_sequences", "temperature", "top_k", "top_p", "stream")
_JUDGES = (
    *(judge for judge in check_fields.BEFORE if judge[0] == "model"),
    ("prompt", _prompt),
    ("max_tokens_to_sample", _limit),
    *(judge for judge in check_fields.AFTER if judge[0] in _SHARED),
)


def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v1/complete."""
    version_of(request, options)
    value = check.body_object(request.body) if options.strict else loose_object(request.body)
    if options.strict:
        check_fields.fields(value, _JUDGES, ("model", "prompt", "max_tokens_to_sample"))
        check.known(value, [name for name, _ in _JUDGES])
    model = str(value.get("model") or options.default_model)
    if options.only_listed and value.get("model"):
        require_listed(model, options)
    spoken, limit, stops = (
        _turns(str(value.get("prompt") or "")),
        value.get("max_tokens_to_sample"),
        value.get("stop_sequences"),
    )
    return Call(
        "completion",
        "anthropic",
        model,
        spoken,
        last_user(spoken),
        value.get("stream") is True,
        limit if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0 else None,
        Extra(stops=tuple(stop for stop in stops if isinstance(stop, str) and stop) if isinstance(stops, list) else ()),
        request.body,
        sampling=sampling(value),
    )


def _turns(prompt: str) -> list[Message]:
    """Take a prompt apart: what comes before the first turn is the system's, an empty last turn is nobody's."""
    first, *rest = _TURN.split(prompt)
    found = [Message("system", first.strip())] if first.strip() and rest else []
    if not rest:
        return [Message("user", first.strip())]
    found += [Message(_ROLES[name], text.strip()) for name, text in zip(rest[::2], rest[1::2], strict=True)]
    return found if found[-1].role == "user" or found[-1].text else found[:-1]


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Write what is said, whole or as a stream; of a reply only its texts have a form here."""
    if call.stream:
        return _stream(call, replies[0], moment)
    answer = work_out(call, replies[0])
    prompt, output = _counts(answer, replies[0], moment)
    data = msgspec.json.encode(_document(call, _name(moment), _said(answer), answer))
    return Body(data, prompt, output, finish=answer.finish)


def _said(answer: Answer) -> str:
    return "".join(part.text for part in answer.parts if part.kind == "text")


def _counts(answer: Answer, reply: Reply, moment: Moment) -> tuple[int, int]:
    """The tokens of the prompt and of the answer."""
    prompt, output = moment.prompt_tokens, answer.tokens
    if reply.usage is not None:
        prompt = prompt if reply.usage.prompt_tokens is None else reply.usage.prompt_tokens
        output = output if reply.usage.completion_tokens is None else reply.usage.completion_tokens
    return prompt, output


class _Told(Struct):
    """The events of a stream between its first and its last, with holes for its name, and the tokens up to there."""

    answer: Answer
    rows: list[Row]
    sheet: Sheet


def _stream(call: Call, reply: Reply, moment: Moment) -> Stream:
    """Stream a completion: events that are kept are filled, others are written when they are due."""
    name, press = _name(moment), moment.options.style
    if press and lasts(reply, moment):
        key = ("complete", call.model, call.max_tokens, call.extra.stops)
        told = press.texts.of(reply, key, partial(_rendered, call, streamed(reply), moment), lambda told: len(told.rows))
        answer, values = told.answer, (msgspec.json.encode(name),)
        sheet = told.sheet.showing(Frames(told.rows, lambda row, _: fill(row, values), (PING,)))
    else:
        answer = work_out(call, streamed(reply))
        events, tokens = _events(call, streamed(reply), answer, moment, name)
        sheet = Sheet(Frames(events, first=(PING,)), tokens)
    last = _event(_document(call, name, "", answer))
    return Stream(sheet, b"", (last,), *_counts(answer, reply, moment), grammar=_GRAMMAR, finish=answer.finish)


def _rendered(call: Call, reply: Reply, moment: Moment) -> _Told:
    answer = work_out(call, reply)
    events, tokens = _events(call, reply, answer, moment, hole(0))
    return _Told(answer, list(map(cut_out, events)), Sheet([], tokens))


def _events(call: Call, reply: Reply, answer: Answer, moment: Moment, name: Any) -> tuple[Made[bytes], list[int]]:
    """Tell the events between the first and the last, each written when it is looked at, and the tokens up to there."""
    cut = _cut(_said(answer), reply, moment)
    texts, tokens = parted(cut)
    return Made(len(texts), lambda at: _event(_document(call, name, texts[at]))), [0, *tokens]


def _cut(said: str, reply: Reply, moment: Moment) -> list[tuple[str, int]]:
    return list(pieces(said, reply, encoding("o200k_base"), moment.options, moment.random))


def _name(moment: Moment) -> str:
    return f"compl_01{moment.key.decode()}"


def _document(call: Call, name: Any, said: str, answer: Answer | None = None) -> dict[str, Any]:
    """Write a completion; without an answer it goes on."""
    reason = None if answer is None else "max_tokens" if answer.reason == "max_tokens" else "stop_sequence"
    stop = (answer.sequence or _USUAL_STOP) if answer is not None and reason == "stop_sequence" else None
    document = {"type": "completion", "id": name, "completion": said, "stop_reason": reason, "model": call.model}
    return {**document, "stop": stop, "log_id": name}


def _event(document: dict[str, Any]) -> bytes:
    return b"event: completion\ndata: %b\n\n" % msgspec.json.encode(document)


def _read(data: bytes) -> dict[str, Any]:
    return decoded(data.partition(b"data: ")[2]) or {}


def _without(data: bytes, part: Piece) -> bytes | None:
    """Leave out why a completion ended, or the event that says so; what it costs is never said."""
    document = _read(data)
    if part == "usage" or not document.get("stop_reason"):
        return data
    return None if part == "done" else _event({**document, "stop_reason": None, "stop": None})


def _say(data: bytes, raw: bytes) -> bytes | None:
    """Replace the text of an event by the raw inside of a JSON string; None when it has no text."""
    document = _read(data)
    if not document.get("completion"):
        return None
    return _event({**document, "completion": _MARK}).replace(_WRITTEN, raw, 1)


_GRAMMAR = Grammar(_without, _say)
