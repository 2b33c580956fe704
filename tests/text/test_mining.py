"""What a prompt says about an argument is found where a reader would find it, and a number goes to one argument only."""

from __future__ import annotations

import pytest

from understudy.text.mining import Prompt


def anything(_: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("What is the value of magic_function(3)?", "input", 3),
        ("Book a table for 4 at 19:30 on 2026-05-01", "party_size", 4),
        ("I am 30 years old and have 2 cats", "cats", 2),
        ("limit: 5, offset: 10", "offset", 10),
        ("in 10 days, for 3 people", "people", 3),
        ("a room for two", "guests", 2),
        ("it costs 1,250.50 euros", "price", 1250.5),
        ("set x=-4", "x", -4),
        ("no numbers here", "n", None),
        ("call 10.0.0.1 or a1@b2.org", "n", None),
        ("9" * 50, "n", None),
    ],
)
def test_numbers(text, name, number):
    assert Prompt(text).number("$", name, anything) == number


def test_a_number_goes_to_one_argument_and_stays_there():
    prompt = Prompt("multiply 12 by 4")
    assert [prompt.number(path, path, anything) for path in ("a", "b", "c", "a")] == [12, 4, None, 12]


def test_a_number_that_does_not_fit_is_left_for_others():
    prompt = Prompt("12 and 4")
    assert prompt.number("a", "a", lambda number: number < 10) == 4
    assert prompt.number("b", "b", anything) == 12


def test_optional_arguments_only_take_the_number_beside_their_name():
    assert Prompt("pizza for 3").number("$", "limit", anything, beside=True) is None
    assert Prompt("pizza, limit 3").number("$", "limit", anything, beside=True) == 3


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("What's the weather in Paris?", "city", "Paris"),
        ("What is the weather like in New York today?", "location", "New York"),
        ("weather in San Francisco, CA please", "location", "San Francisco, CA"),
        ("Paris weather in paris", "city", "paris"),
        ("fly from New York to London", "origin", "New York"),
        ("fly from New York to London", "destination", "London"),
        ("fly to London from New York", "departure_city", "New York"),
        ("Tell me about Tokyo", "place", "Tokyo"),
        ("my name is Bob Smith and I live here", "name", "Bob Smith"),
        ("Write to Alice about it", "recipient", "Alice"),
        ("use unit: celsius", "unit", "celsius"),
        ('{"unit": "kelvin"}', "unit", "kelvin"),
        ("partySize = small", "party_size", "small"),
        ("say 'see you tomorrow' to her", "body", "see you tomorrow"),
        ("the title is “Rain”", "title", "Rain"),
        ("mail bob@example.org now", "email", "bob@example.org"),
        ("mail 'bob' now", "email", None),
        ("get https://example.org/x.", "url", "https://example.org/x"),
        ("on 2026-12-01 at 9:30", "date", "2026-12-01"),
        ("on 2026-12-01 at 9:30", "time", "9:30"),
        ("what is 2 + 3?", "expression", "2 + 3"),
        ("the price of AAPL", "ticker", "AAPL"),
        ("nothing to see", "colour", None),
        ("What is it?", "name", None),
    ],
)
def test_texts(text, name, found):
    assert Prompt(text).string("$", name, "", anything) == found


def test_a_format_finds_its_values_whatever_the_name():
    assert Prompt("ask a@b.org or c@d.org").string("$", "to", "email", lambda text: text != "a@b.org") == "c@d.org"


def test_two_names_for_one_place_both_get_it_but_items_of_an_array_differ():
    prompt = Prompt("Compare Paris and London")
    assert [prompt.string(path, "city", "", anything) for path in (".city", ".place")] == ["Paris", "London"]
    assert prompt.string(".town", "town", "", anything) == "Paris"
    prompt = Prompt("Compare Paris and London")
    assert [prompt.string(f".cities[{n}]", "cities", "", anything) for n in range(3)] == ["Paris", "London", None]
    assert [prompt.string(f".city[{n}]", "city", "", anything) for n in range(3)] == ["Paris", "London", None]


@pytest.mark.parametrize(("name", "whole"), [("query", "What is up?"), ("search_query", "What is up?"), ("city", None)])
def test_arguments_that_want_the_whole_prompt(name, whole):
    assert Prompt("  What is up? ").whole(name) == whole
    assert Prompt("  ").whole(name) is None


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("verbose: no", False),
        ("verbose=true", True),
        ("be verbose", True),
        ("don't be verbose", False),
        ("without verbose output", False),
        ("hi", None),
    ],
)
def test_yes_and_no(text, flag):
    assert Prompt(text).flag("verbose") is flag


@pytest.mark.parametrize(
    ("text", "member"),
    [
        ("in Celsius or fahrenheit", "celsius"),
        ("New-York style", "new_york"),
        ("new york", "new_york"),
        ("version 2", 2),
        ("celsiusish", None),
        ("", None),
    ],
)
def test_members_of_an_enumeration(text, member):
    assert Prompt(text).member(["new", "fahrenheit", "celsius", "new_york", 2, None, True, "", ["x"]]) == member


def test_the_start_and_the_end_of_a_long_prompt_are_read():
    text = "in Paris " + "blah " * 50_000 + " limit 7"
    assert Prompt(text).string("$", "city", "", anything) == "Paris"
    assert Prompt(text).number("$", "limit", anything) == 7
    assert len(Prompt(text).text) < 5_000


@pytest.mark.parametrize("text", ["\ud800 in \ud800", "İstanbul İ in İ", "\0", "'" * 3_000])
def test_odd_texts_do_no_harm(text):
    prompt = Prompt(text)
    prompt.string("$", "city", "", anything)
    prompt.number("$", "n", anything)
    prompt.flag("İ")
    prompt.member(["İ", "\ud800"])


def test_what_somebody_or_something_is_called_by_is_a_name_in_any_letters():
    prompt = Prompt("Create a customer named '你好啊集团' (Hello Group) - a Chinese company")
    assert prompt.string("$", "customer_name", "", anything) == "你好啊集团"


@pytest.mark.parametrize("text", ["Jane is 34 and an admin.", "Hi. Jane, aged 34, is an admin", "Jane has 2 cats"])
def test_a_name_that_begins_a_sentence_is_one_where_something_is_said_of_it(text):
    assert Prompt(text).string("$", "name", "", anything) == "Jane"


def test_other_words_that_begin_a_sentence_are_no_names():
    assert Prompt("There is rain. It was 3. Today is fine.").string("$", "name", "", anything) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [("do a dry run", True), ("--dry-run", True), ("no dryRun", True), ("dry the run", False), ("turn it on", False)],
)
def test_an_argument_is_named_by_its_words(text, named):
    assert Prompt(text).names("dry_run") is named
