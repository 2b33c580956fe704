"""Answers as bytes: whole, or as the chunks of a stream (wire.md 12).

A press belongs to one generation of the script. It keeps what it rendered of fixed replies: a body is then one `%` on bytes, a
stream a shared sheet with the identifier as its joint. Running totals hold the prompt, so sheets are kept by its length, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, TypeVar

from understudy.dialects import Moment
from understudy.dialects._beside import Beside
from understudy.dialects._cut import pieces, streamed
from understudy.dialects._kept import Kept
from understudy.dialects._layout import Layout
from understudy.dialects.gemini import usage
from understudy.dialects.gemini.answers import RATINGS, Answer, arguments, signature, work_out
from understudy.dialects.gemini.chunks import Document, Said, Told, chunk, text_part
from understudy.dialects.gemini.events import BRACKETS, GRAMMAR
from understudy.dialects.gemini.families import family
from understudy.dialects.gemini.prompt import counter
from understudy.dialects.gemini.usage import Costs
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Sheet, Stream, joined
from understudy.model.reply import Reply
from understudy.model.token_counts import in_turns
from understudy.wire.forms import Form, Hole

Key = tuple[tuple[Any, ...], int | None]
"""Reply and wishes, and the limit of tokens where it was felt."""
V = TypeVar("V", bound=tuple[Any, ...])

JSON = "application/json; charset=UTF-8"
_BODIES = 16 << 20  # bytes of rendered bodies kept
_FRAMES = 50_000  # frames of rendered streams kept
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
# What is left to fill for each answer: (identifier, tokens of the prompt, all tokens).
_HOLES = {"id": Hole(b'"%b"', (0,)), "prompt": Hole(b"%d", (1,)), "total": Hole(b"%d", (2,))}


class Press:
    """Renders answers; see the module."""

    def __init__(self) -> None:
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._bodies: Kept[Key, tuple[Reply, Form, list[Answer]]] = Kept(_BODIES)
        self._sheets: Kept[Key, tuple[Reply, Sheet, list[Answer]]] = Kept(_FRAMES)
        self.beside = Beside("contents")

    def body(self, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
        """Render a whole answer."""
        reply = replies[0]
        lasts = _lasts(call, replies, moment)
        key = id(reply), call.model, call.extra.marks
        kept = _found(self._bodies, key, call) if lasts else None
        if kept is None:
            answers = [work_out(call, each) for each in replies]
            costs = usage.work_out(call, reply, answers, moment)
            form = _form(call, answers, costs, moment)
            if lasts:
                self._bodies.keep((key, _cut_at(call, answers)), (reply, form, answers), form.size)
        else:
            _, form, answers = kept
            costs = usage.work_out(call, reply, answers, moment)
        data = form.render((moment.key, costs.prompt, costs.prompt + costs.completion))
        return Body(data, costs.prompt, costs.completion, JSON, reusable=lasts, finish=_ended(answers), grammar=GRAMMAR)

    def stream(self, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
        """Render a stream."""
        reply, sse = replies[0], call.extra.sse
        lasts = _lasts(call, replies, moment) and moment.options.stream_tokens[1] == 1
        key = id(reply), call.model, call.extra.marks, moment.prompt_tokens, sse
        kept = _found(self._sheets, key, call) if lasts else None
        if kept is None:
            said = tuple(map(streamed, replies))
            answers = [work_out(call, each) for each in said]
            told = _told(call, said, answers, moment)
            if lasts:
                sheet, joint = Sheet(list(told), told.tokens), moment.key
                self._sheets.keep((key, _cut_at(call, answers)), (reply, sheet, answers), len(sheet.frames))
            else:
                timed = in_turns(told.rounds, told.tokens) if len(answers) > 1 else None
                sheet, joint = Sheet(Frames(told, partial(joined, moment.key)), told.tokens, timed=timed), b""
        else:
            _, sheet, answers = kept
            joint = moment.key
        costs = usage.work_out(call, reply, answers, moment)
        kind, last, brackets = ("text/event-stream", (), None) if sse else (JSON, (BRACKETS.end,), BRACKETS)
        finish, counts = _ended(answers), (costs.prompt, costs.completion)
        return Stream(sheet, joint, last, *counts, kind, grammar=GRAMMAR, finish=finish, brackets=brackets, reusable=lasts)


def _lasts(call: Call, replies: tuple[Reply, ...], moment: Moment) -> bool:
    """Say whether a rendering serves again: it is of one fixed reply, and nothing of it is this call's own.

    The answer to an empty prompt has no counts of it.
    """
    reply, is_cached = replies[0], bool(moment.cached_tokens or moment.warm_tokens)
    is_own = call.extra.own or is_cached or not moment.prompt_tokens
    return reply.fixed and not is_own and len(replies) == 1 and reply.usage is None


def _found(kept: Kept[Key, V], key: tuple[Any, ...], call: Call) -> V | None:
    """Find what was rendered without a limit, or within one that was not felt; else within the same limit."""
    found = kept.get((key, None))
    if found is None or not _fits(found[-1][0], call.max_tokens):
        found = kept.get((key, call.max_tokens))
    return found


def _cut_at(call: Call, answers: list[Answer]) -> int | None:
    """The limit that makes these answers what they are; None where any other that they fit into would, too."""
    answer, limit = answers[0], call.max_tokens
    return None if limit is None or answer.tokens + answer.thought < limit else limit


def _fits(answer: Answer, limit: int | None) -> bool:
    return limit is None or (limit > 0 and answer.tokens + answer.thought <= limit)


def _ended(answers: list[Answer]) -> str:
    """Say why the first ended, in nobody's words; "" where the reply says so."""
    return "length" if answers[0].finish == "MAX_TOKENS" else ""


