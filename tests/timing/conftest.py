"""Draws in bulk, and how far they are from the law they should follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from understudy.engine.decision import Decision
from understudy.timing import Law


@pytest.fixture
def random() -> Decision:
    """Draws that are the same in every run."""
    return Decision(bytes(range(16)))


@pytest.fixture
def distance() -> Callable[[Sequence[float], Callable[[float], float]], float]:
    """The Kolmogorov-Smirnov distance of a sample from a distribution function."""

    def found(sample: Sequence[float], cdf: Callable[[float], float]) -> float:
        n = len(sample)
        levels = [(cdf(value), i) for i, value in enumerate(sorted(sample))]
        return max(max((i + 1) / n - level, level - i / n) for level, i in levels)

    return found


@pytest.fixture
def follows(random, distance) -> Callable[..., None]:
    """Check that rows and single draws follow a distribution function, at the level of one in a million, and have its mean."""

    def check(law: Law, cdf: Callable[[float], float], *, spread: float) -> None:
        row = law.waits(random, "itl", 20_000)
        single = [law.draw(random, f"ttft-{i}") for i in range(4000)]
        for sample in (row, single):
            assert distance(sample, cdf) < 2.7 / len(sample) ** 0.5
            assert abs(sum(sample) / len(sample) - law.mean) < 5 * spread / len(sample) ** 0.5
        for p in (1e-6, 0.001, 0.1, 0.5, 0.9, 0.999, 1 - 1e-6):
            assert cdf(law.quantile(p)) == pytest.approx(p, rel=1e-6, abs=1e-9)

    return check
