"""Counters of what was answered: plain numbers, cheap enough to be always on.

A sink. Counts exchanges and tokens by dialect, operation and status, and how exchanges ended when they did not end well.
"""

from __future__ import annotations

from typing import Any

from understudy.model.exchange import Context, Exchange

COUNTED = ("requests", "prompt_tokens", "completion_tokens")
"""What is counted, in the order the numbers stand in a row."""


class Counters:
    """Counters since the start or the last `clear`."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], list[int]] = {}
        self._outcomes: dict[str, int] = {}

    def row(self, context: Context, status: int) -> list[int]:
        """The numbers of such exchanges in the order of `COUNTED`; adding to them counts."""
        return self._counts.setdefault((context.dialect, context.operation, status), [0] * len(COUNTED))

    def record(self, exchange: Exchange) -> None:
        """Count an exchange."""
        row = self.row(exchange.context, exchange.status)
        row[0] += 1
        row[1] += exchange.prompt_tokens
        row[2] += exchange.completion_tokens
        if exchange.outcome != "done":
            self._outcomes[exchange.outcome] = self._outcomes.get(exchange.outcome, 0) + 1

    def clear(self) -> None:
        """Start again from zero."""
        for row in self._counts.values():  # in place: others hold rows
            row[:] = [0] * len(COUNTED)
        self._outcomes = {}

    def snapshot(self) -> dict[str, Any]:
        """Give all numbers as plain data.

        Returns:
            `requests`, `prompt_tokens` and `completion_tokens` in total, the same `by` dialect, operation and status,
            and `outcomes` other than done.
        """
        by = [
            {"dialect": dialect, "operation": operation, "status": status, **dict(zip(COUNTED, row, strict=True))}
            for (dialect, operation, status), row in sorted(self._counts.items())
            if row[0]
        ]
        totals = {name: sum([row[at] for row in self._counts.values()]) for at, name in enumerate(COUNTED)}
        return {**totals, "by": by, "outcomes": dict(self._outcomes)}
