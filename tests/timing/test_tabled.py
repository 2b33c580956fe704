"""Draws by table: exact where it matters, the same in whatever order and portions."""

from __future__ import annotations

import pytest

from understudy.durations import LONGEST
from understudy.engine.decision import Decision
from understudy.timing._tabled import BLOCK, CELLS, Tabled, _table
from understudy.timing.exponential import Exponential
from understudy.timing.lognormal import Lognormal
from understudy.timing.normal import Normal
from understudy.timing.percentiles import Percentiles

LAW = Exponential(1.0)


class Fraction(Tabled, frozen=True):
    """The fraction itself: shows which cell a draw came from."""

    def quantile(self, p: float) -> float:
        return p


class Words:
    """Draws that were chosen beforehand."""

    def __init__(self, *words: int) -> None:
        self.given = words

    def words(self, purpose: str, count: int) -> tuple[int, ...]:
        return self.given[:count]

    def uniform(self, purpose: str) -> float:
        return 0.25


def test_each_word_stands_for_the_middle_of_its_cell():
    assert Fraction().waits(Words(16, 31, 32, 65519), "x", 4) == [1.5 / CELLS, 1.5 / CELLS, 2.5 / CELLS, (CELLS - 1.5) / CELLS]


def test_the_outermost_cells_are_drawn_with_all_bits():
    drawn = Fraction().waits(Words(0, 15, 65520, 65535), "x", 4)
    assert drawn == [0.25 / 65536, 15.25 / 65536, 65520.25 / 65536, 65535.25 / 65536]


def test_portions_do_not_change_a_row(random):
    whole = list(LAW.waits(random, "itl", 1000))
    assert [wait for at in range(0, 1000, 50) for wait in LAW.waits(random, "itl", 50, at)] == whole
    assert LAW.waits(random, "itl", BLOCK, 3 * BLOCK) == whole[3 * BLOCK : 4 * BLOCK]
    assert LAW.waits(random, "itl", 1, 999) == whole[999:]


def test_draws_do_not_depend_on_what_was_drawn_before(random):
    first = LAW.waits(random, "itl", 300), LAW.draw(random, "ttft")
    again = Decision(random.root)
    assert (LAW.draw(again, "ttft"), LAW.waits(again, "itl", 300)) == (first[1], first[0])


def test_purposes_and_decisions_draw_apart(random):
    rows = {tuple(LAW.waits(root, purpose, 5)) for root in (random, random.child("x")) for purpose in ("a", "b")}
    assert len(rows) == 4


@pytest.mark.parametrize(
    "law",
    [
        Lognormal(-4.0, 0.7),
        Lognormal(15.0, 9.0),
        Normal(0.02, 0.03),
        Normal(0.02, 0.001),
        Percentiles(((0.0, 0.001), (0.2, 0.01), (0.5, 0.02), (0.9, 0.3), (0.99, 0.4))),
        Percentiles(((0.3, 0.0), (0.5, 0.0), (0.9, 0.3), (1.0, 0.4))),
    ],
)
def test_tables_hold_the_quantiles_one_by_one(law):
    found = _table(law)[16:-16:16]
    assert found == [min(law.quantile((cell + 0.5) / CELLS), LONGEST) for cell in range(1, CELLS - 1)]


def test_equal_laws_share_a_table():
    assert _table(Exponential(2.5)) is _table(Exponential(2.5))
    assert _table(Exponential(2.5)) is not _table(Exponential(2.0))
    assert len(set(_table(LAW))) == CELLS - 1


def test_a_law_without_quantiles_is_a_mistake(random):
    with pytest.raises(NotImplementedError):
        Tabled().draw(random, "x")
