"""Chat answers of Cohere's v2 API: one document, or named events and an end mark (wire.md 14.1).

Text before tool calls is a plan of its own here. Identifiers belong to the answer and stand in the first event only.
Events of fixed replies are rendered once and kept, those of others are written when they are due.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import Pieces, parted, streamed
from understudy.dialects._due import Due
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._spoken import Document, Place, decoded, grammar
from understudy.dialects._stencil import cut_out, fill, hole
from understudy.dialects._turn import Costs, Part, Turn, costs, cut, drawn_uuid, lasting, letters, whole, work_out
from understudy.dialects.cohere.odds import odds, odds_of_pieces
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.frame import Part as Piece
from understudy.model.ports import Random
from understudy.model.reply import Finish, Reply

_REASONS: dict[Finish, str] = {"stop": "COMPLETE", "length": "MAX_TOKENS", "tool_calls": "TOOL_CALL", "content_filter": "ERROR"}
_TEXT = hole(0)
_ID, _PROMPT = hole(0), hole(1)
_encode = msgspec.json.encode


def chat(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer a chat."""
    reply = replies[0]
    if call.stream:
        return _stream(call, reply, moment)
    keeps = lasting(reply, moment) and not call.extra.odds
    turn, row = whole(reply, _wishes(call), moment, partial(_whole, call, reply, moment), shares=keeps)
    spent = costs(turn, reply, moment)
    data = fill(row, (_quoted(_name(moment.random)), b"%d" % spent.prompt))
    return Body(data, spent.prompt, spent.completion, finish=turn.finish, reusable=keeps, names=_name)


def _name(random: Random, _key: bytes = b"") -> bytes:
    """Make the identifier of an answer."""
    return drawn_uuid(random, "answer").encode()


def _quoted(text: bytes) -> bytes:
    return b'"%b"' % text


def _wishes(call: Call) -> tuple[Any, ...]:
    return call.model, call.max_tokens, call.extra.stops, call.extra.thinks


def _whole(call: Call, reply: Reply, moment: Moment) -> tuple[Turn, bytes]:
    """Write a document but for its identifier and the tokens of the prompt."""
    turn = work_out(call, reply, call.extra.stops)
    message: dict[str, Any] = {"role": "assistant"}
    if turn.calls:
        if turn.said("text"):
            message["tool_plan"] = turn.said("text")
        message["tool_calls"] = [_called(part, i, moment, part.text) for i, part in enumerate(turn.calls)]
    content = [_content(part) for part in _shown(turn, call)]
    if content or not turn.calls:
        message["content"] = content
    document: Document = {
        "id": _ID,
        "message": message,
        "finish_reason": _reason(turn),
        "usage": _usage(costs(turn, reply, moment), _PROMPT),
    }
    if call.extra.odds:
        texts = [part.text for part in _shown(turn, call) if part.kind == "text"]
        document["logprobs"] = [item for place, text in enumerate(texts) for item in odds(text, place, moment)]
    return turn, _encode(document)


def _shown(turn: Turn, call: Call) -> list[Part]:
    """The parts that are content: thoughts unless they are disabled, and texts that are no plan."""
    hidden = "text" if turn.calls else ""
    parts = [part for part in turn.parts if part.kind not in ("call", hidden)]
    return [part for part in parts if part.kind == "text" or call.extra.thinks]


def _content(part: Part, text: str | None = None) -> dict[str, str]:
    name = "thinking" if part.kind == "reasoning" else "text"
    return {"type": name, name: part.text if text is None else text}


def _called(part: Part, index: int, moment: Moment, arguments: str) -> dict[str, Any]:
    made = part.id or f"{part.name}_{letters(moment, index, 12).lower()}"
    return {"id": made, "type": "function", "function": {"name": part.name, "arguments": arguments}}


def _reason(turn: Turn) -> str:
    return "STOP_SEQUENCE" if turn.sequence is not None else _REASONS[turn.finish]


def _usage(spent: Costs, prompt: Any) -> dict[str, Any]:
    counts = {"input_tokens": prompt, "output_tokens": spent.completion}
    found: dict[str, Any] = {"billed_units": counts, "tokens": counts}
    return found | {"cached_tokens": spent.cached} if spent.cached else found


def _event(document: Document) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (str(document["type"]).encode(), _encode(document))


def _delta(kind: str, index: int | None, message: dict[str, Any]) -> bytes:
    place = {} if index is None else {"index": index}
    return _event({"type": kind, **place, "delta": {"message": message}})


_OPENED = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
_START = cut_out(_event({"id": _ID, "type": "message-start", "delta": {"message": _OPENED}}))


class _Told(Struct):
    """A stream but its first event and its last; the tokens are those of the first, too."""

    turn: Turn
    events: Sequence[bytes]
    sheet: Sheet


