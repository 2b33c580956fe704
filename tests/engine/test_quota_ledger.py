"""The books: the law of the bucket, all or nothing, true amounts, places, bounds."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.quota_ledger import SECOND, Claim, MemoryLedger, Meter, session_mark

MINUTE = 60 * SECOND


def a_minute(limit: int, burst: int = MINUTE) -> Meter:
    return Meter(limit, MINUTE, burst)


def claim(amount: int = 1, meter: Meter | None = None, account: str = "a", **fields) -> Claim:
    return Claim((account,), (meter or a_minute(60),), (amount,), **fields)


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


def admitted(ledger: MemoryLedger, now: int, **fields) -> bool:
    return ledger.take([claim(**fields)], now)[0] is not None


def test_a_full_bucket_is_used_up_and_refills_continuously(ledger):
    assert [admitted(ledger, 0) for _ in range(61)] == [True] * 60 + [False]
    assert not admitted(ledger, SECOND - 1)
    assert admitted(ledger, SECOND)
    assert not admitted(ledger, SECOND)
    assert [admitted(ledger, 11 * SECOND) for _ in range(11)] == [True] * 10 + [False]


def test_a_burst_bounds_what_can_be_used_at_once(ledger):
    meter = a_minute(60, burst=2 * SECOND)
    assert [admitted(ledger, 0, meter=meter) for _ in range(3)] == [True, True, False]
    tight = a_minute(30, burst=1)
    assert [admitted(ledger, at * SECOND, meter=tight, account="b") for at in (0, 1, 2)] == [True, False, True]


def test_what_is_short_says_for_how_long_to_the_nanosecond(ledger):
    meter = a_minute(7)
    ledger.take([claim(7, meter)], 0)
    hold, (short,) = ledger.take([claim(2, meter)], 5)
    assert hold is None
    assert (short.claim, short.meter, short.used, short.never) == (0, 0, 7, False)
    assert not admitted(ledger, 5 + short.wait - 1, amount=2, meter=meter)
    assert admitted(ledger, 5 + short.wait, amount=2, meter=meter)


def test_what_never_fits_is_said_to(ledger):
    _, (short,) = ledger.take([claim(61)], 0)
    assert (short.never, short.wait) == (True, None)


def test_a_claim_of_nothing_needs_an_account_with_something_in_it(ledger):
    assert admitted(ledger, 0, amount=60)
    assert not admitted(ledger, 0, amount=0)
    assert admitted(ledger, SECOND, amount=0)
    assert admitted(ledger, SECOND, amount=1)  # the claim of nothing took nothing


def test_either_all_claims_are_met_or_none(ledger):
    wide, narrow = claim(1, a_minute(10), "wide"), claim(1, a_minute(1), "narrow")
    assert ledger.take([wide, narrow], 0)[0] is not None
    assert ledger.take([wide, narrow], 0)[0] is None
    ((reading,), _) = ledger.read([wide, narrow], 0)
    assert (reading.left, reading.used, reading.reset) == (9, 1, 6.0)


def test_a_claim_that_does_not_bind_is_told_and_takes_nothing_when_short(ledger):
    trial, real = claim(1, a_minute(1), "trial", binding=False), claim(1, a_minute(10), "real")
    assert ledger.take([trial, real], 0)[1] == []
    hold, (short,) = ledger.take([trial, real], 0)
    assert hold is not None
    assert short.claim == 0
    assert [reading.used for (reading,) in hold.readings] == [1, 2]
    hold.settle([[100], [3]], 0)  # what was not taken is not corrected
    assert [reading.used for (reading,) in ledger.read([trial, real], 0)] == [1, 4]


def test_true_amounts_take_the_place_of_those_claimed_once(ledger):
    hold, _ = ledger.take([claim(50)], 0)
    hold.settle([[20]], 0)
    hold.settle([[0]], 0)
    assert ledger.read([claim()], 0)[0][0].left == 40
    hold, _ = ledger.take([claim(1)], 0)
    hold.settle([[100]], 0)
    reading = ledger.read([claim()], 0)[0][0]
    assert (reading.left, reading.used, reading.reset) == (0, 120, 120.0)
    assert not admitted(ledger, 60 * SECOND)
    assert admitted(ledger, 61 * SECOND)


def test_nothing_is_given_back_to_a_full_bucket(ledger):
    hold, _ = ledger.take([claim(30)], 0)
    hold.settle([[0]], MINUTE)
    assert [admitted(ledger, MINUTE) for _ in range(61)] == [True] * 60 + [False]


def test_places_are_free_again_when_settled_and_only_once(ledger):
    one = Claim(("c",), concurrent=1)
    hold, _ = ledger.take([one], 0)
    none, (short,) = ledger.take([one], 0)
    assert none is None
    assert (short.meter, short.used, short.wait, short.never) == (None, 1, None, False)
    hold.settle([[]], 0)
    hold.settle([[]], 0)
    assert ledger.take([one], 0)[0] is not None
    assert ledger.take([one], 0)[0] is None


def test_the_account_unused_for_longest_is_forgotten_but_never_one_with_taken_places():
    ledger = MemoryLedger(most=2)
    busy = Claim(("busy",), concurrent=1)
    ledger.take([busy], 0)
    for name in ("a", "b", "c"):
        assert admitted(ledger, 0, amount=60, account=name)
    assert len(ledger) == 2
    assert ledger.take([busy], 0)[0] is None
    assert not admitted(ledger, 0, account="c")
    assert admitted(ledger, 0, account="a")  # forgotten: full again


def test_accounts_are_forgotten_by_session_or_all(ledger):
    accounts = [("limit", session_mark("one")), ("limit", session_mark("two")), ("limit", "model session one"), ("limit",)]
    claims = [Claim(account, (a_minute(1),), (1,)) for account in accounts]

    def free() -> list[bool]:
        return [read[0].left == 1 for read in ledger.read(claims, 0)]

    ledger.take(claims, 0)
    ledger.reset("one")
    assert free() == [True, False, False, False]
    ledger.reset()
    assert free() == [True] * 4


asked = st.lists(st.tuples(st.integers(0, 20 * SECOND), st.integers(0, 40)), max_size=40)


@given(limit=st.integers(1, 50), burst=st.integers(1, 2 * MINUTE), asked=asked)
def test_no_window_sees_more_than_what_it_holds_and_what_flows_in(limit, burst, asked):
    ledger, meter = MemoryLedger(), a_minute(limit, burst)
    moments = list(accumulate(gap for gap, _ in asked))
    taken = [
        (at, amount) for at, (_, amount) in zip(moments, asked, strict=True) if admitted(ledger, at, amount=amount, meter=meter)
    ]
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            used = sum(amount for _, amount in taken[first : last + 1])
            assert used * MINUTE <= meter.room + limit * (taken[last][0] - taken[first][0])


@given(limit=st.integers(1, 50), asked=asked)
def test_nothing_is_refused_that_the_law_allows(limit, asked):
    """Against the bucket as a list of all that was taken: what was short waits exactly as long as it is told."""
    ledger, meter, now = MemoryLedger(), a_minute(limit), 0
    for gap, amount in asked:
        now += gap
        hold, short = ledger.take([claim(amount, meter)], now)
        if hold is None and not short[0].never:
            assert short[0].wait > 0
            assert not admitted(ledger, now + short[0].wait - 1, amount=amount, meter=meter)
            now += short[0].wait
            assert admitted(ledger, now, amount=amount, meter=meter)


@given(
    limit=st.integers(1, 1000),
    answers=st.lists(st.tuples(st.integers(0, SECOND), st.integers(1, 30), st.integers(0, 60)), max_size=30),
)
def test_the_books_keep_exactly_what_was_truly_used(limit, answers):
    """A bucket that never gets full loses nothing: used now = used truly, less what flowed in."""
    ledger, meter = MemoryLedger(), a_minute(limit)
    now, debt = 0, 0  # in units times nanoseconds
    for gap, claimed, true in answers:
        now += gap
        debt = max(0, debt - gap * limit)
        hold, _ = ledger.take([claim(claimed, meter)], now)
        if hold is not None:
            hold.settle([[true]], now)
            debt += true * MINUTE
        assert ledger.read([claim(0, meter)], now)[0][0].used == -(-debt // MINUTE)


@given(st.lists(st.sampled_from(["take", "end"]), max_size=60), st.integers(1, 4))
def test_never_more_places_than_there_are(moves, most):
    ledger, held = MemoryLedger(), []
    for move in moves:
        if move == "take":
            hold, _ = ledger.take([Claim(("c",), concurrent=most)], 0)
            assert (hold is None) == (len(held) == most)
            held += [hold] if hold else []
        elif held:
            held.pop().settle([[]], 0)


def test_waits_shrink_as_time_goes_by(ledger):
    ledger.take([claim(60)], 0)
    waits = [ledger.take([claim(10)], at * SECOND)[1][0].wait for at in range(10)]
    assert [before - after for before, after in pairwise(waits)] == [SECOND] * 9
