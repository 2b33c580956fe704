"""One turn of a model, worked out in no provider's words: what is said within the limits, why it ends, and what it costs.

In: a call and a reply. Out: a `Turn` of parts in order, which dialects without counts of their own write down. Tokens are exact
for o200k_base, which is an estimate where a provider's vocabulary is not public.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.dialects._cut import Pieces, first_stop, known_tokens, pieces, within
from understudy.dialects._fixed import lasts, rendered
from understudy.dialects._stencil import Row, cut_out
from understudy.model.call import Call
from understudy.model.frame import Names
from understudy.model.ports import Random
from understudy.model.reply import Finish, Item, Reasoning, Refused, Reply, ToolCall
from understudy.text.pausing import pause
from understudy.text.tokens import Encoding, encoding_for

_WEIGHT = 1024  # bytes of a document that weigh as much as a frame
_A_CALL = 7  # tokens of a tool call beside its name and arguments
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Part(Struct):
    """Something said: `text` is the text, the thought, or the arguments of a call; `tokens` what it costs."""

    kind: Literal["text", "reasoning", "call"]
    text: str
    tokens: int
    name: str = ""
    id: str | None = None


class Turn(Struct):
    """All parts; `sequence` is the stop sequence that ended it, `declines` says that the model refused.

    `items` are what only one provider has, as the script says it, and no part of what is said.
    """

    parts: list[Part]
    finish: Finish
    sequence: str | None = None
    declines: bool = False
    items: tuple[dict[str, Any], ...] = ()

    @property
    def tokens(self) -> int:
        """What all of it costs."""
        return sum(part.tokens for part in self.parts)

    def muted(self) -> Turn:
        """The same without its texts: streams hold them in pieces."""
        return replace(self, parts=[replace(part, text="") if part.kind == "text" else part for part in self.parts])

    @property
    def calls(self) -> list[Part]:
        """The tool calls."""
        return [part for part in self.parts if part.kind == "call"]

    def said(self, kind: Literal["text", "reasoning"]) -> str:
        """All text, or all thought."""
        return "".join([part.text for part in self.parts if part.kind == kind])


class Costs(Struct, frozen=True):
    """Token counts of an answer; `cached` is part of the prompt, `thought` of the completion."""

    prompt: int
    completion: int
    thought: int
    cached: int


def work_out(call: Call, reply: Reply, stops: tuple[str, ...] = ()) -> Turn:
    """Apply the limits of the call to a reply and count it."""
    pause()
    encoding = encoding_for(call.model)
    left = call.max_tokens
    turn = Turn([], reply.finish or "stop")
    for block in reply.blocks:
        if isinstance(block, ToolCall):
            tokens = _A_CALL + encoding.count(block.name) + encoding.count(block.arguments)
            part = Part("call", block.arguments, tokens, block.name, block.id)
            is_cut = left is not None and tokens > left
        elif isinstance(block, Item):
            turn.items += (block.data,)
            continue
        else:
            kind: Literal["text", "reasoning"] = "reasoning" if isinstance(block, Reasoning) else "text"
            turn.declines = turn.declines or isinstance(block, Refused)
            stop = first_stop(block.text, stops) if kind == "text" else None
            text = block.text if stop is None else block.text[: stop[0]]
            part, is_cut = _cut(kind, text, reply, encoding, left)
            if stop is not None and not is_cut:
                turn.sequence = stop[1]
        if not is_cut or part.kind != "call":
            turn.parts.append(part)
        if is_cut:
            turn.finish = "length"
        if is_cut or turn.sequence is not None:
            return turn
        left = None if left is None else left - part.tokens
    if turn.calls and reply.finish is None:
        turn.finish = "tool_calls"
    return turn


def _cut(
    kind: Literal["text", "reasoning"], text: str, reply: Reply, encoding: Encoding, left: int | None
) -> tuple[Part, bool]:
    known = known_tokens(reply, text)
    tokens = encoding.count(text) if known is None else known
    if left is None or tokens <= left:
        return Part(kind, text, tokens), False
    text, tokens = within(reply, text, encoding, left)
    return Part(kind, text, tokens), True


def costs(turn: Turn, reply: Reply, moment: Moment) -> Costs:
    """Count a turn, or take the counts the reply brings; what was cached is else what a simulated engine holds."""
    pause()
    told = reply.usage
    prompt, tokens, cached = moment.prompt_tokens, turn.tokens, moment.cached_tokens or 0
    thought = sum(part.tokens for part in turn.parts if part.kind == "reasoning")
    if told is not None:
        prompt = prompt if told.prompt_tokens is None else told.prompt_tokens
        tokens = tokens if told.completion_tokens is None else told.completion_tokens
        thought = thought if told.reasoning_tokens is None else told.reasoning_tokens
        cached = cached if told.cached_tokens is None else told.cached_tokens
    return Costs(prompt, tokens, thought, min(cached, prompt))


def cut(part: Part, reply: Reply, call: Call, moment: Moment) -> Pieces:
    """Cut a part for a stream: (text, tokens) for each event."""
    pause()
    encoding = encoding_for(call.model)
    if part.kind == "text":
        return pieces(part.text, reply, encoding, moment.options, moment.random)
    return encoding.pieces(part.text)


def letters(moment: Moment, position: int, count: int) -> str:
    """Make letters that belong to one place of an answer: at most 22 of the answer's own, and two drawn for the place."""
    drawn = moment.random.integer(f"call-{position}", 0, 62 * 62 - 1)
    return f"{moment.key.decode()[: count - 2]}{_BASE62[drawn // 62]}{_BASE62[drawn % 62]}"


def uuid(moment: Moment, purpose: str) -> str:
    """Make a random UUID (version 4) that is a function of the answer and the purpose."""
    return drawn_uuid(moment.random, purpose)


def drawn_uuid(random: Random, purpose: str) -> str:
    """Make the same of the draws of an answer."""
    a, b, c, d, e, f, g, h = random.words(purpose, 8)
    return f"{a:04x}{b:04x}-{c:04x}-{d & 0x0FFF | 0x4000:04x}-{e & 0x3FFF | 0x8000:04x}-{f:04x}{g:04x}{h:04x}"


def lasting(reply: Reply, moment: Moment) -> bool:
    """Say whether all of an answer serves again but what names it: nothing is drawn, and it costs what was counted."""
    return lasts(reply, moment) and reply.usage is None and not moment.cached_tokens


def whole(
    reply: Reply, key: tuple[Any, ...], moment: Moment, make: Callable[[], tuple[Turn, bytes]], *, shares: bool
) -> tuple[Turn, Row]:
    """Render a whole answer, or take what is kept of it: a turn, and its document with holes for what is not kept.

    Args:
        reply: what is said.
        key: what the document depends on beside it and its holes.
        moment: whose style keeps documents.
        make: works the turn out and writes the document.
        shares: whether the call leaves it as others get it.
    """

    def made() -> tuple[Turn, Row]:
        turn, data = make()
        return turn, cut_out(data)

    return rendered(reply, ("whole", *key), moment, made, _weight, shares=shares)


def _weight(found: tuple[Turn, Row]) -> int:
    return 1 + sum(map(len, found[1].parts)) // _WEIGHT


def alike(mark: bytes) -> Names:
    """Name answers that have no name: all of them by the mark that stands in each of them once."""
    return lambda _random, _key: mark
