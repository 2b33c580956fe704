"""Legacy completions as bytes (wire.md 4): key order as sent, the finish reason on the last text chunk."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._cut import pieces, streamed
from understudy.dialects._openai.cut import said
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
        replies = tuple(map(streamed, replies))
    identity = "cmpl-" + (moment.salt + moment.key).decode()
    made = [_choice(call, reply, i, moment) for i, reply in enumerate(replies)]
    prompt, completion = told_usage(replies[0], moment.prompt_tokens, sum(choice.tokens for choice in made))
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    chosen = _best(made, call)
    if call.stream:
        return _stream(call, moment, identity, chosen, usage)
    body = {
        "id": identity,
        "object": "text_completion",
        "created": moment.created,
        "model": call.model,
        "choices": [_document(call, choice, i, moment) for i, choice in enumerate(chosen)],
        "usage": usage,
    }
    data = msgspec.json.format(_encode(body), indent=2) + b"\n"
    return Body(data, prompt, completion, finish=chosen[0].finish, grammar=GRAMMAR)


def _choice(call: Call, reply: Reply, index: int, moment: Moment) -> _Choice:
    encoding, extra = encoding_for(call.model), call.extra
    text, tokens, finish = said(reply, encoding, call.max_tokens, extra.stop)
    prompt = call.inputs[index // call.choices]
    made = _Choice(reply, prompt, prompt if extra.echo else "", text, tokens, finish, index)
    if extra.logprobs is not None or extra.kept:
        made.found = score(tokens_of(text, reply, encoding), encoding, extra.logprobs or 0, index, moment)
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
    """Cut a choice into events: text, tokens, log probabilities."""
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
    return events or [("", 0, None)]


def _stream(call: Call, moment: Moment, identity: str, choices: list[_Choice], usage: dict[str, int]) -> Stream:
    include = call.extra.include_usage
    end = b',"model":' + _encode(call.model) + (b',"usage":null' if include else b"") + b"}\n\n"
    frames: list[tuple[bytes, bytes]] = []
    tokens: list[int] = []
    for i, choice in enumerate(choices):
        events = _events(call, choice, moment)
        for k, (text, count, odds) in enumerate(events):
            finish = choice.finish if k == len(events) - 1 else None
            document = {"text": text, "index": i, "logprobs": odds, "finish_reason": finish}
            frames.append((b'data: {"id":"', b',"choices":[' + _encode(document) + b"]" + end))
            tokens.append(count)
    joint = b'%b","object":"text_completion","created":%d' % (identity.encode(), moment.created)
    rest = [b"data: [DONE]\n\n"]
    if include:
        head = b'data: {"id":"' + joint + b',"choices":[],"model":' + _encode(call.model)
        rest.insert(0, head + b',"usage":' + _encode(usage) + b"}\n\n")
    return Stream(
        Sheet(frames, tokens),
        joint,
        tuple(rest),
        usage["prompt_tokens"],
        usage["completion_tokens"],
        content_type="text/event-stream",
        grammar=GRAMMAR,
        finish=choices[0].finish,
    )
