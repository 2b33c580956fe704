"""The events of a response's stream, numbered without a gap (wire.md 7.3).

In: the output worked out. Out: whole events, `event: TYPE` and `data: {...}` with the type first and the other members in
alphabetical order, and how many tokens each carries. An event is written when it is looked at, of what it tells of then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Raw

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._due import Due
from understudy.dialects.openai_responses.hosted import STAGES, TEXTS, begun, ending
from understudy.dialects.openai_responses.logprobs import shared_out
from understudy.dialects.openai_responses.output import Said
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.lazy import Lazy, settled
from understudy.text.tokens import Encoding

_encode = msgspec.json.encode
PADS: Final = [_encode("7aZ3kQ9mX1cV5bN0"[:length]) for length in range(16)]
"""What hides how long a piece is, by its length; any of [0-9A-Za-z] will do."""

# What is left open in an event that says a piece of a text, spelled with bytes that JSON never holds.
_TEXT, _ODDS, _HIDDEN, _NUMBER = b"\0d\0", b"\0l\0", b"\0o\0", b"\0s\0"
_OPEN = re.compile(rb"\0[dlos]\0")


def event(kind: str, members: Json) -> bytes:
    """Write an event."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), _encode({"type": kind, **dict(sorted(members.items()))}))


class _Event(Lazy[bytes]):
    """One event, as a sequence of it."""

    __slots__ = ("_kind", "_members", "_number")

    def __init__(self, kind: str, members: Json, number: int) -> None:
        self._kind, self._members, self._number = kind, members, number

    def __len__(self) -> int:
        return 1

    def _at(self, place: int) -> bytes:  # noqa: ARG002  # the sequence has one member, whatever place is asked for
        return event(f"response.{self._kind}", {**self._members, "sequence_number": self._number})


class Events:
    """The events of one stream, in order: `frames` are they, `tokens` what each carries; `before` are others before them."""

    def __init__(self, encoding: Encoding, *, obfuscate: bool, before: int = 0) -> None:
        self._encoding, self._obfuscate, self._before = encoding, obfuscate, before
        self.frames: Due[bytes] = Due()
        self.tokens: list[int] = []

    def tell(self, kind: str, **members: Any) -> None:
        """Add an event."""
        self.frames.ready(_Event(kind, members, self._number))
        self.tokens.append(0)

    @property
    def _number(self) -> Any:
        """That of the next."""
        return self._before + len(self.frames)

    def item(self, index: int, said: Said) -> None:
        """Tell of an item from its beginning to its end."""
        item = said.item
        kind = item["type"]
        self.tell("output_item.added", item=begun(item), output_index=index)
        where = {"item_id": item["id"], "output_index": index}
        for stage in STAGES.get(kind, ()):
            self.tell(f"{kind}.{stage}", **where)
        if kind == "message":
            for i, part in enumerate(item["content"]):
                self._part(part, {**where, "content_index": i}, said.cut)
        elif kind == "reasoning":
            self._reasoning(item, where)
        elif kind in TEXTS:
            member, name = TEXTS[kind]
            text = item.get(member) or ""
            self._deltas(name, said.cut or self._encoding.pieces(text), where)
            done: Json = {member: text, **where}
            self.tell(f"{name}.done", **done)
        self._images(said.images, item, where)
        for stage in ending(item):
            self.tell(f"{kind}.{stage}", **where)
        self.tell("output_item.done", item=item, output_index=index)

    def _part(self, part: Json, where: Json, cut: Pieces) -> None:
        if part.get("type") == "refusal":
            words = str(part.get("refusal", ""))
            self.tell("content_part.added", part={"type": "refusal", "refusal": ""}, **where)
            self._deltas("refusal", cut or self._encoding.pieces(words), where)
            self.tell("refusal.done", refusal=words, **where)
        else:
            text = part.get("text", "")
            odds, notes = part.get("logprobs") or [], part.get("annotations") or []
            empty = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
            self.tell("content_part.added", part=empty, **where)
            self._deltas("output_text", cut or self._encoding.pieces(text), where, odds)
            for i, note in enumerate(notes):
                self.tell("output_text.annotation.added", annotation=note, annotation_index=i, **where)
            self.tell("output_text.done", logprobs=odds, text=text, **where)
        self.tell("content_part.done", part=part, **where)

    def _reasoning(self, item: Json, where: Json) -> None:
        for i, part in enumerate(item.get("content") or ()):
            self._deltas("reasoning_text", self._encoding.pieces(part["text"]), {**where, "content_index": i})
            self.tell("reasoning_text.done", content_index=i, text=part["text"], **where)
        for i, part in enumerate(item["summary"]):
            at = {**where, "summary_index": i}
            self.tell("reasoning_summary_part.added", part={**part, "text": ""}, **at)
            self._deltas("reasoning_summary_text", self._encoding.pieces(part["text"]), at)
            self.tell("reasoning_summary_text.done", text=part["text"], **at)
            self.tell("reasoning_summary_part.done", part=part, **at)

    def _images(self, images: list[str], item: Json, where: Json) -> None:
        settings: Json = {name: item[name] for name in ("background", "output_format", "quality", "size") if name in item}
        for i, image in enumerate(images):
            shown: Json = {**settings, **where, "partial_image_index": i}
            self.tell("image_generation_call.partial_image", partial_image_b64=image, **shown)

    def _deltas(self, name: str, cut: Pieces, where: Json, odds: list[Json] | None = None) -> None:
        texts, tokens = parted(cut)
        shown = {} if odds is None else {"logprobs": Raw(_ODDS) if odds else []}
        shares = shared_out(odds, texts) if odds else None
        members = {**shown, **where}
        self.frames.ready(_Deltas(f"response.{name}.delta", texts, members, self._number, shares, obfuscate=self._obfuscate))
        self.tokens += tokens


class _Deltas(Lazy[bytes]):
    """Events that say a text piece by piece; what they have in common is written once."""

    __slots__ = ("_first", "_parts", "_shares", "_texts")

    def __init__(
        self,
        kind: str,
        texts: Sequence[str],
        members: Json,
        first: int,
        shares: Sequence[list[Json]] | None,
        *,
        obfuscate: bool,
    ) -> None:
        self._texts, self._first, self._shares = texts, first, shares
        hidden = {"obfuscation": Raw(_HIDDEN)} if obfuscate else {}
        self._parts = _OPEN.split(event(kind, {"delta": Raw(_TEXT), **members, **hidden, "sequence_number": Raw(_NUMBER)}))

    def __len__(self) -> int:
        return len(self._texts)

    def settle(self, text: str) -> None:
        """Hold the pieces, if they are those of that text, by where they end."""
        self._texts = settled(self._texts, text)

    def _at(self, place: int) -> bytes:
        text, (before, *others, number, after) = self._texts[place], self._parts
        written = before + _encode(text)
        if self._shares is not None:
            written += others.pop(0) + _encode(self._shares[place])
        if others:
            written += others[0] + PADS[-len(text) % 16]
        return b"%b%b%d%b" % (written, number, self._first + place, after)
