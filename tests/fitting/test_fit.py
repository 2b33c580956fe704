"""From a known timing to files, and back."""

from __future__ import annotations

import json
import math
from statistics import mean, quantiles, stdev
from unittest.mock import ANY

import pytest

from understudy import timing
from understudy.durations import seconds
from understudy.fitting import Measured, Request, Summary, UnfitError
from understudy.fitting.fit import fit
from understudy.fitting.reading import read


def table(drawn):
    rows = [f"{r.prompt},{r.output},{1000 * r.ttft},{1000 * (r.ttft + r.after)}" for r in drawn]
    return "\n".join(["prompt_tokens,output_tokens,ttft_ms,e2e_ms", *rows])


def recorded(drawn):
    def reply(r):
        gaps = [f"{1000 * gap:.6f}ms" for gap in r.gaps]
        usage = {"prompt_tokens": r.prompt, "completion_tokens": r.output}
        return {"text": "x", "timing": {"ttft": f"{1000 * r.ttft:.6f}ms", "itl": {"trace": {"gaps": gaps}}}, "usage": usage}

    return json.dumps({"rules": [{"reply": reply(r)} for r in drawn]})


@pytest.fixture(scope="session")
def fitted(tmp_path_factory, drawn, guidellm_report, vllm_result, aiperf_records):
    """The fit of each format's file about the same requests."""
    folder = tmp_path_factory.mktemp("fitted")
    texts = {
        "guidellm": json.dumps(guidellm_report(drawn)),
        "vllm": json.dumps(vllm_result(drawn)),
        "aiperf": aiperf_records(drawn),
        "csv": table(drawn),
        "script": recorded(drawn),
    }
    found = {}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        found[name] = fit(read(folder / name))
    return found


@pytest.mark.parametrize("name", ["guidellm", "vllm", "aiperf", "csv", "script"])
def test_every_format_leads_back_to_the_timing_it_was_drawn_from(fitted, name):
    found = fitted[name].timing
    assert set(found) == {"ttft", "itl", "per-prompt-token"}
    assert seconds(found["per-prompt-token"]) == pytest.approx(0.0002, rel=0.03)
    assert seconds(found["ttft"]["lognormal"]["median"]) == pytest.approx(0.2, rel=0.05)
    assert seconds(found["ttft"]["lognormal"]["p99"]) == pytest.approx(0.4, rel=0.06)
    assert seconds(found["itl"]["gamma"]["mean"]) == pytest.approx(0.02, rel=0.02)
    assert found["itl"]["gamma"]["cv"] == pytest.approx(0.5, rel=0.05)


def test_notes_say_how_good_the_fit_is(fitted):
    notes = fitted["vllm"].notes
    assert "least squares over 1500 requests" in notes["per-prompt-token"]
    assert notes["ttft"].startswith("lognormal, KS distance 0.0")
    assert notes["itl"].startswith("gamma, KS distance 0.0")
    assert "averages of 1500 requests" in fitted["csv"].notes["itl"]


def test_summaries_lead_back_to_it_too(drawn):
    ttfts = [r.ttft for r in drawn]
    paces = [r.after / (r.output - 1) for r in drawn]
    cuts = quantiles(ttfts, n=100)
    measured = Measured(
        "tool",
        ttft=Summary(len(drawn), mean(ttfts), stdev(ttfts), {50: cuts[49], 99: cuts[98]}),
        paces=Summary(len(drawn), mean(paces), stdev(paces)),
        output=mean(r.output for r in drawn),
    )
    found = fit(measured)
    law = timing.build(found.timing["ttft"])
    assert (law.quantile(0.5), law.quantile(0.99)) == pytest.approx((cuts[49], cuts[98]), rel=0.15)
    assert law.mean == pytest.approx(mean(ttfts), rel=0.02)
    assert seconds(found.timing["itl"]["gamma"]["mean"]) == pytest.approx(0.02, rel=0.02)
    assert found.timing["itl"]["gamma"]["cv"] == pytest.approx(0.5, rel=0.15)
    assert "no single values (1500 requests)" in found.notes["ttft"]


def test_a_summary_of_gaps_is_taken_as_it_is():
    found = fit(Measured("tool", gaps=Summary(None, 0.02, 0.01), output=100.0))
    assert found.timing == {"itl": {"lognormal": {"mean": "20ms", "cv": 0.5}}}


def test_a_summary_says_what_it_was_made_of():
    assert fit(Measured("tool", gaps=Summary(6960, 0.02, 0.01, of="gaps"))).notes["itl"].endswith("(6960 gaps)")
    assert "(6960 tokens)" in fit(Measured("tool", paces=Summary(6960, 0.02, 0.001, of="tokens"), output=30.0)).notes["itl"]


