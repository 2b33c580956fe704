"""The prompt caches: which beginnings of prompts were sent before, and so cost less the next time.

In: what a client marked as worth keeping (`PromptCache`) or the whole prompt (`Starts`), and the time. Out: how much of the
prompt was held. Keyed by session and bounded: what has not been used for longest is forgotten first. Knows no provider.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from understudy.model.call import Prefix

_MOST = 10_000  # prefixes kept, of all sessions together
_BUDGET = 32 << 20  # bytes of prompts kept, of all sessions together
_FIRST = 1024  # bytes two prompts must begin alike with; a token is at least one of them, and fewer tokens are worth nothing
_BLOCK = 256
_ALIKE = 4  # prompts kept that begin alike
_SECONDS = 600.0  # unused prompts are forgotten after 5 to 10 minutes


class PromptCache:
    """Digests of prefixes by session, each until it expires."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._until: OrderedDict[tuple[str, bytes], float] = OrderedDict()

    def use(self, session: str, prefixes: Sequence[Prefix], now: float) -> int:
        """Look prefixes up and keep those that ask for it.

        Args:
            session: whose cache.
            prefixes: the beginnings of one prompt, shortest first.
            now: wall time in seconds.

        Returns:
            The tokens of the longest prefix that was held; 0 when none was.
        """
        held = 0
        for prefix in prefixes:
            key = (session, prefix.digest)
            until = self._until.pop(key, None)
            if until is not None and until > now:
                held = max(held, prefix.tokens)
            else:
                until = None
            if prefix.seconds:
                until = max(until or 0.0, now + prefix.seconds)
            if until is not None:
                self._until[key] = until
        while len(self._until) > self._most:
            self._until.popitem(last=False)
        return held

    def reset(self, session: str | None = None) -> None:
        """Forget one session, or everything."""
        if session is None:
            self._until.clear()
        for key in [key for key in self._until if key[0] == session]:
            del self._until[key]


class Starts:
    """Whole prompts by session and model, to find how far a new one begins like one of them.

    Args:
        budget: bytes of prompts that are kept.
    """

    def __init__(self, budget: int = _BUDGET) -> None:
        self._budget = budget
        self._size = 0
        self._known: OrderedDict[tuple[str, str, bytes], list[tuple[float, bytes]]] = OrderedDict()

    def use(self, session: str, model: str, text: bytes, now: float) -> int:
        """Find the longest beginning that was sent before and keep the prompt.

        Args:
            session: whose cache.
            model: whose cache, too.
            text: the prompt.
            now: wall time in seconds.

        Returns:
            Bytes of that beginning, in whole blocks unless it is all of the prompt; 0 when it is shorter than `_FIRST`.
        """
        key = (session, model, text[:_FIRST])
        alike = [entry for entry in self._known.pop(key, ()) if entry[0] > now]
        held = max([_alike(text, other) for _, other in alike], default=0)
        kept = [entry for entry in alike if entry[1] != text][1 - _ALIKE :]
        self._known[key] = [*kept, (now + _SECONDS, text)]
        self._size += len(text)
        if self._size > self._budget:
            self._forget()
        return held if held == len(text) else held // _BLOCK * _BLOCK

    def reset(self, session: str | None = None) -> None:
        """Forget one session, or everything."""
        for key in [key for key in self._known if session in (None, key[0])]:
            del self._known[key]

    def _forget(self) -> None:
        """Weigh what is kept, and let the oldest go until it is half of what may be."""
        self._size = sum(len(text) for alike in self._known.values() for _, text in alike)
        while self._size > self._budget // 2 and self._known:
            _, alike = self._known.popitem(last=False)
            self._size -= sum(len(text) for _, text in alike)


def _alike(one: bytes, other: bytes) -> int:
    """Count the bytes in which two texts begin alike, which they do for `_FIRST`."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while high - low > 1:  # they are alike up to `low`, and not up to `high`
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low
