"""Measured waits, replayed in the order they were measured in, and from the start again when they run out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar

from msgspec import Struct

from understudy.durations import duration_schema, seconds, short
from understudy.model.ports import Random
from understudy.timing import ReadFile, no_files

_MOST = 200_000
_STARTS = ("first", "random")
_HEADING = re.compile(r"(?!(?:nan|na|null|none|nil|inf|infinity)\Z)[^\W\d_]{2}", re.IGNORECASE)


class Trace(Struct, frozen=True):
    """Measured waits in their order, over and over: `gaps`, or a `file` of them; begun at the first or at a random one."""

    name: ClassVar[str] = "trace"
    gaps: tuple[float, ...]
    start: str = "first"

    @classmethod
    def build(cls, value: Any, read: ReadFile = no_files) -> Trace:
        """Make it from `{gaps}` or `{file}`, and `start`."""
        if not isinstance(value, dict) or value.keys() - {"start"} not in ({"gaps"}, {"file"}):
            raise ValueError(
                f"trace {short(value)}: expected {{gaps: [DURATION, ...]}} or {{file: NAME}}, with start or without"
            )
        start = value.get("start", "first")
        if start not in _STARTS:
            raise ValueError(f"trace start {start!r}: expected first or random")
        given = _listed(value["gaps"]) if "gaps" in value else _in_file(value["file"], read)
        gaps = tuple(islice(given, _MOST + 1))
        if not 1 <= len(gaps) <= _MOST:
            raise ValueError(f"trace: expected 1 to {_MOST} gaps, got {'more' if gaps else 'none'}")
        return cls(gaps, start)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        gaps = {"type": "array", "items": duration_schema(), "minItems": 1, "maxItems": _MOST}
        return {
            "type": "object",
            "properties": {"gaps": gaps, "file": {"type": "string", "pattern": r"\S"}, "start": {"enum": list(_STARTS)}},
            "oneOf": [{"required": ["gaps"]}, {"required": ["file"]}],
            "additionalProperties": False,
        }

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average."""
        return math.fsum(self.gaps) / len(self.gaps)

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of the gaps does not exceed."""
        return sorted(self.gaps)[min(max(math.ceil(p * len(self.gaps)) - 1, 0), len(self.gaps) - 1)]

    def prepare(self) -> None:
        """Nothing is to be made."""

    def draw(self, random: Random, purpose: str) -> float:
        """Seconds of a single wait: the gap an answer begins with."""
        return self.gaps[self._begin(random, purpose)]

    def waits(self, random: Random, purpose: str, count: int, first: int = 0) -> Sequence[float]:
        """Seconds of the gaps number `first` to `first + count - 1` after the one the answer begins with."""
        gaps = self.gaps
        at = (self._begin(random, purpose) + first) % len(gaps)
        if at + count <= len(gaps):
            return gaps[at : at + count]
        return (gaps[at:] + gaps * (count // len(gaps) + 1))[:count]

    def _begin(self, random: Random, purpose: str) -> int:
        return 0 if self.start == "first" else random.integer(f"{purpose}/start", 0, len(self.gaps) - 1)


def _listed(gaps: object) -> Iterator[float]:
    if not isinstance(gaps, list):
        raise ValueError(f"trace gaps {short(gaps)}: expected a list of durations")
    for number, gap in enumerate(gaps, 1):
        try:
            yield seconds(gap)
        except ValueError as error:
            raise ValueError(f"trace gap {number}: {error}") from None


def _in_file(name: object, read: ReadFile) -> Iterator[float]:
    """The first field of each line; empty lines, what follows a `#`, and a line of headings at the top are skipped.

    A heading begins with two letters and is none of the words for a number that is none.
    """
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"trace file {short(name)}: expected the name of a file")
    is_first = True
    for number, line in enumerate(read(name).splitlines(), 1):
        field = line.partition("#")[0].partition(",")[0].strip().strip('"')
        if not field:
            continue
        try:
            yield seconds(field)
        except ValueError as error:
            if not (is_first and _HEADING.match(field)):
                raise ValueError(f"{name}:{number}: {error}") from None
        is_first = False


LAW = Trace
