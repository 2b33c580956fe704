"""What a reply comes to as the output of a response: items in order, each with what it says and what that costs.

In: the reply and the call's limit. Out: `Output`: whole items, how their text is cut into deltas, the tokens, and how it ended.
"""

from __future__ import annotations

from itertools import groupby
from textwrap import shorten

from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.dialects._cut import Pieces, pieces, streamed
from understudy.dialects._openai.cut import said
from understudy.dialects._openai.families import family
from understudy.dialects._openai.usage import thought
from understudy.dialects.openai_responses.document import in_phases
from understudy.dialects.openai_responses.hosted import BUILT_IN, completed
from understudy.dialects.openai_responses.includes import PARTIAL
from understudy.dialects.openai_responses.items import sealed
from understudy.dialects.openai_responses.logprobs import with_odds
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.model.call import Call
from understudy.model.reply import Block, Item, Reasoning, Refused, Reply, Text, ToolCall
from understudy.text.tokens import Encoding, encoding_for

_SUMMED_UP = 120  # characters of a request that a made-up summary repeats
_BROKEN_OFF = ("message", "function_call", "custom_tool_call")
_CALL_OVERHEAD = 7  # tokens of a call of a tool beside its name and arguments (wire.md 15)


class Said(Struct):
    """An item, and the events its longest text is cut into: (text, tokens) each; [] lets tokens cut it.

    `images` are those that a stream shows before the one of the item.
    """

    item: Json
    cut: Pieces = []
    images: list[str] = []


class Output(Struct):
    """All that a response says; `tokens` without those of `reasoning`. `incomplete` is why it ended too early, else None."""

    said: list[Said]
    tokens: int = 0
    reasoning: int = 0
    incomplete: str | None = None

    @property
    def items(self) -> list[Json]:
        """The items."""
        return [each.item for each in self.said]


class _Maker:
    """Makes the items of one reply, one after another, while there are tokens left."""

    def __init__(self, call: Call, reply: Reply, names: Names, moment: Moment) -> None:
        self._call, self._reply, self._names, self._moment = call, reply, names, moment
        self._wish: Wish = call.extra
        self._encoding = encoding_for(call.model)
        self._is_custom = {tool.name for tool in call.tools if tool.kind == "custom"}
        self._hides = family(call.model).reasons
        self.found: list[Said] = []
        self.tokens = 0
        self.left = call.max_tokens
        self.cut_off = False
        self._built_in = 0

    def is_over(self, block: Block) -> bool:
        """Say whether nothing of a block can be said any more; thoughts cost nothing here."""
        self.cut_off = self.cut_off or (self.left == 0 and not isinstance(block, Reasoning))
        return self.cut_off

    def text(self, texts: list[str], alone: bool) -> None:
        """Say text, as far as it fits."""
        whole = "".join(texts)
        reply = self._reply if alone else replace(self._reply, pieces=None, atoms=None)
        reply = replace(reply, blocks=(Text(whole),), finish=None)
        fitting, count, finish = said(reply, self._encoding, self.left)
        cut = pieces(fitting, reply, self._encoding, self._moment.options, self._moment.random)
        self.cut_off = finish == "length"
        part: Json = {"type": "output_text", "annotations": [], "logprobs": [], "text": fitting}
        if "message.output_text.logprobs" in self._wish.includes:
            part["logprobs"] = with_odds(fitting, reply, self._encoding, self._wish, self._moment)
        self._message(part, cut, count)

    def refusal(self, words: str) -> None:
        """Decline, as far as it fits."""
        fitting, tokens = self._fitting(words)
        self._message({"type": "refusal", "refusal": fitting}, self._encoding.pieces(fitting), tokens)

    def reasoning(self, words: str) -> None:
        """Think: what is shown of it depends on who asks and which model it is."""
        item: Json = {"id": self._names.of("reasoning"), "type": "reasoning"}
        is_open = not self._hides and self._wish.summary is None
        if "reasoning.encrypted_content" in self._wish.includes:
            item |= {"content": [], "encrypted_content": sealed(words, self._names.digits(24))}
        if is_open and words:
            item["content"] = [{"type": "reasoning_text", "text": words}]
        shown = words.split("\n\n") if words and self._wish.summary is not None else []
        item["summary"] = [{"type": "summary_text", "text": part} for part in shown]
        self._take(Said(item), 0)

    def call(self, block: ToolCall) -> None:
        """Call a tool, with as much of its arguments as fits."""
        custom = block.kind == "custom" or block.name in self._is_custom
        kind, member = ("custom_tool_call", "input") if custom else ("function_call", "arguments")
        head = _CALL_OVERHEAD + self._encoding.count(block.name)
        fitting, tokens = self._fitting(block.arguments, head)
        item: Json = {"id": self._names.of(kind), "type": kind, "status": "incomplete" if self.cut_off else "completed"}
        item |= dict(sorted({member: fitting, "call_id": block.id or self._names.call(), "name": block.name}.items()))
        self._take(Said(item, self._encoding.pieces(fitting)), tokens)

    def hosted(self, block: Item) -> None:
        """Show what the provider did itself; calls of its tools beyond the most that are asked for are ignored."""
        if block.data["type"] in BUILT_IN:
            if self._built_in == self._wish.body.get("max_tool_calls"):
                return
            self._built_in += 1
        item = completed(block.data, self._call, self._names)
        texts = [str(part.get("text", "")) for part in item.get("content") or () if isinstance(part, dict)]
        self._take(Said(item, images=item.get(PARTIAL) or []), sum(map(self._encoding.count, texts)))

    def _fitting(self, words: str, head: int = 0) -> tuple[str, int]:
        """Return the beginning of a text that fits behind so many tokens, and how many they are together."""
        tokens = head + self._encoding.count(words)
        if self.left is None or tokens <= self.left:
            return words, tokens
        self.cut_off = True
        return (self._encoding.cut(words, self.left - head)[0] if self.left > head else ""), self.left

    def _message(self, part: Json, cut: Pieces, tokens: int) -> None:
        status = "incomplete" if self.cut_off else "completed"
        item: Json = {"id": self._names.of("message"), "type": "message", "status": status, "content": [part]}
        if in_phases(self._call.model):
            item["phase"] = "final_answer"
        self._take(Said({**item, "role": "assistant"}, cut), tokens)

    def _take(self, each: Said, tokens: int) -> None:
        self.found.append(each)
        self.tokens += tokens
        if self.left is not None:
            self.left = max(0, self.left - tokens)


