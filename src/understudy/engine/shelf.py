"""Answers kept ready: what was sent a moment ago and will be sent again but for a few characters.

Within one second, plain calls that get the same fixed reply for the same model and cost the same number of prompt tokens get
the same bytes, apart from the identifiers. The first of them is rendered the long way, the others fill three holes. A shelf
belongs to one world and to heads that want their answers framed alike.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy.model.frame import Body
from understudy.wire.forms import Form, Hole

_MOST = 256  # answers kept; a second rarely sees so many different ones
_SALT = 7  # letters of an identity that come before the answer's own
_LONGEST = 1 << 16  # bytes of a body that is kept

# Values of a ready answer, in this order: decision token, serial number, decision token, salt, the answer's key.
_HOLES = {
    "request_id": Hole(b"req_%.16b%016x", (0, 1)),
    "decision": Hole(b"%b", (2,)),
    "identity": Hole(b"%b%b", (3, 4)),
    "key": Hole(b"%.0b%b", (3, 4)),  # for providers whose identifiers have no room for the salt
}

Rows = tuple[list[float], ...]


class Ready(Struct, frozen=True):
    """An answer as a `%` template for its identifiers, what it costs, and the rows it is counted in."""

    template: bytes
    completion_tokens: int
    rows: Rows = ()


class Shelf:
    """Head forms, and the `ready` answers of one `second` by (identity of the reply, model, prompt tokens)."""

    __slots__ = ("forms", "ready", "second")

    def __init__(self) -> None:
        self.forms: dict[Any, Form] = {}
        self.second = 0
        self.ready: dict[tuple[int, str, int], Ready] = {}

    def keep(
        self,
        key: tuple[int, str, int],
        second: int,
        head: Form,
        values: tuple[Any, ...],
        answer: Body,
        identity: bytes,
        rows: Rows = (),
    ) -> None:
        """Keep an answer, if the one thing of its body that belongs to it alone is its identity."""
        if second != self.second:
            self.second = second
            self.ready.clear()
        hole = "identity"
        before, found, after = answer.data.partition(identity)
        if not found and len(identity) > _SALT:
            hole, identity = "key", identity[_SALT:]
            before, found, after = answer.data.partition(identity)
        if not found or identity in after or len(self.ready) >= _MOST or len(answer.data) > _LONGEST:
            return
        literals, names = head.parts(values, ("request_id", "decision"))
        literals[-1] += before
        template = Form([*literals, after], [*names, hole], _HOLES).template
        if template is not None:
            self.ready[key] = Ready(template, answer.completion_tokens, rows)
