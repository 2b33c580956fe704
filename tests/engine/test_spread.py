"""From waits between tokens to waits before frames."""

from __future__ import annotations

from itertools import chain

import pytest

from understudy.engine.decision import Decision, decide
from understudy.engine.spread import row, spread
from understudy.timing.exponential import Exponential
from understudy.timing.fixed import Fixed
from understudy.timing.trace import Trace

RANDOM = Decision(bytes(16))
LAW = Exponential(1.0)


def frames(tokens, first=9.0, gaps=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)):
    return list(chain.from_iterable(spread(tokens, first, row(Trace(gaps), RANDOM, max(sum(tokens) - 1, 0), 1.0))))


@pytest.mark.parametrize(
    ("tokens", "waits"),
    [
        ([0, 1, 1, 1, 0], [9.0, 0.0, 1.0, 2.0, 0.0]),
        ([1, 1, 1], [9.0, 1.0, 2.0]),
        ([0, 2, 3, 0], [10.0, 0.0, 9.0, 0.0]),
        ([3, 1], [12.0, 3.0]),
        ([0, 1, 0, 0, 1, 2, 0, 0], [9.0, 0.0, 0.0, 0.0, 1.0, 5.0, 0.0, 0.0]),
        ([0, 0, 1], [9.0, 0.0, 0.0]),
        ([0, 0], [9.0, 0.0]),
        ([0], [9.0]),
        ([1], [9.0]),
    ],
)
def test_a_frame_is_due_when_its_last_token_is(tokens, waits):
    assert frames(tokens) == waits


@pytest.mark.parametrize("count", [127, 128, 129, 130, 257, 1000])
def test_long_streams_are_spread_in_blocks(count):
    tokens = [0, *[1] * count, 0]
    blocks = list(spread(tokens, 9.0, row(LAW, RANDOM, count - 1, 1.0)))
    assert max(map(len, blocks)) <= 128
    waits = list(chain.from_iterable(blocks))
    assert waits == [9.0, 0.0, *LAW.waits(RANDOM, "itl", count - 1), 0.0]


def test_cutting_does_not_change_the_time_of_a_token():
    drawn = LAW.waits(RANDOM, "itl", 599)
    tokens = [0, *[3] * 200, 0]
    waits = list(chain.from_iterable(spread(tokens, 0.0, row(LAW, RANDOM, 599, 1.0))))
    assert len(waits) == len(tokens)
    for k in (1, 2, 50, 200):
        assert sum(waits[: k + 1]) == pytest.approx(sum(drawn[: 3 * k - 1]))


class TestBurstiness:
    """Tokens that arrive together."""

    def together(self, total, burstiness, law=LAW, random=RANDOM):
        return list(row(law, random, total, burstiness)(total))

    @pytest.mark.parametrize("total", [1, 2, 127, 128, 129, 1000])
    def test_it_never_changes_the_time_of_a_stream(self, total):
        for k in range(5):
            random = decide(str(k).encode(), 0)
            waits = self.together(total, 4.0, random=random)
            assert len(waits) == total
            assert sum(waits) == pytest.approx(sum(LAW.waits(random, "itl", total)))

    def test_a_group_comes_when_its_last_token_would_have_come(self):
        waits, alone = self.together(1000, 5.0), LAW.waits(RANDOM, "itl", 1000)
        starts = [i for i, wait in enumerate(waits) if wait]
        for start, end in zip(starts, [*starts[1:], 1000], strict=True):
            assert sum(waits[: start + 1]) == pytest.approx(sum(alone[:end]))

    @pytest.mark.parametrize("burstiness", [1.5, 4.0, 40.0])
    def test_groups_have_that_size_on_average_and_follow_the_geometric_law(self, burstiness):
        waits = self.together(100_000, burstiness, Fixed(1.0))
        sizes = [round(wait) for wait in waits if wait]
        mean = sum(sizes) / len(sizes)
        assert mean == pytest.approx(burstiness, rel=0.06)
        for k in (1, 3):
            beyond = sum(size > k for size in sizes) / len(sizes)
            assert beyond == pytest.approx((1 - 1 / burstiness) ** k, abs=0.03)

    def test_portions_do_not_change_it(self):
        take = row(LAW, RANDOM, 300, 3.0)
        assert [wait for _ in range(30) for wait in take(10)] == self.together(300, 3.0)
