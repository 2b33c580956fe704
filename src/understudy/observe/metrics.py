"""Counters of what was answered: plain numbers, cheap enough to be always on.

A sink. Counts exchanges and tokens by dialect, operation, status and model, and how exchanges ended when they did not end well.
Of an answer that broke off the tokens count that were made. Clients name the models, so only the first ones are told apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable
from typing import Any

from understudy.model.exchange import Context, Exchange
from understudy.observe.finished import TOKENS, Plain, tokens_made
from understudy.observe.redact import mask

COUNTED = ("requests", "prompt_tokens", "completion_tokens")
"""What is counted, in the order the numbers stand in a row."""

TOLD_APART = 100
"""How many models are counted by their name."""

LONGEST = 200
"""Characters of the longest name that a model is counted by."""

OTHER = "other"
"""The name under which the others are counted."""

_Key = tuple[str, str, int, str]
_LABELS = ("dialect", "operation", "status", "model")


class Counters:
    """Counters since the start."""

    def __init__(self) -> None:
        self._counts: dict[_Key, list[int]] = {}
        self._plain: dict[tuple[_Key, int, int], list[float]] = {}
        self._names: dict[str, str] = {}
        self._outcomes: dict[tuple[_Key, str], int] = {}
        self._finishes: dict[tuple[_Key, str], int] = {}

    def row(self, context: Context, model: str, prompt_tokens: int, completion_tokens: int) -> list[float]:
        """Numbers of plain good answers of about so many tokens: those of `COUNTED`, then seconds; adding to them counts."""
        key = (context.dialect, context.operation, 200, self.name(model))
        sizes = bisect_left(TOKENS, prompt_tokens), bisect_left(TOKENS, completion_tokens)
        return self._plain.setdefault((key, *sizes), [0, 0, 0, 0.0])

    def plain(self) -> dict[Hashable, Plain]:
        """Give what plain answers there were, by what tells their rows apart."""
        found: dict[Hashable, Plain] = {}
        for key, (count, prompt, completion, seconds) in list(self._plain.items()):
            (_, operation, _, model), *_ = key
            if count:
                found[key] = Plain(model, operation, int(count), int(prompt), int(completion), seconds)
        return found

    def name(self, model: str) -> str:
        """Give the name that a model is counted by: its own, unless that is a key, which some client took for a model."""
        name = self._names.get(model)
        if name is not None:
            return name
        if len(self._names) >= TOLD_APART or len(model) > LONGEST:
            return OTHER
        return self._names.setdefault(model, mask(model))

    def record(self, exchange: Exchange) -> None:
        """Count an exchange."""
        context = exchange.context
        key = (context.dialect, context.operation, exchange.status, self.name(exchange.model))
        row = self._counts.setdefault(key, [0] * len(COUNTED))
        row[0] += 1
        row[1] += exchange.prompt_tokens
        row[2] += exchange.completion_tokens if exchange.outcome == "done" else tokens_made(exchange)
        if exchange.outcome != "done" and not exchange.is_whole:
            ended = key, exchange.outcome
            self._outcomes[ended] = self._outcomes.get(ended, 0) + 1
        elif exchange.finish and exchange.finish != "stop" and exchange.status == 200:
            ended = key, exchange.finish
            self._finishes[ended] = self._finishes.get(ended, 0) + 1

    def snapshot(self) -> dict[str, Any]:
        """Give all numbers as plain data.

        Returns:
            `requests`, `prompt_tokens` and `completion_tokens` in total, `outcomes` other than done, `finishes` of models
            other than stop, and all of these `by` dialect, operation, status and model. An answer that broke off counts
            among the outcomes only.
        """
        counts = {key: list(row) for key, row in self._counts.items()}
        for (key, *_), row in self._plain.items():
            before = counts.get(key, [0] * len(COUNTED))
            counts[key] = [int(one) + other for one, other in zip(row, before, strict=False)]
        ends = {"outcomes": _by_key(self._outcomes), "finishes": _by_key(self._finishes)}
        by = [
            {
                **dict(zip(_LABELS, key, strict=True)),
                **dict(zip(COUNTED, row, strict=True)),
                **{name: dict(found.get(key, {})) for name, found in ends.items()},
            }
            for key, row in sorted(counts.items())
            if row[0]
        ]
        totals = {name: sum([row[at] for row in counts.values()]) for at, name in enumerate(COUNTED)}
        return {**totals, "by": by, **{name: dict(sum(found.values(), Counter())) for name, found in ends.items()}}


def _by_key(counted: dict[tuple[_Key, str], int]) -> dict[_Key, Counter[str]]:
    found: dict[_Key, Counter[str]] = {}
    for (key, name), count in list(counted.items()):
        found.setdefault(key, Counter())[name] = count
    return found
