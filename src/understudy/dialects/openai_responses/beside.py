"""What a request says beside its input, read once: tools, forms and settings come again with every turn.

In: a body, and the call that reading all of one like it gave. Out: a call that lacks nothing but its input, and what answers to
such calls have in common. What is wrong with a request is said by who reads all of it.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from typing import Any, Final

import msgspec
from msgspec import Raw

from understudy.dialects._kept import Kept
from understudy.dialects._stencil import Row, cut_out, fill, hole
from understudy.dialects.openai_responses.document import billed, document
from understudy.dialects.openai_responses.events import event
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.model.call import Call

FILLED: Final = ("id", "created_at", "status", "completed_at", "incomplete_details", "output", "service_tier", "usage")
"""The members of a response that are its own, by the number of the value that is filled in."""

_BEGUN = (b'"in_progress"', b"null", b"null", b"[]", b'"auto"', b"null")
_BYTES = 8 << 20  # of requests kept, without their input
_READ = 8  # times the bytes of a body that it takes when it is read
_RENDERED = 8192  # bytes of the responses rendered for it
_OPEN = (bytes(hole(0)), bytes(hole(1)))
_encode = msgspec.json.encode


class Beside:
    """A request without its input.

    Args:
        call: the call without its messages. The wish in it knows nothing of this object: the collector looks into neither.

    Attributes:
        came_again: whether there was another like it: what is rendered for whole answers pays from then on.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.came_again = False

    @cached_property
    def key(self) -> Hashable:
        """What bears on the output of a fixed reply; None where more does than a rendering may be kept for."""
        call, wish = self.call, self._wish
        wants_more = wish.summary is not None or bool(wish.includes)
        has_custom = any(tool.kind == "custom" for tool in call.tools)
        if wants_more or has_custom or wish.background:
            return None
        return call.model, call.max_tokens, wish.effort, wish.obfuscate

    @cached_property
    def leaves(self) -> bool:
        """Whether anything is left of a response in the foreground."""
        return self._wish.store or self._wish.conversation is not None

    @cached_property
    def shape(self) -> Row:
        """A response without what is `FILLED`, as it is kept and streamed."""
        return cut_out(_encode(self._document))

    @cached_property
    def begun(self) -> Row:
        """The same at its beginning: its name and its second are left to be filled in."""
        return cut_out(fill(self.shape, (*_OPEN, *_BEGUN)))

    @cached_property
    def opening(self) -> tuple[Row, ...]:
        """The events that a stream begins with, to be filled in so."""
        return tuple(_around(self.begun, kind, number) for number, kind in enumerate(("created", "in_progress")))

    @cached_property
    def billed(self) -> Row:
        """The same as whole bodies show it."""
        return cut_out(_encode(billed(self._document)))

    @property
    def _wish(self) -> Wish:
        wish: Wish = self.call.extra
        return wish

    @property
    def _document(self) -> Json:
        return document(self.call, "", 0) | {name: hole(number) for number, name in enumerate(FILLED)}


def _around(response: Row, kind: str, number: int) -> Row:
    """The event that tells of a response."""
    before, _, after = event(f"response.{kind}", {"response": Raw(b"\0"), "sequence_number": number}).partition(b"\0")
    first, *others, last = response.parts
    return Row((before + first, *others, last + after), response.holes)


class Besides:
    """What is kept of requests, by what stands in their bodies beside the input."""

    def __init__(self) -> None:
        self._kept: Kept[bytes, Beside] = Kept(_BYTES)
        self.get = self._kept.get

    def keep(self, key: bytes, beside: Beside, size: int) -> None:
        """Keep a request that was read, unless its input has to be looked at with the rest: whether it speaks of JSON."""
        form: Any = beside.call.response_format
        if form is None or form["type"] != "json_object":
            self._kept.keep(key, beside, size * _READ + _RENDERED)