def work_out(call: Call, reply: Reply, names: Names, moment: Moment) -> Output:
    """Make the output of a reply within the limits of the call."""
    if call.stream:
        reply = streamed(reply)
    maker = _Maker(call, reply, names, moment)
    encoding = encoding_for(call.model)
    told = None if reply.usage is None else reply.usage.reasoning_tokens
    thoughts = [block.text for block in reply.blocks if isinstance(block, Reasoning)]
    reasoning = sum(map(encoding.count, thoughts)) if told is None else told
    texts = [block for block in reply.blocks if isinstance(block, Text)]
    traits = family(call.model)
    if traits.reasons and told is None and not thoughts:
        room = None if call.max_tokens is None else call.max_tokens - sum(_cost(block, encoding) for block in reply.blocks)
        reasoning = thought(call.extra.effort or traits.effort, room)
    if traits.reasons and reasoning and not thoughts:
        maker.reasoning(
            "" if call.extra.summary is None else f"The request is: {_shortened(call.user)} I can answer it directly."
        )
    if maker.left is not None:
        maker.left = max(0, maker.left - reasoning)
    for is_text, run in groupby(reply.blocks, lambda block: isinstance(block, Text)):
        blocks = list(run)
        if is_text and not maker.is_over(blocks[0]):
            maker.text([block.text for block in blocks if isinstance(block, Text)], alone=len(blocks) == len(texts))
            continue
        for block in blocks:
            if not maker.is_over(block):
                _other(maker, block)
    incomplete = "max_output_tokens" if maker.cut_off or reply.finish == "length" else None
    if reply.finish == "content_filter":
        incomplete = "content_filter"
    if incomplete is not None:
        _break_off(maker.found)
    spent = maker.tokens + _closing(call, reasoning, maker.found, limited=maker.cut_off)
    return Output(maker.found, spent, reasoning, incomplete)


def _cost(block: Block, encoding: Encoding) -> int:
    """The tokens that a block would have if it were said to its end."""
    match block:
        case Text() | Refused():
            return encoding.count(block.text)
        case ToolCall():
            return _CALL_OVERHEAD + encoding.count(block.name) + encoding.count(block.arguments)
    return 0


def _shortened(asked: str) -> str:
    """The beginning of what was asked, as one sentence."""
    return f"{shorten(asked, _SUMMED_UP, placeholder=' ...') or 'to go on'}."


def _other(maker: _Maker, block: Block) -> None:
    match block:
        case Reasoning():
            maker.reasoning(block.text)
        case ToolCall():
            maker.call(block)
        case Refused():
            maker.refusal(block.text)
        case Item():
            maker.hosted(block)


def _break_off(found: list[Said]) -> None:
    """Mark the message, or the call, that an answer broke off in."""
    if found and found[-1].item["type"] in _BROKEN_OFF:
        found[-1].item["status"] = "incomplete"


def _closing(call: Call, reasoning: int, found: list[Said], *, limited: bool) -> int:
    """The tokens that frame a text (wire.md 15); an answer that was cut off has none to spare."""
    if limited or not any(each.item["type"] == "message" for each in found):
        return 0
    traits = family(call.model)
    if traits.base == 2:
        return 6 if reasoning else 4
    return 1 if traits.known and traits.window >= 128_000 else 0
