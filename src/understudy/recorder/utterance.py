"""What a model said, put together from a document or from the events of a stream, in no provider's words.

In: texts, thoughts, calls and refusals in the order they come, with the seconds they came at. Out: blocks, and the events each
was streamed in. Knows no provider and no script.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from understudy.model.reply import Finish

Kind = Literal["text", "reasoning", "refusal", "tool_call"]


class Part(Struct):
    """A block that is being said: `said` are its pieces, each with the seconds it came at."""

    kind: Kind
    name: str = ""
    id: str | None = None
    said: list[tuple[float, str]] = []

    @property
    def text(self) -> str:
        """All of it; of a call the arguments."""
        return "".join(text for _, text in self.said)


class Utterance:
    """An answer as it is heard.

    `unreadable` says that it holds what no reply can say. `failure` is an error that came in its place, or in its middle, in
    the words of a script, `failed_at` its second; `events` counts those before it, the last of which came `at` that second.
    `identifier` is the provider's name for the answer. `is_over` says that it was told why it ended; `mark` is the name or the
    data of the event that comes last in event streams of its form, "" where none does but the one that tells why. `odds` are
    the tokens of the text where it is told how likely they were, as a script says them. `stop` is the stop sequence that ended
    it, "" where only is told that one did, None where none did. `lost` are the paths of what no reply can say and is told of.
    """

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.finish: Finish | None = None
        self.is_over = False
        self.mark = ""
        self.usage: dict[str, int] = {}
        self.odds: list[dict[str, Any]] = []
        self.stop: str | None = None
        self.lost: dict[str, None] = {}
        self.unreadable = False
        self.failure: dict[str, Any] | None = None
        self.identifier = ""
        self.events = 0
        self.at = 0.0
        self.failed_at = 0.0
        self._open: dict[Any, Part] = {}

    def say(self, kind: Kind, text: object, at: float, key: Any = None) -> None:
        """Hear a piece of a block; pieces of one kind (and key) in a row belong together."""
        if not isinstance(text, str) or not text:
            return
        part = self._open.get(key) if key is not None else None
        if part is None and key is None and self.parts and self.parts[-1].kind == kind:
            part = self.parts[-1]
        if part is None:
            part = Part(kind)
            self.parts.append(part)
            if key is not None:
                self._open[key] = part
        part.said.append((at, text))

    def call(self, key: Any, name: object, identifier: object) -> None:
        """Hear the beginning of a tool call; `key` is what its arguments refer to it by."""
        part = self._open.get(key)
        if part is None:
            part = self._open[key] = Part("tool_call")
            self.parts.append(part)
        if isinstance(name, str) and name:
            part.name = name
        if isinstance(identifier, str) and identifier:
            part.id = identifier

    def argue(self, key: Any, text: object, at: float) -> None:
        """Hear a piece of the arguments of a call."""
        part = self._open.get(key)
        if part is not None and isinstance(text, str) and text:
            part.said.append((at, text))

    def leave_out(self, prompt: str) -> bool:
        """Leave out the prompt that the text begins with; False where it does not."""
        if not self.text.startswith(prompt):
            return False
        left = len(prompt)
        for part in [part for part in self.parts if part.kind == "text"]:
            kept = []
            for at, piece in part.said:
                kept.append((at, piece[left:]))
                left -= min(left, len(piece))
            part.said = [(at, piece) for at, piece in kept if piece]
        self.parts = [part for part in self.parts if part.said or part.kind != "text"]
        return True

    def end(self, finish: Finish | None) -> None:
        """Hear why it ended; None is the usual way."""
        self.finish, self.is_over = finish, True

    def score(self, tokens: object) -> None:
        """Hear how likely tokens were: objects with `token`, `logprob` and, in `top_logprobs`, others of the same place."""
        for entry in tokens if isinstance(tokens, list) else ():
            found = _chance(entry)
            if found is None:
                self.unreadable = True
                return
            best = entry.get("top_logprobs")
            others = [_chance(other) for other in best] if isinstance(best, list) else []
            rest = [other for other in others if other is not None and other["token"] != found["token"]]
            self.odds.append(found | ({"top_logprobs": rest} if rest else {}))

    def count(self, **counts: object) -> None:
        """Hear token counts; those that are no numbers are passed over."""
        self.usage |= {name: n for name, n in counts.items() if isinstance(n, int) and not isinstance(n, bool) and n >= 0}

    def fail(self, status: object, message: object, *, kind: object = None, code: object = None) -> None:
        """Hear an error; of several the first counts."""
        if self.failure is None:
            told = {"message": message, "type": kind, "code": code}
            self.failure = {name: value for name, value in told.items() if isinstance(value, str)}
            if isinstance(status, int) and 400 <= status <= 599:
                self.failure["status"] = status

    def block(self) -> None:
        """Hear that the safety system refused the prompt, in a good answer."""
        self.failure = {"error": "content_filter"}

    def give_up(self) -> None:
        """Hear what no reply can say."""
        self.unreadable = True

    @property
    def is_something(self) -> bool:
        """Whether anything was said, or it is told why nothing was."""
        return bool(self.parts) or self.failure is not None or self.finish in ("length", "content_filter")

    @property
    def text(self) -> str:
        """All visible text."""
        return "".join(part.text for part in self.parts if part.kind == "text")


def _chance(entry: Any) -> dict[str, Any] | None:
    """A token and the logarithm of its probability; None where one of them is missing."""
    token, chance = (entry.get("token"), entry.get("logprob")) if isinstance(entry, dict) else (None, None)
    if not isinstance(token, str) or not isinstance(chance, int | float) or isinstance(chance, bool):
        return None
    return {"token": token, "logprob": min(float(chance), 0.0)}
