"""Legacy completions as bytes (wire.md 4): key order as sent, the finish reason on the last text chunk."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import pieces, streamed
from understudy.dialects._openai.cut import said
from understudy.dialects._openai.families import family
from understudy.dialects._openai.odds import columns, score, shared_out, tokens_of
from understudy.dialects._openai.usage import told_usage
from understudy.dialects.openai.events import GRAMMAR
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.logprobs import Scored
from understudy.text.tokens import encoding_for

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
    found: list[Scored] = []

    @property
    def score(self) -> float:
        """The mean log probability of its tokens."""
        return sum(token.logprob for token in self.found) / max(len(self.found), 1)


def prompt_tokens(call: Call) -> int:
    """Count the prompts, and what is to follow the answer: plain text, no framing."""
    count = encoding_for(call.model).count
    suffix = count(call.extra.suffix) if call.extra.suffix else 0
    return sum(suffix + (count(item) if isinstance(item, str) else len(item)) for item in call.extra.prompts)


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
    return Body(data, usage["prompt_tokens"], usage["completion_tokens"], finish=chosen[0].finish, grammar=GRAMMAR)


def _identity(moment: Moment) -> str:
    return "cmpl-" + (moment.salt + moment.key).decode()


def _usage(reply: Reply, tokens: int, moment: Moment) -> dict[str, int]:
    prompt, completion = told_usage(reply, moment.prompt_tokens, tokens)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _streamed(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
    """Stream completions; that of a fixed reply is rendered once for all calls with the same limits."""
    extra, reply, press = call.extra, replies[0], moment.options.style
    is_bare = not extra.echo and extra.logprobs is None and not extra.kept and len(replies) == 1
    lasts = reply.fixed and is_bare and moment.options.stream_tokens[1] == 1
    key = (id(reply), call.model, call.max_tokens, tuple(extra.stop), extra.include_usage)
    found = press.completions.get(key) if lasts and press is not None else None
    if found is None:
        made = [_choice(call, streamed(each), i, moment) for i, each in enumerate(replies)]
        chosen = _best(made, call)
        found = (reply, _sheet(call, moment, chosen), sum(choice.tokens for choice in made), chosen[0].finish)
        if lasts and press is not None:
            press.completions.keep(key, found, len(found[1].frames))
    _, sheet, tokens, finish = found
    return _stream(call, moment, _identity(moment), sheet, finish, _usage(reply, tokens, moment))


def _choice(call: Call, reply: Reply, index: int, moment: Moment) -> _Choice:
    encoding, extra = encoding_for(call.model), call.extra
    text, tokens, finish = said(reply, encoding, call.max_tokens, extra.stop)
    prompt = call.inputs[index // call.choices]
    made = _Choice(reply, prompt, prompt if extra.echo else "", text, tokens, finish, index)
    if extra.logprobs is not None or extra.kept:
        made.found = score(tokens_of(text, reply, encoding), encoding, extra.logprobs or 0, index, moment, call.sampling)
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
        odds = columns([*_echoed(call, choice, moment), *choice.found], top, _start(choice))
    return {"text": choice.echo + choice.text, "index": index, "logprobs": odds, "finish_reason": choice.finish}


def _echoed(call: Call, choice: _Choice, moment: Moment) -> list[Scored]:
    """Score the prompt, where it is repeated."""
    encoding = encoding_for(call.model)
    return (
        score(encoding.split(choice.echo), encoding, call.extra.logprobs or 0, -1 - choice.index, moment) if choice.echo else []
    )


def _start(choice: _Choice) -> int:
    """Where the first token stands: offsets count from the start of the prompt."""
    return 0 if choice.echo else len(choice.prompt)


def _events(call: Call, choice: _Choice, moment: Moment) -> list[tuple[str, int, dict[str, Any] | None]]:
    """Cut a choice into events: text, tokens, log probabilities; models of today end with one that says nothing."""
    encoding, top = encoding_for(call.model), call.extra.logprobs
    cut = pieces(choice.text, choice.reply, encoding, moment.options, moment.random)
    odds: list[dict[str, Any] | None] = [None] * len(cut)
    if top is not None:
        at = len(choice.prompt)
        for k, share in enumerate(shared_out(choice.found, [text for text, _ in cut])):
            odds[k] = columns(share, top, at)
            at += len(cut[k][0])
    events = [(text, tokens, each) for (text, tokens), each in zip(cut, odds, strict=True)]
    if choice.echo:
        told = None if top is None else columns(_echoed(call, choice, moment), top, 0)
        events.insert(0, (choice.echo, 0, told))
    if family(call.model).inserts or not events:
        events.append(("", 0, None if top is None else columns((), top, 0)))
    return events


def _stream(call: Call, moment: Moment, identity: str, sheet: Sheet, finish: str, usage: dict[str, int]) -> Stream:
    joint = b'%b","object":"text_completion","created":%d' % (identity.encode(), moment.created)
    rest = [b"data: [DONE]\n\n"]
    if call.extra.include_usage:
        head = b'data: {"id":"' + joint + b',"choices":[],"model":' + _encode(call.model)
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
    )


def _sheet(call: Call, moment: Moment, choices: list[_Choice]) -> Sheet:
    include = call.extra.include_usage
    end = b',"model":' + _encode(call.model) + (b',"usage":null' if include else b"") + b"}\n\n"
    frames: list[tuple[bytes, bytes]] = []
    tokens: list[int] = []
    told = [_events(call, choice, moment) for choice in choices]
    for k, i in sorted((k, i) for i, events in enumerate(told) for k in range(len(events))):  # in turns
        text, count, odds = told[i][k]
        finish = choices[i].finish if k == len(told[i]) - 1 else None
        document = {"text": text, "index": i, "logprobs": odds, "finish_reason": finish}
        frames.append((b'data: {"id":"', b',"choices":[' + _encode(document) + b"]" + end))
        tokens.append(count)
    return Sheet(frames, tokens)
