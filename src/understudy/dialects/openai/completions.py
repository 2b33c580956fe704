"""Legacy completions as bytes (wire.md 4): key order as sent, the finish reason on the last text chunk.

The chunks of fixed replies are rendered once and kept, those of others are written when they are due.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate
from math import fsum
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import pieces, streamed
from understudy.dialects._due import Due
from understudy.dialects._openai.cut import said
from understudy.dialects._openai.families import family
from understudy.dialects._openai.odds import Marks, columns, score, shared_out, tokens_of
from understudy.dialects._openai.usage import told_usage
from understudy.dialects._prompts import count
from understudy.dialects.openai.events import GRAMMAR
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Sheet, Stream
from understudy.model.lazy import Made
from understudy.model.reply import Reply
from understudy.model.token_counts import in_turns
from understudy.text.logprobs import Scored
from understudy.text.tokens import encoding_for

_HEAD = b'data: {"id":"'
_encode = msgspec.json.encode


class _Choice(Struct):
    """One choice: the prompt it repeats, what is said, what that costs and the score it is chosen by."""

    reply: Reply
    prompt: str
    echo: str
    text: str
    tokens: int
    finish: str
    index: int
    found: Marks | None = None

    @property
    def score(self) -> float:
        """The mean log probability of its tokens."""
        return fsum(token.logprob for token in self.found or ()) / max(len(self.found or ()), 1)


def prompt_tokens(call: Call) -> int:
    """Count the prompts, and what is to follow the answer: plain text, no framing."""
    return count(call.extra.prompts, call.model, call.extra.suffix)


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Encode one reply for each prompt and choice, in that order."""
    if call.stream:
        return _streamed(call, replies, moment)
    made = [_choice(call, reply, i, moment) for i, reply in enumerate(replies)]
    usage = _usage(replies[0], sum(choice.tokens for choice in made), moment)
    chosen = _best(made, call)
    body = {
        "id": _identity(moment),
        "object": "text_completion",
        "created": moment.created,
        "model": call.model,
        "choices": [_document(call, choice, i, moment) for i, choice in enumerate(chosen)],
        "usage": usage,
    }
    data = msgspec.json.format(_encode(body), indent=2) + b"\n"
    lasts = _is_bare(call, replies) and replies[0].fixed
    return Body(
        data, usage["prompt_tokens"], usage["completion_tokens"], finish=chosen[0].finish, grammar=GRAMMAR, reusable=lasts
    )


def _is_bare(call: Call, replies: tuple[Reply, ...]) -> bool:
    """Say whether an answer is one text and nothing else."""
    extra = call.extra
    return not extra.echo and extra.logprobs is None and not extra.kept and len(replies) == 1


def _identity(moment: Moment) -> str:
    return "cmpl-" + (moment.salt + moment.key).decode()