def _stream(call: Call, reply: Reply, moment: Moment) -> Stream:
    keeps = lasts(reply, moment) and not call.extra.odds
    make = partial(_told, call, streamed(reply), moment, keeps=keeps)
    told = rendered(reply, _wishes(call), moment, make, lambda told: len(told.events), shares=keeps)
    spent = costs(told.turn, reply, moment)
    end = {"type": "message-end", "delta": {"finish_reason": _reason(told.turn), "usage": _usage(spent, spent.prompt)}}
    frames = Frames(told.events, first=(fill(_START, (_quoted(_name(moment.random)),)),))
    sheet = told.sheet.showing(frames) if keeps else Sheet(frames, told.sheet.tokens)
    last = _event(end), b"data: [DONE]\n\n"
    finish, reusable = told.turn.finish, keeps and lasting(reply, moment)
    return Stream(
        sheet, b"", last, spent.prompt, spent.completion, grammar=GRAMMAR, finish=finish, reusable=reusable, names=_name
    )


def _told(call: Call, reply: Reply, moment: Moment, *, keeps: bool) -> _Told:
    """Tell a stream: rendered, to be kept, or for once."""
    turn = work_out(call, reply, call.extra.stops)
    events = _Events(turn, call, reply, moment)
    return _Told(turn, list(events.frames) if keeps else events.frames, Sheet([], [0, *events.tokens]))


class _Events:
    """The events of a turn, each written when it is looked at: `frames` are they, `tokens` what each carries."""

    def __init__(self, turn: Turn, call: Call, reply: Reply, moment: Moment) -> None:
        self.frames: Due[bytes] = Due()
        self.tokens: list[int] = []
        shown, index = _shown(turn, call), 0
        self._moment = moment if call.extra.odds else None
        self._scored = 0  # texts that probabilities are told of
        for part in turn.parts:
            if part.kind == "call":
                continue
            pieces = cut(part, reply, call, moment)
            if part in shown:
                self._content(part, index, pieces)
                index += 1
            elif part.kind == "text":
                self._pieces(_delta("tool-plan-delta", None, {"tool_plan": _TEXT}), pieces)
        for i, part in enumerate(turn.calls):
            self._call(part, i, cut(part, reply, call, moment), moment)

    def _content(self, part: Part, index: int, pieces: Pieces) -> None:
        """Add those of a text or a thought."""
        name = "thinking" if part.kind == "reasoning" else "text"
        self._one(_delta("content-start", index, {"content": _content(part, "")}))
        if self._moment is not None and name == "text":
            self._sure(index, pieces, self._moment)
        else:
            self._pieces(_delta("content-delta", index, {"content": {name: _TEXT}}), pieces)
        self._one(_event({"type": "content-end", "index": index}))

    def _sure(self, index: int, pieces: Pieces, moment: Moment) -> None:
        """Add those of a text, with how sure each piece is."""
        texts, tokens = parted(pieces)
        sure = odds_of_pieces(texts, self._scored, moment)
        head = {"type": "content-delta", "index": index}
        self.frames.add(
            lambda at: _event({**head, "delta": {"message": {"content": {"text": texts[at]}}}, "logprobs": sure(at)}),
            len(texts),
        )
        self.tokens += tokens
        self._scored += 1

    def _call(self, part: Part, index: int, pieces: Pieces, moment: Moment) -> None:
        """Add those of a tool call."""
        self._one(_delta("tool-call-start", index, {"tool_calls": _called(part, index, moment, "")}))
        self._pieces(_delta("tool-call-delta", index, {"tool_calls": {"function": {"arguments": _TEXT}}}), pieces)
        self._one(_event({"type": "tool-call-end", "index": index}))

    def _one(self, event: bytes) -> None:
        self.frames.ready([event])
        self.tokens.append(0)

    def _pieces(self, event: bytes, pieces: Pieces) -> None:
        """Add events that differ in their text alone, for which there is a hole."""
        row, (texts, tokens) = cut_out(event), parted(pieces)
        self.frames.add(lambda at: fill(row, (_encode(texts[at]),)), len(texts))
        self.tokens += tokens


def _read(event: bytes) -> Document | None:
    return decoded(event.partition(b"data: ")[2])


def _spoken(document: Document) -> Place | None:
    delta = document.get("delta")
    message = delta.get("message") if isinstance(delta, dict) else None
    if not isinstance(message, dict):
        return None
    content, calls = message.get("content"), message.get("tool_calls")
    places: list[Place] = [(message, "tool_plan")]
    if isinstance(content, dict):
        places += [(content, "text"), (content, "thinking")]
    if isinstance(calls, dict) and isinstance(calls.get("function"), dict):
        places.append((calls["function"], "arguments"))
    return next(((holder, member) for holder, member in places if holder.get(member)), None)


def _without(document: Document | None, part: Piece) -> Document | bool | None:
    if document is None:
        return None if part == "done" else True
    delta = document.get("delta")
    if document.get("type") != "message-end" or part == "done" or not isinstance(delta, dict):
        return True
    member = "usage" if part == "usage" else "finish_reason"
    return {**document, "delta": {name: value for name, value in delta.items() if name != member}}


GRAMMAR = grammar(_read, _event, _spoken, _without)
