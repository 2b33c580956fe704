"""Candidates come in the order prompt, schema, name, anything that fits; draws are named after the place."""

from __future__ import annotations

from itertools import islice

import pytest

from understudy.text.conform import Checker
from understudy.text.mining import Prompt
from understudy.text.scalars import Place, Scalars


@pytest.fixture
def scalars(draws):
    def make(text: str = "", seed: int = 0) -> Scalars:
        return Scalars(Prompt(text), draws(seed), "p", Checker(True))

    return make


def place(name: str, *, needed: bool = True) -> Place:
    return Place().member(name, needed)


def test_places_know_their_path():
    here = place("a").item(2).member("b", needed=False)
    assert here == Place(path=".a[2].b", name="b", depth=3, needed=False)
    assert place("a").item(0).name == "a"


def test_texts_take_the_prompt_first_then_the_schema_then_the_name(scalars):
    flat = {"default": "Oslo", "examples": ["Rome", 5], "description": "A city, e.g. San Francisco, CA"}
    found = list(islice(scalars("in Paris").texts(flat, place("city")), 5))
    assert found[:4] == ["Paris", "Oslo", "Rome", "San Francisco, CA"]
    assert found[4] in ("Paris", "London", "Berlin", "Tokyo", "Madrid", "Oslo")


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ("The city, e.g. San Francisco, CA", "San Francisco, CA"),
        ("A unit (e.g., 'metric' or 'imperial')", "metric"),
        ("A colour such as red or blue.", "red"),
        ("For example: nothing", None),
        ("A plain description.", None),
        (5, None),
    ],
)
def test_an_example_in_the_description_is_used(scalars, description, text):
    first = next(scalars().texts({"description": description}, place("wibble")))
    assert (first == text) is (text is not None)


def test_a_mined_text_must_be_valid_and_in_its_format(scalars):
    made = scalars("at 9:30 in Paris")
    assert next(made.texts({"format": "time"}, place("time"))) == "09:30:00Z"
    assert next(made.texts({"maxLength": 3}, place("city"))) != "Paris"


@pytest.mark.parametrize(
    "flat", [{"minLength": 100}, {"maxLength": 2}, {"maxLength": 0}, {"minLength": 10**9, "maxLength": 10**10}]
)
def test_lengths_are_aimed_at_within_reason(scalars, flat):
    found = list(scalars().texts(flat, place("wibble")))
    assert max(map(len, found)) <= 20_000
    wanted = min(flat.get("minLength", 0), 10_000)
    assert any(wanted <= len(text) <= flat.get("maxLength", 10**9) for text in found)


def test_whole_numbers_stay_whole(scalars):
    for name in ("age", "price", "wibble"):
        assert all(isinstance(number, int) for number in scalars("costs 3.5 or 7.0").numbers({}, "integer", place(name)))


@pytest.mark.parametrize(
    "flat",
    [
        {"minimum": 1000},
        {"maximum": -7},
        {"exclusiveMinimum": 0, "exclusiveMaximum": 1e-09},
        {"multipleOf": 7, "minimum": 50},
        {"minimum": 10**400},
        {"minimum": 0.1, "maximum": 0.2},
        {"exclusiveMinimum": 5e-324},
        {"minimum": -1e308, "maximum": 1e308},
    ],
)
def test_some_number_is_within_bounds(scalars, flat):
    checker = Checker(flat)
    assert any(checker.accepts(flat, number) for number in scalars().numbers(flat, "number", place("wibble")))


def test_numbers_take_the_prompt_first_then_the_schema(scalars):
    assert next(scalars("for 4 people").numbers({"default": 9}, "integer", place("people"))) == 4
    assert next(scalars("for 4 people").numbers({"default": 9}, "integer", place("limit", needed=False))) == 9


def test_enumerations_take_the_mentioned_member_then_the_default_then_all(scalars):
    found = list(scalars("in Celsius").members(["kelvin", "celsius", "f"], "f", place("unit")))
    assert found[:2] == ["celsius", "f"]
    assert set(found[2:]) == {"kelvin", "celsius", "f"}


def test_flags_take_the_prompt_then_the_default_then_both(scalars):
    assert list(scalars("loud: no").flags({"default": True}, place("loud")))[:2] == [False, True]
    assert set(scalars().flags({}, place("loud"))) == {False, True}


def test_mined_says_nothing_when_the_prompt_says_nothing(scalars):
    made = scalars("in Paris")
    assert made.mined({"type": "string"}, "string", place("city")) == "Paris"
    assert made.mined({"enum": ["rome", "paris"]}, "string", place("x")) == "paris"
    assert made.mined({}, "integer", place("n")) is None
    assert made.mined({}, "boolean", place("n")) is None
    assert made.mined({}, "object", place("n")) is None


def test_every_draw_has_a_purpose_of_its_own(draws):
    random = draws()
    made = Scalars(Prompt(""), random, "tool/0", Checker(True))
    list(made.texts({"format": "uuid"}, place("id")))
    list(made.numbers({}, "number", place("n")))
    assert len(set(random.purposes)) == len(random.purposes)
    assert all(purpose.startswith("tool/0.") for purpose in random.purposes)