def _usage(reply: Reply, tokens: int, moment: Moment) -> dict[str, int]:
    prompt, completion = told_usage(reply, moment.prompt_tokens, tokens)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _streamed(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
    """Stream completions; that of a fixed reply is rendered once for all calls with the same limits."""
    extra, reply, press = call.extra, replies[0], moment.options.style
    lasts = reply.fixed and _is_bare(call, replies) and moment.options.stream_tokens[1] == 1
    key = (id(reply), call.model, call.max_tokens, tuple(extra.stop), extra.include_usage)
    found = press.completions.get(key) if lasts and press is not None else None
    joint = _joint(moment)
    if found is None:
        made = [_choice(call, streamed(each), i, moment) for i, each in enumerate(replies)]
        chosen = _best(made, call)
        told, tokens, finish = _Told(call, chosen, moment), sum(choice.tokens for choice in made), chosen[0].finish
        if not lasts or press is None:
            return _stream(call, moment, told.due(joint), b"", finish, _usage(reply, tokens, moment))
        found = (reply, told.kept(), tokens, finish)
        press.completions.keep(key, found, len(told.tokens))
    _, sheet, tokens, finish = found
    return _stream(call, moment, sheet, joint, finish, _usage(reply, tokens, moment))


def _choice(call: Call, reply: Reply, index: int, moment: Moment) -> _Choice:
    encoding, extra = encoding_for(call.model), call.extra
    text, tokens, finish = said(reply, encoding, call.max_tokens, extra.stop)
    prompt = call.inputs[index // call.choices]
    made = _Choice(reply, prompt, prompt if extra.echo else "", text, tokens, finish, index)
    if extra.logprobs is not None or extra.kept:
        tokens_said = tokens_of(text, reply, encoding)
        made.found = score(tokens_said, encoding, extra.logprobs or 0, index, moment, call.sampling, reply.odds)
    return made


def _best(made: list[_Choice], call: Call) -> list[_Choice]:
    """Keep the likeliest choices of each prompt, as many as are to be shown."""
    kept = call.extra.kept
    if not kept:
        return made
    groups = [made[at : at + call.choices] for at in range(0, len(made), call.choices)]
    return [choice for group in groups for choice in sorted(group, key=lambda choice: -choice.score)[:kept]]


def _document(call: Call, choice: _Choice, index: int, moment: Moment) -> dict[str, Any]:
    odds, top = None, call.extra.logprobs
    if top is not None:
        odds = columns([*_echoed(call, choice, moment), *(choice.found or ())], top, _start(choice))
    return {"text": choice.echo + choice.text, "index": index, "logprobs": odds, "finish_reason": choice.finish}


def _echoed(call: Call, choice: _Choice, moment: Moment) -> Sequence[Scored]:
    """Score the prompt, where it is repeated."""
    if not choice.echo:
        return ()
    encoding = encoding_for(call.model)
    return score(encoding.split(choice.echo), encoding, call.extra.logprobs or 0, -1 - choice.index, moment)


def _start(choice: _Choice) -> int:
    """Where the first token stands: offsets count from the start of the prompt."""
    return 0 if choice.echo else len(choice.prompt)


class _Events(NamedTuple):
    """The events of a choice: the text, the tokens and the scores of each, and where its first token stands."""

    texts: list[str]
    tokens: list[int]
    scores: Due[Sequence[Scored]]
    starts: array[int]


def _events(call: Call, choice: _Choice, moment: Moment) -> _Events:
    """Cut a choice into events; models of today end with one that says nothing."""
    cut = pieces(choice.text, choice.reply, encoding_for(call.model), moment.options, moment.random)
    texts, tokens = [text for text, _ in cut], [count for _, count in cut]
    told = _Events(texts, tokens, Due(), array("I"))
    if choice.echo:
        told.scores.ready([_echoed(call, choice, moment)])
    if call.extra.logprobs is not None and choice.found is not None:
        told.scores.ready(shared_out(choice.found, texts))
        told.starts.extend(accumulate(map(len, texts), initial=len(choice.prompt)))
    if choice.echo:
        told.texts.insert(0, choice.echo)
        told.tokens.insert(0, 0)
        told.starts.insert(0, 0)
    if family(call.model).inserts or not texts:
        told.texts.append("")
        told.tokens.append(0)
        told.scores.ready([()])
    return told


def _joint(moment: Moment) -> bytes:
    return b'%b","object":"text_completion","created":%d' % (_identity(moment).encode(), moment.created)


def _stream(call: Call, moment: Moment, sheet: Sheet, joint: bytes, finish: str, usage: dict[str, int]) -> Stream:
    rest = [b"data: [DONE]\n\n"]
    if call.extra.include_usage:
        head = _HEAD + _joint(moment) + b',"choices":[],"model":' + _encode(call.model)
        rest.insert(0, head + b',"usage":' + _encode(usage) + b"}\n\n")
    return Stream(
        sheet,
        joint,
        tuple(rest),
        usage["prompt_tokens"],
        usage["completion_tokens"],
        content_type="text/event-stream",
        grammar=GRAMMAR,
        finish=finish,
        reusable=bool(joint),
    )


class _Told:
    """The events of all choices, which take turns; each is written when it is looked at."""

    _places: Sequence[int]
    _indices: Sequence[int]

    def __init__(self, call: Call, choices: list[_Choice], moment: Moment) -> None:
        self._choices, self._top = choices, call.extra.logprobs
        self._events = [_events(call, choice, moment) for choice in choices]
        self._end = b'],"model":' + _encode(call.model) + (b',"usage":null' if call.extra.include_usage else b"") + b"}\n\n"
        if len(choices) == 1:
            self.tokens = self._events[0].tokens
            self._places, self._indices = range(len(self.tokens)), bytes(len(self.tokens))
            return
        turns = sorted((k, i) for i, events in enumerate(self._events) for k in range(len(events.texts)))
        self._places, self._indices = array("I", [k for k, _ in turns]), array("I", [i for _, i in turns])
        self.tokens = [self._events[i].tokens[k] for k, i in turns]

    def kept(self) -> Sheet:
        """Write all of them, for many."""
        return Sheet([(_HEAD, b',"choices":[' + self._choice(at)) for at in range(len(self.tokens))], self.tokens)

    def due(self, joint: bytes) -> Sheet:
        """Write each when it is due, for one stream."""
        head, count = _HEAD + joint + b',"choices":[', len(self.tokens)
        if self._top is None and len(self._choices) == 1:  # by far the usual case: all but the last differ in their text alone
            frames: Due[bytes] = Due()
            texts = self._events[0].texts
            start, end = head + b'{"text":', b',"index":0,"logprobs":null,"finish_reason":null}' + self._end
            frames.add(lambda at: start + _encode(texts[at]) + end, count - 1)
            frames.add(lambda _: head + self._choice(count - 1))
            return Sheet(Frames(frames), self.tokens)
        timed = in_turns(self._places, self.tokens) if len(self._choices) > 1 else None
        return Sheet(Frames(Made(count, lambda at: head + self._choice(at))), self.tokens, timed=timed)

    def _choice(self, at: int) -> bytes:
        k, i = self._places[at], self._indices[at]
        texts, _, scores, starts = self._events[i]
        odds = None if self._top is None else columns(scores[k], self._top, starts[k])
        finish = self._choices[i].finish if k == len(texts) - 1 else None
        return _encode({"text": texts[k], "index": i, "logprobs": odds, "finish_reason": finish}) + self._end
