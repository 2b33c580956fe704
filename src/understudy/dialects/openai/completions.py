"""Legacy completions as bytes (wire.md 4): key order as sent, the finish reason on the last text chunk."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects.openai.answers import told_usage
from understudy.dialects.openai.cut import pieces, said, streamed
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for

_encode = msgspec.json.encode


def prompt_tokens(call: Call) -> int:
    """Count the prompts: plain text, no framing."""
    count = encoding_for(call.model).count
    return sum(count(item) if isinstance(item, str) else len(item) for item in call.extra.prompts)


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Encode one reply for each prompt and choice, in that order."""
    if call.stream:
        replies = tuple(map(streamed, replies))
    identity = "cmpl-" + (moment.salt + moment.key).decode()
    encoding = encoding_for(call.model)
    answers = [said(reply, encoding, call.max_tokens, call.extra.stop) for reply in replies]
    prompt, completion = told_usage(replies[0], moment.prompt_tokens, sum(tokens for _, tokens, _ in answers))
    echoed = [call.inputs[i // call.choices] if call.extra.echo else "" for i in range(len(answers))]
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    if call.stream:
        cuts = [
            pieces(text, reply, encoding, moment.options, moment.random)
            for reply, (text, _, _) in zip(replies, answers, strict=True)
        ]
        return _stream(call, moment, identity, answers, echoed, cuts, usage)
    choices = [
        {"text": echo + text, "index": i, "logprobs": None, "finish_reason": finish}
        for i, (echo, (text, _, finish)) in enumerate(zip(echoed, answers, strict=True))
    ]
    body = {
        "id": identity,
        "object": "text_completion",
        "created": moment.created,
        "model": call.model,
        "choices": choices,
        "usage": usage,
    }
    return Body(msgspec.json.format(_encode(body), indent=2) + b"\n", prompt, completion)


def _stream(
    call: Call,
    moment: Moment,
    identity: str,
    answers: list[tuple[str, int, str]],
    echoed: list[str],
    cuts: list[list[tuple[str, int]]],
    usage: dict[str, int],
) -> Stream:
    include = call.extra.include_usage
    end = b',"model":' + _encode(call.model) + (b',"usage":null' if include else b"") + b"}\n\n"
    frames: list[tuple[bytes, bytes]] = []
    tokens: list[int] = []
    for i, ((_, _, finish), echo, cut) in enumerate(zip(answers, echoed, cuts, strict=True)):
        events = [(echo, 0), *cut] if echo else list(cut)
        for k, (text, count) in enumerate(events or [("", 0)]):
            last = k == max(len(events), 1) - 1
            choice: dict[str, Any] = {"text": text, "index": i, "logprobs": None, "finish_reason": finish if last else None}
            frames.append((b'data: {"id":"', b',"choices":[' + _encode(choice) + b"]" + end))
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
    )
