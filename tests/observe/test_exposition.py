"""The Prometheus text format."""

import math

import pytest

from understudy.histogram import Histogram
from understudy.observe.exposition import CONTENT_TYPE, counter, exposition, gauge, histogram, spelled


def test_counters_and_gauges():
    page = exposition([counter("a_total", "All of a.", [({"x": "1", "y": "z"}, 3)]), gauge("b", "B.", [({}, 0.5)])])
    assert page.decode().splitlines() == [
        "# HELP a_total All of a.",
        "# TYPE a_total counter",
        'a_total{x="1",y="z"} 3',
        "# HELP b B.",
        "# TYPE b gauge",
        "b 0.5",
    ]
    assert page.endswith(b"\n")


def test_histograms_are_cumulative():
    counted = Histogram((0.1, 0.5, 1))
    for value in (0.1, 0.3, 0.7, 9):
        counted.add(value)
    assert exposition([histogram("h", "H.", [({"m": "x"}, counted)], (0.1, 1))]).decode().splitlines()[2:] == [
        'h_bucket{m="x",le="0.1"} 1',
        'h_bucket{m="x",le="1.0"} 3',
        'h_bucket{m="x",le="+Inf"} 4',
        f'h_sum{{m="x"}} {0.1 + 0.3 + 0.7 + 9}',
        'h_count{m="x"} 4',
    ]


def test_a_family_without_samples_still_tells_what_it_is():
    assert exposition([counter("a_total", "A.", [])]) == b"# HELP a_total A.\n# TYPE a_total counter\n"


def test_texts_are_escaped():
    page = exposition([gauge("a", 'a\\b\n"c"', [({"x": 'a\\b\n"c" \u00e9\ud800'}, 1)])]).decode()
    assert page.splitlines()[0] == '# HELP a a\\\\b\\n"c"'
    assert page.splitlines()[2] == 'a{x="a\\\\b\\n\\"c\\" \u00e9\\ud800"} 1'


@pytest.mark.parametrize(
    ("value", "text"), [(math.inf, "+Inf"), (-math.inf, "-Inf"), (math.nan, "NaN"), (1e-05, "1e-05"), (3, "3"), (3.0, "3.0")]
)
def test_numbers(value, text):
    assert spelled(value) == text


@pytest.mark.parametrize(("name", "labels"), [("1a", {}), ("a b", {}), ("a", {"x-y": "1"}), ("a", {"x:y": "1"})])
def test_names_that_prometheus_does_not_take_are_errors(name, labels):
    with pytest.raises(ValueError, match="expected letters, digits"):
        exposition([gauge(name, "", [(labels, 1)])])


def test_the_content_type_names_the_version():
    assert CONTENT_TYPE == "text/plain; version=0.0.4; charset=utf-8"
