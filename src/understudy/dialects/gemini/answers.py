"""One candidate worked out: its parts within the limits of the call, why it ended, and what it costs.

In: a call and a reply. Out: an `Answer` whose parts are no documents yet. Output tokens are an estimate as those of prompts
are; a limit is for thoughts and words together.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import shake_128
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects._cut import first_stop
from understudy.dialects.gemini.families import Family, family
from understudy.dialects.gemini.prompt import counter
from understudy.dialects.gemini.shapes import DATA
from understudy.dialects.gemini.wishes import Extra
from understudy.model.call import Call
from understudy.model.reply import Block, Finish, Item, Reasoning, Refused, Reply, ToolCall
from understudy.untrusted import NOT_JSON

CALLED = "Model generated function call(s)."
_A_CALL = 7  # tokens of a function call beside its name and arguments
_FINISH: dict[Finish, str] = {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP", "content_filter": "SAFETY"}
_LEVELS = {"minimal": 0, "low": 64, "medium": 192, "high": 512, "xhigh": 1024}
_HARMS = ("SEXUALLY_EXPLICIT", "HATE_SPEECH", "HARASSMENT", "DANGEROUS_CONTENT")
RATINGS: list[dict[str, Any]] = [
    *({"category": f"HARM_CATEGORY_{harm}", "probability": "NEGLIGIBLE"} for harm in _HARMS[:-1]),
    {"category": f"HARM_CATEGORY_{_HARMS[-1]}", "probability": "HIGH", "blocked": True},
]
"""What the safety system thinks of an answer it stops."""


class Part(Struct):
    """A part: what it is (`text`, `thought`, `call`, `given`), its text, its tokens; what is called, what is given as it is."""

    kind: str
    text: str
    tokens: int
    call: ToolCall | None = None
    given: dict[str, Any] | None = None


class Answer(Struct):
    """One candidate. `tokens` is what its parts cost, `thought` what it thought before and between them."""

    parts: list[Part]
    tokens: int
    thought: int
    finish: str
    message: str | None = None

    @property
    def is_blocked(self) -> bool:
        """Say whether the safety system stopped it."""
        return self.finish == "SAFETY"


def work_out(call: Call, reply: Reply) -> Answer:
    """Apply the limits of the call to a reply and count it."""
    meter = _Meter(call, reply)
    parts: list[Part] = []
    finish, message = _FINISH[reply.finish or "stop"], None
    for block in reply.blocks:
        if isinstance(block, Refused):
            finish, message = _FINISH[reply.finish or "content_filter"], block.text
        elif (part := meter.part(block)) is not None:
            parts.append(part)
        if meter.is_full or meter.is_stopped:
            break
    spoken = sum(part.tokens for part in parts if part.kind != "thought")
    thought = _thought(call.extra, family(call.model), meter, reply)
    if meter.is_full:
        finish = "MAX_TOKENS"
    elif finish == "STOP" and any(part.kind == "call" for part in parts):
        message = CALLED
    return _told(reply, Answer(parts, spoken, thought, finish, message))


class _Meter:
    """Counts what is said, and ends it at the limit or at a stop sequence."""

    def __init__(self, call: Call, reply: Reply) -> None:
        self.left = call.max_tokens
        self.thought = 0
        self.is_full = call.max_tokens == 0
        self.is_stopped = False
        self._extra: Extra = call.extra
        self._atoms, self._whole = reply.atoms, reply.text

    def part(self, block: Block) -> Part | None:
        """Make the part of a block; None when nothing of it is shown."""
        if isinstance(block, Item):
            given = {name: value for name, value in block.data.items() if name != "type"}  # scripts need one, parts have none
            return Part("given", "", 0, given=given) if any(name in given for name in DATA) else None
        if isinstance(block, ToolCall):
            return self._called(block)
        if isinstance(block, Reasoning):
            said, count = self._say(block.text)
            self.thought += count
            return Part("thought", said, count) if self._extra.shows else None
        text = _bare(block.text) if self._extra.bare else block.text
        found = first_stop(text, self._extra.stops)
        said, count = self._say(text if found is None else text[: found[0]])
        self.is_stopped = found is not None
        return Part("text", said, count)

    def _called(self, block: ToolCall) -> Part | None:
        """A call comes whole or not at all."""
        count = _A_CALL + counter().count(block.name) + counter().count(block.arguments)
        if self.left is not None and count > self.left:
            self.is_full = True
            return None
        if self.left is not None:
            self.left -= count
        return Part("call", "", count, block)

    def _say(self, text: str) -> tuple[str, int]:
        """Cut a text where the limit is, and count it."""
        atoms = self._atoms if text == self._whole else None
        count = counter().count(text) if atoms is None else len(atoms)
        if self.left is not None and count > self.left:
            self.is_full = True
            if atoms is None:
                text, count = counter().cut(text, self.left)
            else:
                text, count = "".join(atoms[: self.left]), self.left
        if self.left is not None:
            self.left -= count
        return text, count


def _thought(extra: Extra, traits: Family, meter: _Meter, reply: Reply) -> int:
    """The tokens thought: those of the reply, else as many as a model of the family thinks, within what the limit leaves."""
    if meter.thought or not traits.thinks or any(isinstance(block, Refused) for block in reply.blocks):
        return meter.thought
    wanted = traits.thought
    if extra.level is not None:
        wanted = _LEVELS.get(extra.level, wanted)
    elif extra.budget is not None:
        wanted = min(extra.budget, 192) if extra.budget >= 0 else 192
    return wanted if meter.left is None else min(wanted, meter.left)


def _told(reply: Reply, answer: Answer) -> Answer:
    """Replace counts by what the reply says they are; completion tokens are those of thoughts and words together."""
    told = reply.usage
    if told is not None:
        if told.reasoning_tokens is not None:
            answer.thought = told.reasoning_tokens
        if told.completion_tokens is not None:
            answer.thought = min(answer.thought, told.completion_tokens)
            answer.tokens = told.completion_tokens - answer.thought
    return answer


def _bare(text: str) -> str:
    """A JSON text without its quotes: answers of an enumeration are none."""
    try:
        value = msgspec.json.decode(text)
    except NOT_JSON:
        return text
    return value if isinstance(value, str) else text


def arguments(call: ToolCall) -> Any:
    """The arguments of a call as an object; what is none stands under a name that says so."""
    try:
        value = msgspec.json.decode(call.arguments)
    except NOT_JSON:
        value = None
    return value if isinstance(value, dict) else {"INVALID_JSON": call.arguments}


def signature(text: str) -> str:
    """A signature of a thought: a function of what it leads to, opaque and long as the API's."""
    return b64encode(b"\x12\xd5\x02\n\xd2\x02" + shake_128(text.encode("utf-8", "replace")).digest(120)).decode()
