"""Events of a constant number of tokens: how many, and the law of a token's wait that keeps the waits for events.

An answer of N tokens that is cut into events of k has N / k of them, rounded up: the last carries what is left. The server has
an event due when its last token is, so an event takes the sum of k waits, and the first one k - 1 waits beside the `ttft`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from understudy.fitting import Summary, laws
from understudy.fitting.laws import CLOSE, Fitted, Form, duration

_LARGEST = 1000  # tokens of an event that are looked for
_OTHER = 0.01  # the share of answers that may have been cut otherwise
_MOST = 200_000  # gaps the law is chosen by; of more, every so-manieth in order of size


class Chunks(Struct, frozen=True):
    """Each event carries so many `tokens`, each of which waits by the law `form`: `mean` seconds, with that `variance`."""

    tokens: int
    form: Form
    mean: float
    variance: float

    def lead(self, output: float | None) -> float:
        """Seconds from the first token of an answer to its first event."""
        return (min(self.tokens, output or self.tokens) - 1) * self.mean

    def without_lead(self, first: Summary) -> Summary:
        """What is left of the times to the first event for those to the first token."""
        middle = first.mean if first.mean is not None else first.median or 0.0
        left = max(middle - self.lead(None), 0.0)
        share = self._share(first.stddev**2) if first.stddev is not None else 1.0
        return replace(
            first,
            mean=None if first.mean is None else left,
            stddev=None if first.stddev is None else first.stddev * share,
            percentiles={p: max(left + share * (wait - middle), 0.0) for p, wait in first.percentiles.items()},
        )

    def narrowed(self, values: Sequence[float]) -> list[float]:
        """Some values about their mean, without the variance that the tokens of the first event added to them."""
        mean = math.fsum(values) / len(values)
        share = self._share(math.fsum((value - mean) ** 2 for value in values) / len(values))
        return [mean + share * (value - mean) for value in values]

    def _share(self, variance: float) -> float:
        """What is left of a standard deviation."""
        added = (self.tokens - 1) * self.variance
        return math.sqrt(1 - added / variance) if added < variance else 0.0


def of_streams(streams: Sequence[tuple[float, Sequence[float]]]) -> Chunks | None:
    """Find the events of answers, each with its number of tokens and the gaps between events; None when none explains them."""
    tokens = _constant(Counter((output, len(gaps) + 1) for output, gaps in streams))
    if tokens is None:
        return None
    full = sorted(gap for output, gaps in streams for gap in (gaps if output % tokens == 0 else gaps[:-1]))
    if not full:
        return None
    wait = math.fsum(full) / len(full)
    variance = math.fsum((gap - wait) ** 2 for gap in full) / len(full)
    form = _part(laws.of_values(full[:: len(full) // _MOST + 1]), wait / tokens, variance / tokens)
    return Chunks(tokens, form, wait / tokens, variance / tokens)


def of_averages(wait: float, variance: float, pace: float, output: float) -> Chunks | None:
    """The same where only averages are told: what an event takes, what a token takes, how many tokens an answer has."""
    gaps = (output - 1) * pace / wait
    fewest, most = (1 - CLOSE) * output / (gaps + 1), (1 + CLOSE) * output / gaps if gaps else math.inf
    tokens = round((fewest + most) / 2) if most <= _LARGEST else 0
    if tokens < 2 or not fewest <= tokens <= most or tokens >= output:
        return None
    mean = pace * (output - 1) / (output - tokens)
    return Chunks(tokens, laws.of_moments(mean, variance / tokens), mean, variance / tokens)


def _constant(answers: Counter[tuple[float, int]]) -> int | None:
    """The size of all events but the last that gives nearly all answers, of so many tokens each, their number of events."""
    several = [(output, events, times) for (output, events), times in answers.items() if events > 1]
    tokens = sum(output * times for output, _, times in several)
    if not tokens:
        return None
    fewest = int(tokens / sum(events * times for _, events, times in several))
    most = math.ceil(tokens / sum((events - 1) * times for _, events, times in several))

    def explained(size: int) -> int:
        return sum(times for (output, events), times in answers.items() if math.ceil(output / size) == events)

    best = max(range(max(fewest, 2), min(most, _LARGEST) + 1), key=explained, default=None)
    return best if best is not None and explained(best) >= (1 - _OTHER) * answers.total() else None


def _part(whole: Fitted, mean: float, variance: float) -> Form:
    """The law of a token, by that of an event: sums of gamma or normal waits have the same law, of lognormal ones nearly."""
    if whole.how == "normal":
        form: Form = {"normal": {"mean": duration(mean), "stddev": duration(math.sqrt(variance))}}
        if laws.keeps(form, mean, CLOSE * mean):  # what is cut off below 0 would make it longer
            return form
    if whole.how == "lognormal":
        return {"lognormal": {"mean": duration(mean), "cv": laws.ratio(math.sqrt(variance) / mean)}}
    return laws.of_moments(mean, variance)
