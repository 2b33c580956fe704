"""One file for each way to fail. A fault acts at one or more of three levels:

on_reply (the provider answers an error), on_frames (the stream carries a bad or missing event), on_steps (the transport or the
time of it misbehaves). What a kind does not override passes through. The fields of a kind are its parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import msgspec
from msgspec import Struct

from understudy.kinds import Registry, nearest
from understudy.model.frame import Body, Stream
from understudy.model.plan import Step
from understudy.model.reply import Reply


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """A fault that does nothing: the base of all kinds."""

    name: ClassVar[str] = ""
    help: ClassVar[str] = ""

    def on_reply(self, reply: Reply) -> Reply:
        """Change what is answered."""
        return reply

    def on_frames(self, answer: Body | Stream) -> Body | Stream:
        """Change the encoded answer."""
        return answer

    def on_steps(self, steps: Iterable[Step]) -> Iterable[Step]:
        """Change what happens on the connection."""
        return steps


def kinds() -> Registry[type[Fault]]:
    """Scan this package for fault kinds."""
    import understudy.faults as package

    return Registry("fault", package, "FAULT")


def build(name: str, parameters: Mapping[str, str]) -> Fault:
    """Make a fault from its name and textual parameters.

    Raises:
        ValueError: naming the nearest kind or what a parameter expects.
    """
    known = kinds()
    if name not in known.names():
        raise ValueError(f"unknown fault {name!r}: expected one of {', '.join(known.names())}.{nearest(name, known.names())}")
    kind = known.get(name)
    try:
        return msgspec.convert(dict(parameters), kind, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"fault {name!r}: {error}") from None


def parse(text: str) -> Fault:
    """Read `KIND[;key=value...]`, the form of the X-Understudy-Fault header.

    Raises:
        ValueError: as `build`, or for a part that is not key=value.
    """
    name, *parts = (part.strip() for part in text.split(";"))
    parameters = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"fault parameter {part!r}: expected key=value")
        parameters[key.strip()] = value.strip()
    return build(name, parameters)
