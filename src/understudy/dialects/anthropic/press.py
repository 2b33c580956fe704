"""Messages as bytes: whole, or as the events of a stream (wire.md 11.3 and 11.4).

A press belongs to one generation of the script. It keeps what it rendered of fixed replies: a body is then one `%` on bytes;
of a stream only the first event and the last two are made for each answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from understudy.dialects import Moment
from understudy.dialects._beside import Beside
from understudy.dialects._cut import Pieces, pieces, streamed
from understudy.dialects._fixed import Renderings
from understudy.dialects._kept import Kept
from understudy.dialects._layout import Layout
from understudy.dialects.anthropic import usage
from understudy.dialects.anthropic.answers import CUT, Answer, Part, blocks, work_out
from understudy.dialects.anthropic.events import GRAMMAR, STOP, Events, event
from understudy.dialects.anthropic.prompt import window_of
from understudy.dialects.anthropic.usage import Costs
from understudy.model.call import Call
from understudy.model.frame import Body, Frame, Opened, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.tokens import encoding
from understudy.wire.forms import Form, Hole

Limits = tuple[int | None, int | None]
Key = tuple[tuple[Any, ...], Limits | None]
"""Reply and wishes, and the limits where they cut the answer."""
V = TypeVar("V", bound=tuple[Any, ...])

_BODIES = 16 << 20  # bytes of rendered bodies kept
_FRAMES = 50_000  # frames of rendered streams kept
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# What is left to fill for each answer: (identifier, the counts in the order of `Costs.values`).
_HOLES = {
    "id": Hole(b'"msg_01%b"', (0,)),
    "fresh": Hole(b"%d", (1,)),
    "written": Hole(b"%d", (2,)),
    "read": Hole(b"%d", (3,)),
    "five": Hole(b"%d", (4,)),
    "hour": Hole(b"%d", (5,)),
    "output": Hole(b"%d", (6,)),
    "thought": Hole(b"%d", (7,)),
}
_SHAPE: dict[str, Any] = {
    "model": "$model",
    "id": "$id",
    "type": "message",
    "role": "assistant",
    "content": "$content",
    "stop_reason": "$reason",
    "stop_sequence": "$sequence",
    "stop_details": "$details",
    "usage": {
        "input_tokens": "$fresh",
        "cache_creation_input_tokens": "$written",
        "cache_read_input_tokens": "$read",
        "cache_creation": {"ephemeral_5m_input_tokens": "$five", "ephemeral_1h_input_tokens": "$hour"},
        "output_tokens": "$output",
        "output_tokens_details": {"thinking_tokens": "$thought"},
        "service_tier": "standard",
        "inference_geo": "global",
    },
}
_SEARCHES = {"usage": {**_SHAPE["usage"], "server_tool_use": "$searched"}}
_STOP = event(STOP)
_EDITED: dict[str, Any] = {"context_management": {"applied_edits": []}}  # nothing is ever cleared
# By what an answer tells beside: of searches, and of the edits of the conversation.
_LAYOUTS = {
    (searches, edits): Layout({**_SHAPE, **(_SEARCHES if searches else {}), **(_EDITED if edits else {})}, _HOLES)
    for searches in (False, True)
    for edits in (False, True)
}


class Press:
    """Renders messages; see the module."""

    def __init__(self) -> None:
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._bodies: Kept[Key, tuple[Reply, Answer, Form]] = Kept(_BODIES)
        self._sheets: Kept[Key, tuple[Reply, Answer, Sequence[Frame], Sheet]] = Kept(_FRAMES)
        self.beside = Beside("messages", ("cache_control",))
        self.texts = Renderings()

    def body(self, call: Call, reply: Reply, moment: Moment) -> Body:
        """Render a whole answer."""
        lasts, limits = reply.fixed, _limits(call, reply, moment)
        key = id(reply), call.model, call.extra.marks
        kept = _found(self._bodies, key, limits) if lasts else None
        if kept is None:
            answer = work_out(call, reply, limits[1])
            form = _form(call, answer, moment)
            lasts = lasts and _is_named(answer)
            if lasts:
                self._bodies.keep((key, limits if answer.reason in CUT else None), (reply, answer, form), form.size)
        else:
            _, answer, form = kept
        costs = usage.work_out(call, reply, answer, moment)
        data = form.render((moment.key, *costs.values))
        lasts = lasts and reply.usage is None
        return Body(data, costs.prompt, costs.output, reusable=lasts, finish=answer.finish)

    def stream(self, call: Call, reply: Reply, moment: Moment) -> Stream:
        """Render a stream."""
        lasts, limits = reply.fixed and moment.options.stream_tokens[1] == 1, _limits(call, reply, moment)
        key = id(reply), call.model, call.extra.marks
        kept = _found(self._sheets, key, limits) if lasts else None
        if kept is None:
            said = streamed(reply)
            answer = work_out(call, said, limits[1])
            found = _told(answer, said, moment)
            shared: Sequence[Frame] = found.frames
            like = Sheet([], [0, *found.tokens])
            lasts = lasts and _is_named(answer)
            if lasts:
                shared = list(shared)
                self._sheets.keep((key, limits if answer.reason in CUT else None), (reply, answer, shared, like), len(shared))
        else:
            _, answer, shared, like = kept
        costs = usage.work_out(call, reply, answer, moment)
        sheet = like.showing(Opened((_opening(call, costs, moment),), shared))
        lasts, last = lasts and reply.usage is None, _closing(call, answer, costs)
        return Stream(sheet, b"", last, costs.prompt, costs.output, grammar=GRAMMAR, finish=answer.finish, reusable=lasts)


def _limits(call: Call, reply: Reply, moment: Moment) -> Limits:
    """The tokens that a call allows, and those that its prompt leaves of the model's window, where these are fewer.

    A prompt that is longer than the window, yet was let pass, leaves as many as are wanted.
    """
    told = reply.usage.prompt_tokens if reply.usage is not None else None
    prompt = moment.prompt_tokens if told is None else told
    window = window_of(call)
    room = None if told is None and prompt > window else max(0, window - prompt)
    is_narrow = room is not None and (call.max_tokens is None or room < call.max_tokens)
    return call.max_tokens, room if is_narrow else None


def _found(kept: Kept[Key, V], key: tuple[Any, ...], limits: Limits) -> V | None:
    """Find what was rendered whole, if it is within the limits; else what they cut."""
    found = kept.get((key, None))
    if found is None or any(limit is not None and found[1].tokens > limit for limit in limits):
        found = kept.get((key, limits))
    return found


def _is_named(answer: Answer) -> bool:
    """Say whether no block of an answer waits for an identifier."""
    return all(part.id or "id" not in part.wire for part in answer.parts)


def _form(call: Call, answer: Answer, moment: Moment) -> Form:
    known: dict[str, Any] = {"content": blocks(answer, _identify(moment)), "reason": answer.reason}
    known |= {"model": call.model, "sequence": answer.sequence, "details": answer.details}
    searches = bool(answer.searches or answer.fetches)
    if searches:
        known["searched"] = usage.used(answer)
    return _LAYOUTS[searches, call.extra.edits].bind(**known)


def _told(answer: Answer, reply: Reply, moment: Moment) -> Events:
    """Tell what comes between the first event and the last two."""
    found = Events()
    wires = blocks(answer, _identify(moment))
    for index, (part, wire) in enumerate(zip(answer.parts, wires, strict=True)):
        found.block(index, part, wire, _pieces(part, reply, moment))
    return found


def _pieces(part: Part, reply: Reply, moment: Moment) -> Pieces:
    if part.kind == "text":
        return pieces(part.text, reply, encoding("o200k_base"), moment.options, moment.random)
    return encoding("o200k_base").pieces(part.text)


def _opening(call: Call, costs: Costs, moment: Moment) -> bytes:
    """Write the first event; its padding does not depend on the identifier, so that it serves others under theirs."""
    message: dict[str, Any] = {
        "model": call.model,
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": usage.opening(costs),
    }
    return event("message_start", message=message).replace(b'"id":"msg_01"', b'"id":"msg_01%b"' % moment.key, 1)


def _closing(call: Call, answer: Answer, costs: Costs) -> tuple[bytes, ...]:
    delta = {"stop_reason": answer.reason, "stop_sequence": answer.sequence, "stop_details": answer.details}
    edited = _EDITED if call.extra.edits else {}
    return event("message_delta", delta=delta, usage=usage.closing(costs), **edited), _STOP


def _identify(moment: Moment) -> Any:
    """Make identifiers of tool calls: the answer's own letters, and two drawn for the position."""

    def identify(position: int, kind: str) -> str:
        drawn = moment.random.integer(f"call-{position}", 0, 62 * 62 - 1)
        prefix = "srvtoolu" if kind == "server_tool_use" else "toolu"
        return f"{prefix}_01{moment.key[:20].decode()}{_LETTERS[drawn // 62]}{_LETTERS[drawn % 62]}"

    return identify
