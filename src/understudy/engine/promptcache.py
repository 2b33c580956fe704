"""The prompt cache: which beginnings of prompts were sent before, and so cost less the next time.

In: the prefixes of a call, and the time. Out: how much of the prompt was held. Keyed by session and bounded: what has not been
used for longest is forgotten first. Knows no provider, no price and no clock.
"""

from __future__ import annotations

from collections.abc import Sequence

from understudy.model.call import Prefix

_MOST = 10_000  # prefixes kept, of all sessions together


class PromptCache:
    """Digests of prefixes by session, each until it expires."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._until: dict[tuple[str, bytes], float] = {}

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
            del self._until[next(iter(self._until))]
        return held

    def reset(self, session: str | None = None) -> None:
        """Forget one session, or everything."""
        if session is None:
            self._until.clear()
        for key in [key for key in self._until if key[0] == session]:
            del self._until[key]