def test_averages_count_by_the_gaps_they_are_of():
    found = fit(Measured("tool", requests=(Request(output=11.0, after=0.2), Request(output=31.0, after=1.2))))
    variance = (10 * (0.020 - 0.035) ** 2 + 30 * (0.040 - 0.035) ** 2) / 2
    assert found.timing == {"itl": {"gamma": {"mean": "35ms", "cv": pytest.approx(math.sqrt(variance) / 0.035, abs=5e-4)}}}


def test_averages_by_median_and_p99_are_spread_as_well():
    found = fit(Measured("tool", paces=Summary(percentiles={50: 0.02, 99: 0.03}), output=101.0))
    assert found.timing["itl"]["gamma"]["cv"] == pytest.approx(10 * 0.176, rel=0.01)


def test_without_a_slope_the_note_says_so():
    found = fit(Measured("tool", requests=tuple(Request(0.2 + 0.01 * (n % 7), 100 + n) for n in range(50))))
    assert "per-prompt-token" not in found.timing
    assert "none shows between 100 and 149 tokens" in found.notes["ttft"]
    few = fit(Measured("tool", requests=(Request(0.2, 5), Request(0.3, 6), Request(0.4, 7))))
    assert "3 requests of 5 to 7 tokens do not show one" in few.notes["ttft"]
    unknown = fit(Measured("tool", requests=(Request(0.2),)))
    assert unknown.timing == {"ttft": "200ms"}
    assert "does not say how long the prompts are" in unknown.notes["ttft"]


def test_requests_faster_than_the_slope_allows_count_as_none():
    requests = [Request(0.001 * n + 0.0001 * (n % 3), n) for n in range(100, 200)] + [Request(0.0001, 190)] * 3
    found = fit(Measured("tool", requests=tuple(requests)))
    assert "were faster than the slope allows and count as 0" in found.notes["ttft"]
    timing.build(found.timing["ttft"])


@pytest.mark.parametrize("cost", [0.0001, 0.000123456, 0.0023])
def test_where_the_prompt_costs_everything_nothing_is_left(cost):
    prompts = (3156, 3446, 332, 2122, 4189, 3981, 3318, 2485, 3905, 2934, 4780, 1790)
    found = fit(Measured("tool", requests=tuple(Request(prompt * cost, prompt) for prompt in prompts)))
    assert found.timing["ttft"] == "0ms"
    assert seconds(found.timing["per-prompt-token"]) == pytest.approx(cost, rel=1e-3)
    assert found.notes["ttft"] == "the cost of the prompt is all there is, 12 requests"


@pytest.mark.parametrize(
    "measured",
    [
        Measured("tool", requests=(Request(1.1e9),)),
        Measured("tool", requests=(Request(1.0, gaps=(1.1e9,)),)),
        Measured("tool", requests=(Request(1.0, output=2, after=1.1e9),)),
        Measured("tool", gaps=Summary(mean=1.0, percentiles={99: 1.1e9})),
    ],
)
def test_times_that_no_script_can_say_are_refused(measured):
    with pytest.raises(UnfitError, match=r"^expected times of at most 1e\+09 s, got 1\.1e\+09 s\. Check their unit$"):
        fit(measured)


def averages(spread: float) -> Measured:
    return Measured("tool", requests=tuple(Request(output=1001, after=20 + 20 * spread * sign) for sign in (-1, 1)))


def averaged(spread: float) -> Measured:
    return Measured("tool", paces=Summary(20, 0.02, 0.02 * spread), output=1001.0)


def grouped(spread: float) -> Measured:
    return Measured("tool", gaps=Summary(20, 0.04, 0.04 * math.sqrt(0.5 + 500 * spread**2)), paces=Summary(20, 0.02))


@pytest.mark.parametrize("measured", [averages, averaged, grouped])
@pytest.mark.parametrize(("spread", "law"), [(0.02, "gamma"), (0.9, "lognormal"), (0.0, "")])
def test_the_law_that_is_assumed_is_the_one_written(measured, spread, law):
    found = fit(measured(spread))
    assert found.timing["itl"] == ({law: {"mean": "20ms", "cv": ANY}} if law else "20ms")
    assert found.notes["itl"].partition("; that they are ")[2] == (f"{law} is assumed" if law else "")


def test_averages_that_differ_beyond_measure_have_no_moments():
    found = fit(Measured("tool", paces=Summary(percentiles={50: 1e-9, 99: 1e9}), output=101.0))
    assert found.timing["itl"] == {"lognormal": {"median": "0.000001ms", "p99": "1000000000s"}}


def test_nothing_measured_is_refused():
    with pytest.raises(UnfitError, match=r"got none: 7 of 7 requests failed or hold numbers that are none$"):
        fit(Measured("tool", left_out=7))
    with pytest.raises(UnfitError, match=r"got none: 10 answers have none\. Measure streams$"):
        fit(Measured("tool", left_out=7, answered=10))
    with pytest.raises(UnfitError, match=r"got none$"):
        fit(Measured("tool"))
