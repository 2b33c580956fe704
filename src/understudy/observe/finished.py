"""What is known of the good answers of a model once they have ended, as distributions.

In: exchanges, some at a time, and plain answers as somebody else has added them up. Out: histograms of seconds and of tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from msgspec import Struct, field

from understudy.histogram import SECONDS, Histogram
from understudy.model.exchange import Exchange

TOKENS = tuple(float(step * 10**power) for power in range(6) for step in (1, 2, 5))
"""Bounds for numbers of tokens, those of vLLM: 1, 2, 5, 10 and so on to 500,000."""

MODELLED = frozenset({"chat", "completion", "embedding"})
"""Operations in which a model is at work."""


class Plain(Struct):
    """Good answers of one operation that took no time, and had as many tokens but for those between two of `TOKENS`."""

    model: str
    operation: str
    count: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float

    def since(self, mark: Plain) -> Plain:
        """Give those that came after an earlier count of the same."""
        return Plain(
            self.model,
            self.operation,
            self.count - mark.count,
            self.prompt_tokens - mark.prompt_tokens,
            self.completion_tokens - mark.completion_tokens,
            self.seconds - mark.seconds,
        )


def _seconds() -> Histogram:
    return Histogram(SECONDS)


def _tokens() -> Histogram:
    return Histogram(TOKENS)


class Details(Struct):
    """The parts of answers that models were at work on, of those that were sent whole; times in seconds.

    Attributes:
        e2e: from the request to the end of its answer.
        first: from the request to the first token, also of answers that broke off behind it.
        queued: until a simulated engine took the request up.
        inference: from then to the end.
        prefill: from then to the first token.
        decode: from the first token to the end.
        each: that time for each token of its usage but the first, as vLLM divides it (`vllm/v1/metrics/stats.py`, 2026-11).
        prompt: tokens of the prompt.
        completion: tokens of the answer.
    """

    e2e: Histogram = field(default_factory=_seconds)
    first: Histogram = field(default_factory=_seconds)
    queued: Histogram = field(default_factory=_seconds)
    inference: Histogram = field(default_factory=_seconds)
    prefill: Histogram = field(default_factory=_seconds)
    decode: Histogram = field(default_factory=_seconds)
    each: Histogram = field(default_factory=_seconds)
    prompt: Histogram = field(default_factory=_tokens)
    completion: Histogram = field(default_factory=_tokens)

    def add(self, answers: Iterable[Exchange]) -> None:
        """Count good answers."""
        all_of = [(exchange, first_token(exchange)) for exchange in answers]
        self.first.add_all([first for _, first in all_of if first is not None])
        whole = [(one, first, 0.0 if one.work is None else one.work.queued) for one, first in all_of if one.is_whole]
        self.e2e.add_all([one.duration for one, _, _ in whole])
        self.queued.add_all([queued for _, _, queued in whole])
        self.inference.add_all([max(one.duration - queued, 0.0) for one, _, queued in whole])
        self.prompt.add_all([one.prompt_tokens for one, _, _ in whole])
        self.completion.add_all([one.completion_tokens for one, _, _ in whole])
        known = [(one.completion_tokens - 1, one.duration, first, queued) for one, first, queued in whole if first is not None]
        self.prefill.add_all([max(first - queued, 0.0) for _, _, first, queued in known])
        self.decode.add_all([max(end - first, 0.0) for _, end, first, _ in known])
        self.each.add_all([max(end - first, 0.0) / others if others > 0 else 0.0 for others, end, first, _ in known])

    def add_plain(self, answers: Plain) -> None:
        """Count answers that took no time: all of their tokens came at once."""
        count, mean = answers.count, answers.seconds / answers.count
        for seconds in (self.e2e, self.first, self.inference, self.prefill):
            seconds.add_many(count, mean)
        for nothing in (self.queued, self.decode, self.each):
            nothing.add_many(count, 0.0)
        self.prompt.add_many(count, answers.prompt_tokens / count)
        self.completion.add_many(count, answers.completion_tokens / count)

    def merge(self, other: Details) -> None:
        """Count what others counted."""
        for name in self.__struct_fields__:
            getattr(self, name).merge(getattr(other, name))


class Finished(Struct):
    """Good answers of a model, of any operation: `whole` is the seconds that those took which were sent whole.

    `details` is None where nobody asked for them.
    """

    whole: Histogram = field(default_factory=_seconds)
    details: Details | None = None

    def add(self, answers: Sequence[Exchange], *, in_detail: bool) -> None:
        """Count good answers."""
        self.whole.add_all([one.duration for one in answers if one.outcome == "done" or one.is_whole])
        if in_detail:
            self._detailed().add([exchange for exchange in answers if exchange.operation in MODELLED])

    def add_plain(self, answers: Plain, *, in_detail: bool) -> None:
        """Count answers that somebody else has added up, each at their mean."""
        self.whole.add_many(answers.count, answers.seconds / answers.count)
        if in_detail and answers.operation in MODELLED:
            self._detailed().add_plain(answers)

    def copy(self) -> Self:
        """Give the counts of this moment."""
        copy = type(self)(self.whole.copy())
        if self.details is not None:
            copy._detailed().merge(self.details)
        return copy

    def _detailed(self) -> Details:
        if self.details is None:
            self.details = Details()
        return self.details


def first_token(exchange: Exchange) -> float | None:
    """Tell the seconds from a request to the first token of its answer; None where it never came, or nobody knows."""
    delivery, work = exchange.delivery, exchange.work
    if exchange.stream and delivery is not None and delivery.events:
        return delivery.first_at
    if not exchange.is_whole:
        return None
    if delivery is None or not delivery.last_due:  # all of it came at once
        return exchange.duration
    if work is not None and work.first is not None:
        return work.first
    is_raw = exchange.reply is not None and exchange.reply.raw is not None
    return exchange.duration if exchange.stream and not (is_raw or exchange.particulars.faults) else None


def tokens_made(exchange: Exchange) -> int:
    """Count the tokens of an answer that were made: all of one that was sent whole.

    Of one that broke off these are those somebody counted, else as many as it had events that were sent.
    """
    if exchange.is_whole:
        return exchange.completion_tokens
    if exchange.work is not None and exchange.work.tokens is not None:
        return exchange.work.tokens
    sent = 0 if exchange.delivery is None else exchange.delivery.events
    return min(sent, exchange.completion_tokens) if exchange.stream else 0