def _form(call: Call, answers: list[Answer], costs: Costs, moment: Moment) -> Form:
    """Render all but the identifier and the counts that depend on the prompt."""
    counts = usage.document(costs)
    holes: Document = {"promptTokenCount": "$prompt", "totalTokenCount": "$total"}
    if len(costs.by_modality) == 1 and costs.by_modality[0][0] == "TEXT":
        holes["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": "$prompt"}]
    counts |= {name: hole for name, hole in holes.items() if name in counts}
    shape = {"candidates": "$candidates", "usageMetadata": counts, "modelVersion": "$model", "responseId": "$id"}
    candidates = [_candidate(i, answer, call, moment) for i, answer in enumerate(answers)]
    return Layout(shape, _HOLES, pretty=True, end=b"\n").bind(candidates=candidates, model=call.model)


def _candidate(index: int, answer: Answer, call: Call, moment: Moment) -> Document:
    wires = list(_wires(index, answer, call, moment))
    if wires and family(call.model).identifies and answer.parts[-1].kind == "text":
        wires[-1]["thoughtSignature"] = signature(wires[-1]["text"])
    content = {"parts": wires, "role": "model"} if wires else {} if answer.is_blocked else {"role": "model"}
    return {"content": content, **_ending(answer), "index": index}


def _ending(answer: Answer) -> Document:
    found: Document = {"finishReason": answer.finish}
    if answer.message is not None:
        found["finishMessage"] = answer.message
    return {**found, "safetyRatings": RATINGS} if answer.is_blocked else found


def _wires(index: int, answer: Answer, call: Call, moment: Moment) -> Iterator[Document]:
    """Write the parts of a candidate; the first function call of a model that thinks is signed."""
    signs = family(call.model).thinks
    for position, part in enumerate(answer.parts):
        if part.call is None:
            yield part.given or text_part(part.text, is_thought=part.kind == "thought")
            continue
        name = part.call.id or (_identifier(index * 1000 + position, moment) if family(call.model).identifies else None)
        called = {"name": part.call.name, "args": arguments(part.call), **({} if name is None else {"id": name})}
        yield {"functionCall": called, **({"thoughtSignature": signature(part.call.arguments)} if signs else {})}
        signs = False


def _identifier(position: int, moment: Moment) -> str:
    """Make the eight letters of a function call's identifier."""
    drawn = moment.random.words(f"call-{position}", 8)
    return "".join(_LETTERS[word % len(_LETTERS)] for word in drawn)


def _told(call: Call, replies: tuple[Reply, ...], answers: list[Answer], moment: Moment) -> Told:
    """Tell the chunks: candidates take turns, each chunk says what was used up to it."""
    costs = usage.work_out(call, replies[0], answers, moment)
    pairs = enumerate(zip(replies, answers, strict=True))
    said = [_said(i, reply, answer, call, moment) for i, (reply, answer) in pairs]
    return Told(call, costs, said, 0 if any(a.parts and a.parts[0].kind == "thought" for a in answers) else costs.thought)


def _said(index: int, reply: Reply, answer: Answer, call: Call, moment: Moment) -> Said:
    """Tell the chunks of one candidate."""
    found = Said(index)
    for part, wire in zip(answer.parts, _wires(index, answer, call, moment), strict=True):
        if part.call is not None or part.given is not None:
            found.add(chunk(index, wire), part.tokens)
        elif part.kind == "text":
            found.say(pieces(part.text, reply, counter(), moment.options, moment.random), is_thought=False)
        else:
            found.say(counter().pieces(part.text), is_thought=True)
    if answer.is_blocked:
        found.add({"content": {}, **_ending(answer), "index": index}, 0)
        return found
    last: Document = {"text": ""}
    texts = [part.text for part in answer.parts if part.kind == "text"]
    if texts and family(call.model).identifies:
        last["thoughtSignature"] = signature(texts[-1])
    found.add({"content": {"parts": [last], "role": "model"}, **_ending(answer), "index": index}, 0)
    return found
