"""From the waits between tokens to the waits before the frames of a stream.

In: how many tokens each frame carries, the wait before everything, and a row of waits, one for each token after the first. A
frame is due when its last token is. Streams are spread in blocks, so that long ones do not hold all their waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from understudy.model.ports import Random
from understudy.timing import Law

_BLOCK = 128  # frames spread together; laws draw as many waits at a time most cheaply
_WORDS = 65536

Take = Callable[[int], Sequence[float]]
"""Gives the next so many waits of a row."""


def row(law: Law, random: Random, total: int, burstiness: float) -> Take:
    """The waits before the second token and the `total - 1` tokens after it.

    With a burstiness above 1 tokens come in groups. A group comes when its last token would have come alone, so that no stream
    takes more or less time for it. Group sizes follow the geometric law with that mean.
    """
    if burstiness > 1.0:
        together = _together(law, random, total, burstiness)
        return lambda count: list(islice(together, count))
    at = 0

    def take(count: int) -> Sequence[float]:
        nonlocal at
        found = law.waits(random, "itl", count, at)
        at += count
        return found

    return take


def _together(law: Law, random: Random, total: int, burstiness: float) -> Iterator[float]:
    threshold = _WORDS / burstiness
    wait, size = 0.0, 0
    for at in range(0, total, _BLOCK):
        count = min(_BLOCK, total - at)
        words = random.words(f"burst-{at // _BLOCK}", count)
        for word, alone in zip(words, law.waits(random, "itl", count, at), strict=True):
            if word < threshold and size:
                yield wait
                yield from (0.0,) * (size - 1)
                wait, size = 0.0, 0
            wait += alone
            size += 1
    if size:
        yield wait
        yield from (0.0,) * (size - 1)


def spread(tokens: Sequence[int], first: float, take: Take) -> Iterator[Sequence[float]]:
    """Seconds before each frame, in blocks of them.

    The first token is there after `first`. The first frame with text waits for the rest of its tokens, too, and a role sent
    ahead of the text travels with it. Every further frame waits for all of its own tokens; frames without any follow at once.
    """
    end = len(tokens)
    while end > 0 and tokens[end - 1] == 0:
        end -= 1
    begin = 0
    while begin < end and tokens[begin] == 0:
        begin += 1
    head = [0.0] * min(begin + 1, len(tokens))
    head[0] = first
    if begin < end and tokens[begin] > 1:
        head[0] += sum(take(tokens[begin] - 1))
    yield head
    for at in range(begin + 1, end, _BLOCK):
        counts = tokens[at : min(at + _BLOCK, end)]
        drawn = take(sum(counts))
        yield drawn if counts.count(1) == len(counts) else _summed(counts, drawn)
    if len(tokens) > max(end, begin + 1):
        yield [0.0] * (len(tokens) - max(end, begin + 1))


def _summed(counts: Sequence[int], drawn: Sequence[float]) -> list[float]:
    waits, at = [], 0
    for count in counts:
        waits.append(drawn[at] if count == 1 else sum(drawn[at : at + count], 0.0))
        at += count
    return waits
