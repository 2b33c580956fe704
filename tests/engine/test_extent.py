"""Load tools fix the length of made-up texts, and nobody makes the server busy for long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.extent import MOST, extent
from understudy.model.call import Sampling

COUNTS = st.integers(1, 2000)


@given(COUNTS, st.none() | COUNTS)
def test_without_wishes_a_text_is_as_long_as_was_drawn(drawn, limit):
    assert extent(Sampling(), limit, drawn) == drawn


@given(COUNTS, COUNTS)
def test_a_text_that_never_ends_by_itself_is_ended_by_its_limit(drawn, limit):
    assert extent(Sampling(ignore_eos=True), limit, drawn) == limit + 1
    assert extent(Sampling(min_tokens=limit), limit, drawn) == limit + 1


@given(COUNTS, COUNTS, st.none() | COUNTS)
def test_a_text_has_at_least_as_many_tokens_as_are_asked_for(drawn, least, beyond):
    limit = None if beyond is None else least + beyond
    assert extent(Sampling(min_tokens=least), limit, drawn) == max(drawn, least)


def test_without_a_limit_nothing_else_is_to_end_it():
    assert extent(Sampling(ignore_eos=True), None, 5) == 5
    assert extent(Sampling(ignore_eos=True, min_tokens=9), None, 5) == 9


@pytest.mark.parametrize(("verbosity", "wanted"), [("low", 20), (None, 40), ("medium", 40), ("high", 80)])
def test_what_is_to_be_verbose_is_longer(verbosity, wanted):
    assert extent(Sampling(verbosity=verbosity), None, 40) == wanted
    assert extent(Sampling(verbosity=verbosity, min_tokens=60), None, 40) == max(wanted, 60)


@pytest.mark.parametrize("asked", [Sampling(ignore_eos=True), Sampling(min_tokens=10**9)])
def test_there_is_a_most(asked):
    assert [extent(asked, limit, 5) for limit in (MOST - 1, MOST, MOST + 1, 10**9)] == [MOST, MOST + 1, MOST, MOST]
    assert extent(asked, 10**9, 50_000) == 50_000
    assert extent(Sampling(min_tokens=10**9), None, 5) == MOST
