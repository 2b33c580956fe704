"""JSON documents with holes.

A layout is compiled once from plain data in which a string `$name` stands for a value. Binding fills the holes whose values
are known for many requests (the text, the model); what is left is a `Form` that is completed for one request.
So a reply is serialised once, and an answer costs one `%` on bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from understudy.wire.forms import Form, Hole

_HOLE = re.compile(rb'"\$([a-z_]+)"')
_encode = msgspec.json.encode


class Layout:
    """A JSON document with named holes, compact or pretty (two spaces, as the OpenAI API prints bodies)."""

    def __init__(self, shape: Any, holes: Mapping[str, Hole], *, pretty: bool = False, end: bytes = b"") -> None:
        data = _encode(shape)
        self._pretty = pretty
        self._holes = holes
        if pretty:
            data = msgspec.json.format(data, indent=2)
        pieces = _HOLE.split(data + end)
        self._literals, names = pieces[0::2], pieces[1::2]
        self.names = tuple(name.decode() for name in names)

    def bind(self, **known: Any) -> Form:
        """Fill the holes that are known now; values are plain data.

        Raises:
            KeyError: for a hole that is neither known now nor one of the layout's holes for later.
        """
        parts, left, current = [], [], self._literals[0]
        for name, literal in zip(self.names, self._literals[1:], strict=True):
            if name in known:
                current += self._value(known[name], current) + literal
            else:
                parts.append(current)
                left.append(name)
                current = literal
        return Form([*parts, current], left, self._holes)

    def _value(self, value: Any, before: bytes) -> bytes:
        data = _encode(value)
        if not self._pretty or not isinstance(value, dict | list | tuple):
            return data
        line = before[before.rfind(b"\n") + 1 :]
        indent = line[: len(line) - len(line.lstrip(b" "))]
        return msgspec.json.format(data, indent=2).replace(b"\n", b"\n" + indent)
