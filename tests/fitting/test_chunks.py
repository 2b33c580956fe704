"""Events of a constant number of tokens, found again in what the server plans for them."""

from __future__ import annotations

from statistics import fmean, pstdev

import pytest

from understudy.config.grammar.timing import read_timing
from understudy.durations import seconds
from understudy.engine.decision import decide
from understudy.engine.pace import Pace
from understudy.fitting import Measured, Request, Summary, chunks
from understudy.fitting.fit import fit
from understudy.fitting.numbers import summary

LENGTHS = [17 + 37 * n % 260 for n in range(240)]
SOURCES = {
    "fixed": "20ms",
    "even gamma": {"gamma": {"mean": "20ms", "cv": 0.3}},
    "gamma": {"gamma": {"mean": "20ms", "cv": 1.1}},
    "lognormal": {"lognormal": {"median": "15ms", "p99": "120ms"}},
    "normal": {"normal": {"mean": "20ms", "stddev": "5ms"}},
}


def served(timing, lengths=LENGTHS, seed=7):
    """What a client measures of answers of so many tokens: the times the server plans."""
    pace = Pace.of(read_timing(timing, "timing"))
    least, most = pace.chunk_tokens or (1, 1)
    assert least == most
    found = []
    for number, length in enumerate(lengths):
        events = [min(most, length - at) for at in range(0, length, most)]
        first, *gaps = pace.waits(events, decide(b"%d" % number, seed), 0)
        found.append(Request(first, 100, length, sum(gaps), tuple(gaps)))
    return tuple(found)


def gaps_of(requests):
    return sorted(gap for request in requests for gap in request.gaps)


def told(values, percents=(50, 99)):
    return {p: values[int(p / 100 * (len(values) - 1))] for p in percents}


@pytest.mark.parametrize("tokens", [2, 3, 8, 16])
@pytest.mark.parametrize("itl", SOURCES.values(), ids=SOURCES)
def test_events_of_a_constant_size_are_served_as_they_were_measured(itl, tokens):
    measured = served({"ttft": "500ms", "itl": itl, "chunk-tokens": tokens})
    found = fit(Measured("tool", requests=measured))
    assert (found.timing["chunk-tokens"], "burstiness" in found.timing) == (tokens, False)
    again = served(found.timing, seed=8)
    before, after = gaps_of(measured), gaps_of(again)
    assert len(before) == len(after)
    assert fmean(after) == pytest.approx(fmean(before), rel=0.03)
    assert pstdev(after) == pytest.approx(pstdev(before), rel=0.1)
    assert told(after) == pytest.approx(told(before), rel=0.1)
    firsts = [sorted(request.ttft for request in requests) for requests in (measured, again)]
    assert fmean(firsts[1]) == pytest.approx(fmean(firsts[0]), rel=0.02)
    assert told(firsts[1], (10, 50, 90)) == pytest.approx(told(firsts[0], (10, 50, 90)), rel=0.05)


