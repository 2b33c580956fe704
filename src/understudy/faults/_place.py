"""Where in an answer a fault strikes.

Events, and tokens, count from 1; a fault strikes in the moment the event (or the event that carries the token) was due, in its
place. Bytes are those on the connection after the head, chunk lines included: `byte: 120` strikes after 120 of them. Times
count from the moment the request was there.
"""

from __future__ import annotations

from typing import Any, Final

from understudy.faults._duration import Seconds

WORDS: Final = ("before-headers", "after-headers", "end")
AMONG_EVENTS: Final = ("event", "token", "end")
"""Kinds of place that can only be found when every event is a step of its own."""
COUNTED: Final = ("event", "byte", "token", "time")
EVERYWHERE: Final = (*WORDS, *COUNTED)
_EXPECTED = "one of before-headers, after-headers, end, {event: N}, {byte: N}, {token: N} or {time: DURATION}"
_MOST = 10**9


class Place:
    """A place: its kind, and the number of the event, byte or token, or the seconds."""

    __slots__ = ("kind", "number")

    def __init__(self, kind: str, number: float = 0) -> None:
        self.kind: str = kind
        self.number: float = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and (self.kind, self.number) == (other.kind, other.number)

    def __hash__(self) -> int:
        return hash((self.kind, self.number))

    def __repr__(self) -> str:
        return f"Place({self.kind!r}, {self.number!r})"

    @classmethod
    def read(cls, value: object, *, text: bool = False) -> Place:
        """Read a place as a script writes it; with `text` the number may be a text, as in a header.

        Raises:
            ValueError: saying what was expected.
        """
        if isinstance(value, str) and value in WORDS:
            return cls(value)
        if isinstance(value, dict) and len(value) == 1:
            kind, number = next(iter(value.items()))
            if kind == "time":
                return cls(kind, float(Seconds.read(number)))
            if kind in COUNTED:
                return cls(kind, _count(kind, number, text=text))
        raise ValueError(f"at {value!r}: expected {_EXPECTED}")

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of what is read."""
        first = {"event": 1, "byte": 0, "token": 1}
        counts = {kind: {"type": "integer", "minimum": least, "maximum": _MOST} for kind, least in first.items()}
        counted = {
            "type": "object",
            "properties": {**counts, "time": Seconds.schema()},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }
        return {"anyOf": [{"enum": list(WORDS)}, counted]}


def _count(kind: str, value: object, *, text: bool) -> int:
    least = 0 if kind == "byte" else 1
    if text and isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(_MOST)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST:
        raise ValueError(f"{kind} {value!r}: expected a whole number from {least} up")
    return value
