"""What an answer says, in no provider's words: a small reader for each grammar of documents and of streams.

A reader of streams knows its events only; nothing is taken from documents that repeat the whole at the end, but where a stream
brings one, both must agree. Readers are strict: what they do not expect fails the test.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Document = dict[str, Any]


class Facts(NamedTuple):
    """One answer. `finish` is None when the answer was not brought to its end; `error` is what a stream broke with."""

    text: str = ""
    thought: str = ""
    calls: tuple[tuple[str, Any], ...] = ()
    finish: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    thought_tokens: int | None = None
    error: str | None = None


def sse(data: bytes, *, end: str | None = None) -> list[Document]:
    """The documents of an event stream; the event's name must be the document's type, and `end` must come last if anything."""
    found: list[Document] = []
    is_over = False
    for block in data.decode().replace("\r\n", "\n").removesuffix("\n\n").split("\n\n"):
        fields = [line.partition(":")[::2] for line in block.split("\n") if not line.startswith(":")]
        named = {name: value.removeprefix(" ") for name, value in fields}
        assert not is_over, f"something comes behind the end: {block!r}"
        if not named:
            continue
        assert set(named) <= {"event", "data"}
        is_over = end is not None and named["data"] == end
        if not is_over:
            found.append(json.loads(named["data"]))
            assert named.get("event", found[-1].get("type")) == found[-1].get("type")
    assert end is None or is_over or "error" in json.dumps(found[-1]).lower(), f"the stream does not end with {end}"
    return found
