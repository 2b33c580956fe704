"""What is asked and answered: the script of the server under test, and endless request bodies of several kinds.

A kind says how prompts differ from each other, because a server that remembers token counts is fast or slow accordingly:
`digits` differ only in a number, `shuffled` are words of a fixed list in new order, as most prose is, `novel` are invented
words never seen before, which is the worst that can come. Knows no server and no clock.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import accumulate, count, cycle, islice, takewhile
from typing import Literal, get_args

Kind = Literal["digits", "shuffled", "novel", "8k-digits", "8k-shuffled", "8k-novel"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SHORT = "The rain comes in from the sea, and by noon the harbour has the colour of slate."
_STORY = "the old ferry left at six with nine cars and a dog on deck for the far side "
LONG = " ".join((_STORY * 15).split()[:256])
"""256 words that are one token each: a stream of 256 events with text."""

_SYSTEM = "You answer for the office of the harbour master. Use one short sentence of plain words and no lists."
_QUESTION = "When will the next ferry to the islands leave, and is there still room for a car with a trailer on it?"
_SHARED = "the wind turns north after dark and small boats stay inside the wall until the morning tide " * 100
_CONSONANTS = bytes(b"bcdfghjklmnprstvwz"[value % 18] for value in range(256))
_VOWELS = bytes(b"aeiou"[value % 5] for value in range(256))
_LENGTHS = (7, 9, 6, 10, 8, 11)
_POOL = 20_000_000  # bytes of prompts that are prepared
_LEXICON = 3_000
_SPLIT = "\x1f"


def script(reply: str = SHORT) -> str:
    """Return a script as a team might have it: 50 exact rules, one regex, one tool result, one `contains` that answers."""
    rules: list[dict[str, object]] = [
        {
            "name": f"exact-{n}",
            "when": {"user": f"what is berth {n} for?"},
            "reply": f"Berth {n} is for boats of {n + 4} metres.",
        }
        for n in range(50)
    ]
    name = {"user": {"regex": r"(?i)my name is (?P<name>\w+)"}}
    rules.append({"name": "name", "when": name, "reply": {"template": "Hello {{ match.name }}!"}})
    rules.append({"name": "tool", "when": {"tool_result": {"contains": "storm"}}, "reply": "Stay in the harbour."})
    rules.append({"name": "answer", "when": {"user": {"contains": "next ferry"}}, "reply": reply})
    return json.dumps({"version": 1, "rules": rules})  # YAML is a superset of JSON


def bodies(kind: Kind, *, stream: bool = False, seed: int = 1) -> Iterator[bytes]:
    """Yield request bodies without end, no two alike for as long as a server might remember; another seed gives others."""
    if kind in ("digits", "8k-digits"):
        head, tail = _around(stream=stream)
        filler = _SHARED[: _size(kind)].encode() if kind == "8k-digits" else b""
        for number in count(seed * 1_000_000):
            yield b"%breference %d %b%b" % (head, number, filler, tail)
    # The pool holds more texts, and of novel words more of them, than any memo keeps, and memos forget the oldest first: asked
    # again in the same order, every text is as new as the first time.
    yield from cycle(batch(kind, _POOL // _size(kind), stream=stream, seed=seed))


def batch(kind: Kind, size: int, *, stream: bool = False, seed: int = 1) -> list[bytes]:
    """Return a number of bodies."""
    if kind in ("digits", "8k-digits"):
        return list(islice(bodies(kind, stream=stream, seed=seed), size))
    head, tail = _around(stream=stream)
    draw = random.Random(seed)
    if kind in ("novel", "8k-novel"):
        return [head + _words(draw, _size(kind)) + tail for _ in range(size)]
    lexicon = _words(random.Random(0), 10 * _LEXICON).split()
    return [head + b" ".join(draw.choices(lexicon, k=_size(kind) // 10)) + tail for _ in range(size)]


def _size(kind: Kind) -> int:
    return 8192 if kind.startswith("8k") else 250


def _around(*, stream: bool) -> tuple[bytes, bytes]:
    """Return a body up to what makes it different, and what follows."""
    head, _, tail = _body(_SYSTEM, f"{_QUESTION} {_SPLIT}", stream=stream).encode().partition(_as_json(_SPLIT))
    return head, tail


def _words(draw: random.Random, size: int) -> bytes:
    """Make words that can be spoken and that nobody has seen."""
    letters = bytearray(size)
    letters[0::2] = draw.randbytes((size + 1) // 2).translate(_CONSONANTS)
    letters[1::2] = draw.randbytes(size // 2).translate(_VOWELS)
    for end in takewhile(lambda end: end < size - 1, accumulate(cycle(_LENGTHS))):
        letters[end] = 32
    return bytes(letters)


def _body(system: str, user: str, *, stream: bool) -> str:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    return json.dumps({"model": "gpt-4o-mini", "messages": messages, "temperature": 0.7, "stream": stream})


def _as_json(text: str) -> bytes:
    return json.dumps(text)[1:-1].encode()