@pytest.mark.parametrize("itl", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("also", [{}, {"burstiness": 4}], ids=["alone", "burstiness"])
def test_tokens_with_an_event_each_are_in_none(itl, also):
    found = fit(Measured("tool", requests=served({"ttft": "500ms", "itl": itl, **also})))
    assert set(found.timing) == {"ttft", "itl", *also}
    assert "vary less" not in found.notes.get("burstiness", "")


def test_the_first_event_waits_for_all_its_tokens():
    requests = (Request(0.5, 100, 128, 1.5, (0.1,) * 15),) * 200
    found = fit(Measured("tool", requests=requests))
    assert found.timing == {"ttft": "412.5ms", "itl": "12.5ms", "chunk-tokens": 8}
    assert "; the other tokens of the first event take 87.5ms more" in found.notes["ttft"]
    [again] = served(found.timing, [128])
    assert (again.ttft, again.gaps) == (pytest.approx(0.5), pytest.approx((0.1,) * 15))


def test_an_answer_that_begins_sooner_than_its_first_event_can_begins_at_once():
    found = fit(Measured("tool", requests=(Request(0.05, 100, 128, 1.5, (0.1,) * 15),) * 20))
    assert found.timing["ttft"] == "0ms"
    assert "20 were faster than such events allow and count as 0" in found.notes["ttft"]


def test_what_the_prompt_costs_is_found_beside_them():
    lengths = [60 + n % 60 for n in range(100)]
    measured = served({"ttft": "300ms", "itl": {"gamma": {"mean": "20ms", "cv": 0.4}}, "chunk-tokens": 4}, lengths)
    requests = tuple(Request(r.ttft + 0.0002 * 40 * n, 40 * n, r.output, r.after, r.gaps) for n, r in enumerate(measured, 1))
    found = fit(Measured("tool", requests=requests)).timing
    assert seconds(found["per-prompt-token"]) == pytest.approx(0.0002, rel=0.02)
    assert seconds(found["ttft"] if isinstance(found["ttft"], str) else "300ms") == pytest.approx(0.3, rel=0.02)


def test_events_without_tokens_are_none_of_them():
    gaps = (0.00002, *(0.1,) * 15, 0.00001)
    found = fit(Measured("tool", requests=(Request(0.5, 100, 128, sum(gaps), gaps),) * 20))
    assert found.timing == {"ttft": "412.5ms", "itl": "12.5ms", "chunk-tokens": 8}


def test_sizes_that_differ_are_no_constant_size():
    requests = tuple(Request(0.5, 100, 25 + n % 7, 1.0, (0.1,) * 10) for n in range(20))
    found = fit(Measured("tool", requests=requests))
    assert "chunk-tokens" not in found.timing
    assert found.notes["burstiness"].endswith("; measured waits vary less than these will, whose groups are of all sizes")


def test_a_few_answers_may_be_cut_otherwise():
    streams = [(128.0, (0.1,) * 15)] * 400 + [(128.0, (0.1,) * 17)] * 4
    assert chunks.of_streams(streams).tokens == 8
    assert chunks.of_streams([*streams, *streams[-4:]]) is None


@pytest.mark.parametrize(
    "streams", [[], [(1.0, ())], [(5001.0, (0.4,))], [(3.0, (0.1,)), (9.0, (0.1,))], [(1e24, (0.1, 0.1))]], ids=len
)
def test_answers_that_tell_no_size_have_none(streams):
    assert chunks.of_streams(streams) is None


@pytest.mark.parametrize("tokens", [2, 5, 8])
def test_a_summary_leads_to_what_the_single_gaps_lead_to(tokens):
    requests = served({"ttft": "400ms", "itl": {"gamma": {"mean": "20ms", "cv": 0.5}}, "chunk-tokens": tokens}, [120] * 200)
    measured = Measured(
        "tool",
        ttft=of([request.ttft for request in requests]),
        gaps=of(gaps_of(requests)),
        paces=of([request.pace for request in requests]),
        output=120.0,
    )
    whole, found = fit(Measured("tool", requests=requests)).timing, fit(measured).timing
    assert found["chunk-tokens"] == whole["chunk-tokens"] == tokens
    for key in ("mean", "cv"):
        one, other = found["itl"]["gamma"][key], whole["itl"]["gamma"][key]
        assert (seconds(one) if key == "mean" else one) == pytest.approx(seconds(other) if key == "mean" else other, rel=0.1)
    again = served(found, [120] * 200, seed=9)
    assert fmean(r.ttft for r in again) == pytest.approx(fmean(r.ttft for r in requests), rel=0.03)
    assert pstdev(r.ttft for r in again) == pytest.approx(pstdev(r.ttft for r in requests), rel=0.4)


def of(values) -> Summary | None:
    ordered = sorted(values)
    return summary({"count": len(ordered), "mean": fmean(ordered), "stddev": pstdev(ordered)}, told(ordered), 1.0)
