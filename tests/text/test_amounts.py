"""What a number measures, what an argument asks for, and one measured in the unit of the other."""

from __future__ import annotations

import re

import pytest

from understudy.text.amounts import conversion, converted, currencies, lengths_of_time, measure, wanted
from understudy.text.clues import words_of


def of(text):
    found = re.search(r"\d+(\.\d+)?", text)
    made = measure(text, found.start(), found.end())
    return made and made.kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5 km", "length"),
        ("5km", "length"),
        ("20%", "share"),
        ("20 percent", "share"),
        ("$84.50", "money"),
        ("€ 20", "money"),
        ("50 euros", "money"),
        ("75 kg", "mass"),
        ("90 minutes", "time"),
        ("21 degrees", "warmth"),
        ("25 years", "age"),
        ("3 rooms", None),
        ("3", None),
        ("5 kmx", None),
    ],
)
def test_a_number_measures_what_stands_beside_it(text, kind):
    assert of(text) == kind


@pytest.mark.parametrize(
    ("name", "kind", "size"),
    [
        ("distance_km", "length", 1000),
        ("heightM", "length", 1),
        ("duration_seconds", "time", 1),
        ("minutes", "time", 60),
        ("max_price", "money", 0),
        ("tip_percent", "share", 0),
        ("weight", "mass", 0),
    ],
)
def test_a_name_asks_for_a_measure(name, kind, size):
    assert (wanted(words_of(name)).kind, wanted(words_of(name)).size) == (kind, size)


@pytest.mark.parametrize("name", ["count", "m", "min", "", "city"])
def test_a_name_may_ask_for_none(name):
    assert wanted(words_of(name)) is None


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("5 minutes", "duration_seconds", 300),
        ("180 cm", "height_m", 1.8),
        ("2 weeks", "days", 14),
        ("90 s", "minutes", 1.5),
        ("5 km", "distance", 5),
        ("5 km", "minutes", 5),
        ("5", "minutes", 5),
    ],
)
def test_one_unit_becomes_another_of_the_same_kind(text, name, value):
    number = re.search(r"\d+", text)
    made = measure(text, number.start(), number.end())
    found = converted(int(number[0]), made, wanted(words_of(name)))
    assert found == value
    assert isinstance(found, type(value))


def test_what_is_to_become_what():
    assert conversion("Convert 100 USD to EUR") == ("USD", "EUR")
    assert conversion("£20 in yen") == ("GBP", "JPY")
    assert conversion("what is 10 km in miles") == ("km", "miles")
    assert conversion("at 10 in Paris") is None
    assert conversion("nothing") is None


def test_currencies_and_lengths_of_time_are_listed():
    assert currencies("dollars, $ and yen, euronext") == ["USD", "JPY"]
    assert lengths_of_time("for 5 minutes or 1.5 hours, a 2-day trip") == ["5 minutes", "1.5 hours", "2-day"]
