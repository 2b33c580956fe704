"""Legacy completions as bytes (wire.md 4): key order as sent, the finish reason on the last text chunk.

The streams of fixed replies are rendered once and kept; those of others are told in events that they share (`completed`).
"""

from __future__ import annotations

from math import fsum
from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._cut import streamed
from understudy.dialects._openai.cut import said
from understudy.dialects._openai.odds import columns, score, tokens_of
from understudy.dialects._openai.usage import told_usage
from understudy.dialects._prompts import count
from understudy.dialects.openai.completed import HEAD, Choice, echoed, sheet
from understudy.dialects.openai.events import GRAMMAR
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for

_encode = msgspec.json.encode


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
    lasts = press is not None and reply.fixed and _is_bare(call, replies) and moment.options.stream_tokens[1] == 1
    key = (id(reply), call.model, call.max_tokens, tuple(extra.stop), extra.include_usage)
    found = press.completions.get(key) if lasts and press is not None else None
    joint = _joint(moment)
    if found is None:
        made = [_choice(call, streamed(each), i, moment) for i, each in enumerate(replies)]
        chosen = _best(made, call)
        told, joint = sheet(call, chosen, moment, joint, lasts=lasts)
        tokens, finish = sum(choice.tokens for choice in made), chosen[0].finish
        if lasts and press is not None:
            press.completions.keep(key, (reply, told, tokens, finish), len(told.tokens))
    else:
        _, told, tokens, finish = found
    return _stream(call, moment, told, joint, finish, _usage(reply, tokens, moment), reusable=lasts)


def _choice(call: Call, reply: Reply, index: int, moment: Moment) -> Choice:
    encoding, extra = encoding_for(call.model), call.extra
    text, tokens, finish = said(reply, encoding, call.max_tokens, extra.stop)
    prompt = call.inputs[index // call.choices]
    made = Choice(reply, prompt, prompt if extra.echo else "", text, tokens, finish, index)
    if extra.logprobs is not None or extra.kept:
        tokens_said = tokens_of(text, reply, encoding)
        made.found = score(tokens_said, encoding, extra.logprobs or 0, index, moment, call.sampling, reply.odds)
    return made


def _best(made: list[Choice], call: Call) -> list[Choice]:
    """Keep the likeliest choices of each prompt, as many as are to be shown."""
    kept = call.extra.kept
    if not kept:
        return made
    groups = [made[at : at + call.choices] for at in range(0, len(made), call.choices)]
    return [choice for group in groups for choice in sorted(group, key=lambda choice: -_likely(choice))[:kept]]


def _likely(choice: Choice) -> float:
    """The mean log probability of its tokens, by which the best are chosen."""
    return fsum(token.logprob for token in choice.found or ()) / max(len(choice.found or ()), 1)


def _document(call: Call, choice: Choice, index: int, moment: Moment) -> dict[str, Any]:
    odds, top = None, call.extra.logprobs
    if top is not None:
        odds = columns([*echoed(call, choice, moment), *(choice.found or ())], top, choice.start)
    return {"text": choice.echo + choice.text, "index": index, "logprobs": odds, "finish_reason": choice.finish}


def _joint(moment: Moment) -> bytes:
    return b'%b","object":"text_completion","created":%d' % (_identity(moment).encode(), moment.created)


def _stream(
    call: Call, moment: Moment, told: Sheet, joint: bytes, finish: str, usage: dict[str, int], *, reusable: bool
) -> Stream:
    rest = [b"data: [DONE]\n\n"]
    if call.extra.include_usage:
        head = HEAD + _joint(moment) + b',"choices":[],"model":' + _encode(call.model)
        rest.insert(0, head + b',"usage":' + _encode(usage) + b"}\n\n")
    return Stream(
        told,
        joint,
        tuple(rest),
        usage["prompt_tokens"],
        usage["completion_tokens"],
        content_type="text/event-stream",
        grammar=GRAMMAR,
        finish=finish,
        reusable=reusable,
    )
