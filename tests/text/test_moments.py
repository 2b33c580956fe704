"""Dates and times are read as people write them, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from understudy.text.moments import plain, relative, together


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("March 5, 2026", "2026-03-05"),
        ("march 5th 2026", "2026-03-05"),
        ("Sept. 1, 2026", "2026-09-01"),
        ("5 March 2026", "2026-03-05"),
        ("the 21st of December, 2026", "the 2026-12-21"),
        ("12/24/2026", "2026-12-24"),
        ("24/12/2026", "2026-12-24"),
        ("03/04/2026", "2026-03-04"),
        ("24.12.2026", "2026-12-24"),
        ("2026/3/5", "2026-03-05"),
        ("2026-03-05", "2026-03-05"),
        ("7pm", "19:00"),
        ("12 am", "00:00"),
        ("12:30 p.m.", "12:30"),
        ("6:45 AM", "06:45"),
        ("on May 1, 2026 at 8 am", "on 2026-05-01 at 08:00"),
    ],
)
def test_dates_and_times_become_plain(written, read):
    assert plain(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "February 30, 2026",
        "31.02.2026",
        "13/13/2026",
        "may I have 2026 of them",
        "1.2.3",
        "10.0.0.7",
        "13pm",
        "3 am2",
        "",
        "a/b",
        "version 12.10.2026.1",
        "https://example.org/2026/03/05/x",
        "I am 5",
    ],
)
def test_what_is_no_date_stays_as_it_is(text):
    assert plain(text) == text


def test_days_told_from_today_are_found_as_they_stand():
    assert relative("tomorrow, next Monday or on Friday, not someday") == ["tomorrow", "next Monday", "Friday"]


def test_a_day_and_a_time_of_it_are_a_moment():
    assert together("2026-03-05 at 19:30, 2026-03-06 07:00") == ["2026-03-05T19:30", "2026-03-06T07:00"]
    assert together("2026-03-05 and 19:30") == []
