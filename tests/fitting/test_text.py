"""A fit as a script."""

from __future__ import annotations

import pytest
import yaml

from understudy.fitting import Measured, Request
from understudy.fitting.fit import Fit
from understudy.fitting.text import render

FIT = Fit(
    {"itl": {"gamma": {"mean": "20ms", "cv": 0.5}}, "burstiness": 2.5, "ttft": "1s"},
    {"itl": "by hand", "burstiness": "counted", "ttft": "guessed " * 30},
)
MEASURED = Measured("tool 1.2", "2026-01-01", "run 1 of 2", (Request(1.0),), left_out=3)


def test_the_timing_stands_below_where_it_comes_from():
    text = render(FIT, MEASURED, "r.json")
    assert yaml.safe_load(text) == {"timing": FIT.timing}
    lines = text.splitlines()
    assert lines[0] == "# Fitted from r.json by `understudy fit`."
    assert lines[1] == ("# source: tool 1.2, run 1 of 2, 2026-01-01, 1 request, 3 left out (failed, or numbers that are none)")
    assert max(map(len, lines)) <= 118
    assert [line.split(":")[0].strip() for line in lines[-3:]] == ["ttft", "itl", "burstiness"]


def test_what_was_wrong_with_the_first_that_is_left_out_is_told():
    told = render(FIT, Measured("table", left_out=2, flaw="line 2: 'ttft' is ''"), "r.csv").splitlines()[1]
    assert told.endswith("2 left out (failed, or numbers that are none; line 2: 'ttft' is '')")


def test_what_is_doubtful_is_noted():
    assert render(FIT, Measured("tool", remark="read with care"), "r.csv").splitlines()[2] == "# note: read with care"


@pytest.mark.parametrize("name", ["gpt-4o", "gpt-*", 'a "b": c', "日本"])
def test_with_a_name_it_is_that_models(name):
    assert yaml.safe_load(render(FIT, MEASURED, "r.json", name)) == {"models": [{"id": name, "timing": FIT.timing}]}


def test_names_in_the_file_cannot_break_out_of_the_comment():
    text = render(FIT, Measured("tool\nrules: [evil]\r\x85 x"), "a\nb: c")
    assert set(yaml.safe_load(text)) == {"timing"}
    assert "no date in the file" in text
