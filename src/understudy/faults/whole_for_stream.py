"""A whole document comes where a stream was asked for, as from a proxy that knows no streams."""

from __future__ import annotations

from typing import ClassVar

from understudy.faults import Fault, Striking
from understudy.model.reply import Reply


class WholeForStream(Fault, frozen=True):
    """Answer with one JSON document although a stream was asked for."""

    name: ClassVar[str] = "whole-for-stream"
    help: ClassVar[str] = "one JSON document where a stream was asked for"
    places: ClassVar[tuple[str, ...]] = ()

    def on_reply(self, reply: Reply, context: Striking) -> Reply:
        """Have the reply encoded whole."""
        context.call.stream = False
        return reply


FAULT = WholeForStream
