"""Invoke in the form of OpenAI's chats: of AI21's Jamba, DeepSeek V3, OpenAI's open models, Qwen and the newer vendors.

In: a body of that form. Out: a call; its answer, or the events of its stream. Thoughts have no place in it. The documents are
AWS's documentation.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import Moment, Options
from understudy.dialects._kin import Kin, chat
from understudy.dialects._kin.decode import conversation
from understudy.dialects._turn import Costs
from understudy.dialects.bedrock import frames
from understudy.dialects.bedrock.grammar import GRAMMAR
from understudy.model.call import Call
from understudy.model.frame import Body, Frame, Frames, Stream
from understudy.model.http import Request
from understudy.model.reply import Reply

_KIN = Kin("bedrock", (), thought=(), counts="finish")


def read(value: dict[str, Any], model: str, request: Request, options: Options) -> Call:
    """Make the call of a body."""
    return conversation("bedrock", {**value, "model": model}, request, options)


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Answer as OpenAI does; what would be events are the documents of chunks."""
    found = chat.encode(_KIN, replace(call, extra=call.extra.inner), replies, moment)
    return replace(found, grammar=GRAMMAR) if isinstance(found, Body) else found


def chunks(stream: Stream, metrics: dict[str, int], spent: Costs, moment: Moment) -> Stream:
    """Put the events of a stream into chunks, the last of them with what the invocation cost, and without the end mark."""
    last = [msgspec.json.decode(_document(event)) for event in stream.last[:-1]]
    last[-1]["amazon-bedrock-invocationMetrics"] = metrics
    sheet, joint = stream.sheet, stream.joint
    count = len(sheet.frames)
    lengths = frames.paddings(moment, count + len(last))

    def write(frame: Frame, place: int) -> bytes:
        return frames.framed(frames.packed(_document(joint.join(frame))), lengths[place])

    found = sheet.showing(Frames(sheet.frames, write))
    end = tuple(map(frames.framed, (frames.row("chunk", document) for document in last), lengths[count:]))
    return Stream(found, b"", end, spent.prompt, spent.completion, frames.CONTENT_TYPE, grammar=GRAMMAR, finish=stream.finish)


def _document(event: bytes) -> bytes:
    return event.strip().removeprefix(b"data: ")
