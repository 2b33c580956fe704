"""Tokens that come in one event, or at once: what is between them, by single gaps and by summaries."""

from __future__ import annotations

from random import Random
from statistics import mean, pstdev

import pytest

from understudy import timing
from understudy.durations import seconds
from understudy.fitting import Measured, Request, Summary
from understudy.fitting.fit import fit

EVEN = "; measured waits vary less than these will, whose groups are of all sizes"


def test_no_more_tokens_arrive_together_than_a_script_takes():
    found = fit(Measured("tool", requests=(Request(0.1, 10, 5001, 1.0, (0.001, 0.999)),)))
    assert found.timing["burstiness"] == 1000.0
    assert found.notes["burstiness"].startswith("5000 tokens in 1 groups; 1000 is the most a script takes")


def test_tokens_that_arrive_together_show_as_burstiness():
    requests = tuple(Request(0.1, 10, 61, 1.2, (*[0.005, 0.015] * 14, 0.42, 0.5)) for _ in range(4))
    found = fit(Measured("tool", requests=requests))
    assert found.timing["burstiness"] == 2.0
    assert timing.build(found.timing["itl"]).mean == pytest.approx(0.02)
    assert found.notes["burstiness"] == "240 tokens in 120 groups"


def test_tokens_that_arrive_in_events_of_one_size_show_as_that():
    requests = tuple(Request(0.1, 10, 62, 1.2, tuple([0.03, 0.05] * 15)) for _ in range(4))
    found = fit(Measured("tool", requests=requests))
    assert found.timing == {"ttft": "80ms", "itl": {"gamma": {"mean": "20ms", "cv": 0.3536}}, "chunk-tokens": 2}
    assert found.notes["itl"] == "by mean and spread of 120 waits for an event; that they are gamma is assumed"


def gapped(*gaps):
    return fit(Measured("tool", requests=(Request(0.1, 10, len(gaps) + 1, sum(gaps), gaps),)))


def test_tokens_that_one_read_brought_arrived_together():
    found = fit(Measured("tool", requests=(Request(0.1, 10, 51, 1.0, (0.1, 0.0, 0.0, 0.0, 0.0) * 10),) * 10))
    assert found.timing == {"ttft": "100ms", "itl": "20ms", "burstiness": 5.0}
    assert found.notes["burstiness"] == f"500 tokens in 100 groups{EVEN}"
    assert gapped(*(0.0, 0.04) * 50).timing == {"ttft": "100ms", "itl": "20ms", "burstiness": 2.0}


def test_so_did_those_that_the_next_read_brought_at_once():
    found = gapped(*(0.0, 0.0, 0.0, 0.0), *(0.1, 0.00017, 0.0, 0.00003, 0.0) * 20)
    assert found.timing["burstiness"] == 5.2
    assert seconds(found.timing["itl"]) == pytest.approx(20 * 0.1002 / 104, rel=1e-3)
    alone = gapped(*(0.04, 0.00003) * 100)
    assert alone.timing["burstiness"] == 2.0
    assert seconds(alone.timing["itl"]) == pytest.approx(0.020015, rel=1e-3)


def test_a_stream_that_came_at_once_has_no_time_between_its_tokens():
    found = gapped(0.0, 0.0, 0.0)
    assert (found.timing, found.notes["itl"]) == ({"ttft": "100ms", "itl": "0ms"}, "always the same, 3 gaps")


@pytest.mark.parametrize("cv", [0.7, 1.2, 2.0])
@pytest.mark.parametrize("none", [0, 10])
def test_short_gaps_of_a_law_are_no_groups(cv, none):
    law = timing.build({"gamma": {"mean": "20ms", "cv": cv}})
    found = gapped(*[0.0] * none, *[round(law.quantile((n + 0.5) / 2000), 9) for n in range(2000)])
    assert set(found.timing) == {"ttft", "itl"}
    assert found.timing["itl"]["gamma"]["cv"] == pytest.approx(cv, rel=0.05)


def test_groups_give_back_the_spread_of_single_gaps():
    chance, mean_gap, cv, together = Random(5), 0.02, 0.6, 3.0
    law = timing.build({"gamma": {"mean": "20ms", "cv": cv}})
    requests = []
    for _ in range(300):
        sizes = []
        for _ in range(40):
            size = 1
            while chance.random() > 1 / together:
                size += 1
            sizes.append(size)
        gaps = tuple(sum(law.quantile(chance.random()) for _ in range(size)) for size in sizes)
        requests.append(Request(0.1, 10, sum(sizes) + 1, sum(gaps), gaps))
    found = fit(Measured("tool", requests=tuple(requests)))
    assert found.timing["burstiness"] == pytest.approx(together, rel=0.03)
    assert seconds(found.timing["itl"]["gamma"]["mean"]) == pytest.approx(mean_gap, rel=0.03)
    assert found.timing["itl"]["gamma"]["cv"] == pytest.approx(cv, rel=0.2)


def summed(gaps, paces=None):
    return fit(Measured("tool", gaps=gaps, paces=paces, output=101.0))


def test_a_summary_of_events_that_bring_several_tokens_is_told_by_what_a_token_takes():
    found = summed(Summary(None, 0.08, 0.069, {50: 0.08, 99: 0.3}), Summary(None, 0.02, 0.0001))
    assert found.timing == {"itl": "20ms", "burstiness": 4.0}
    assert found.notes["itl"].startswith("a token takes 20ms, an event 80ms; ")
    assert found.notes["burstiness"] == "the time of an event by that of a token"
    assert summed(Summary(mean=0.08), Summary(mean=0.02)).timing == {"itl": "20ms", "burstiness": 4.0}
    most = summed(Summary(mean=30.0), Summary(mean=0.02))
    assert most.notes["burstiness"] == "the time of an event by that of a token; 1000 is the most a script takes"


def test_a_summary_of_groups_leads_to_what_their_values_lead_to():
    gaps = [0.03, 0.05, 0.02, 0.1] * 15
    requests = tuple(Request(0.1, 10, 151, sum(gaps), tuple(gaps)) for _ in range(4))
    pace = sum(gaps) / 150
    whole = fit(Measured("tool", requests=requests)).timing
    told = summed(Summary(None, mean(gaps), pstdev(gaps), {50: 0.04, 99: 0.1}), Summary(None, pace, 0.0)).timing
    assert told == {"itl": whole["itl"], "burstiness": whole["burstiness"]}
    assert timing.build(told["itl"]).mean == pytest.approx(pace, rel=1e-3)


@pytest.mark.parametrize("wait", [0.0188, 0.0212])
def test_a_summary_of_events_that_bring_one_token_keeps_the_mean_of_a_token(wait):
    found = summed(Summary(None, wait, 0.01, {50: 0.018, 99: 0.05}), Summary(mean=0.02))
    assert set(found.timing) == {"itl"}
    assert timing.build(found.timing["itl"]).mean == pytest.approx(0.02, rel=0.02)
    assert found.notes["itl"].startswith(f"a token takes 20ms, an event {1000 * wait:g}ms; gamma ")


def test_a_summary_of_events_that_are_the_tokens_stays_as_it_is():
    found = summed(Summary(None, 0.0202, 0.01, {50: 0.018, 99: 0.05}), Summary(mean=0.02))
    assert found.timing == summed(Summary(None, 0.0202, 0.01, {50: 0.018, 99: 0.05})).timing


def test_events_without_tokens_make_no_stream_shorter():
    role = Request(0.1, 10, 16, 0.3, (0.00002, *[0.02] * 15))
    found = fit(Measured("tool", requests=(role,) * 50))
    assert found.timing["itl"] == "20ms"
