"""Text conditions: plain texts, operators, combinations, mistakes."""

import pytest

KEYS = "equals, contains, prefix, regex, glob, any, all"


@pytest.mark.parametrize(
    ("condition", "text", "holds"),
    [
        ("ping", "ping", True),
        ("ping", "  PING\n", True),
        (" Ping ", "ping", True),
        ("ping", "pinging", False),
        ("", "", True),
        ("", " ", True),
        ("", "x", False),
        ("STRASSE", "straße", True),
        ({"equals": ["a", "b"]}, "B", True),
        ({"equals": ["a", "b"]}, "c", False),
        ({"contains": "Weather"}, "the WEATHER in Paris", True),
        ({"contains": "weather"}, "whether", False),
        ({"contains": ["rain", "sun"]}, "a sunny day", True),
        ({"contains": ["rain", "sun"]}, "a day", False),
        ({"prefix": "Dear"}, " dear sir", True),
        ({"prefix": "Dear"}, "my dear", False),
        ({"prefix": ["a", "b"]}, "bc", True),
        ({"regex": "colou?r"}, "what colour", True),
        ({"regex": "colou?r"}, "what COLOUR", False),
        ({"regex": "(?i)colou?r"}, "what COLOUR", True),
        ({"regex": "^$"}, "", True),
        ({"regex": "^a"}, " a", False),
        ({"regex": ["x", "y"]}, "xylophone", True),
        ({"regex": "é+"}, "caféé", True),
        ({"glob": "say *"}, "Say it", True),
        ({"glob": "say *"}, "I say it", False),
        ({"glob": "gpt-?"}, "gpt-4", True),
        ({"glob": "gpt-?"}, "gpt-45", False),
        ({"glob": "*a.c*"}, "xxABCxx", False),
        ({"glob": "*a.c*"}, "xxA.Cxx", True),
        ({"glob": "a*\tz"}, "a\n\tz", True),
        ({"glob": "plain"}, "PLAIN", True),
        ({"glob": "[ab]"}, "a", False),
        ({"glob": "[ab]*"}, "[AB]c", True),
        ({"any": ["a", {"contains": "b"}]}, "xbx", True),
        ({"any": ["a", {"contains": "b"}]}, "x", False),
        ({"all": [{"contains": "a"}, {"contains": "b"}]}, "b a", True),
        ({"all": [{"contains": "a"}, {"contains": "b"}]}, "b", False),
        ({"not": {"contains": "a"}}, "b", True),
        ({"not": {"contains": "a"}}, "ba", False),
        ({"not": {"any": ["a", {"not": "b"}]}}, "b", True),
        ({"contains": "a", "not": {"contains": "b"}}, "a", True),
        ({"contains": "a", "not": {"contains": "b"}}, "ab", False),
    ],
)
def test_a_text_condition(ask, condition, text, holds):
    assert (ask({"user": condition}, text) is not None) is holds


def test_regex_groups_come_back_numbered_and_named(ask):
    groups = ask({"user": {"regex": r"(?P<verb>\w+) (\d+)?"}}, "é add x")
    assert groups == {"1": "add", "2": "", "verb": "add"}


def test_groups_of_all_conditions_are_joined_and_the_first_of_a_name_wins(ask):
    both = {"all": [{"regex": "(?P<a>x)"}, {"regex": "(?P<b>y)"}]}
    assert ask({"user": both}, "xy") == {"1": "x", "a": "x", "b": "y"}


def test_any_gives_the_groups_of_the_first_that_holds(ask):
    either = {"any": [{"contains": "zz"}, {"regex": "(b)"}, {"regex": "(a)"}]}
    assert ask({"user": either}, "ab") == {"1": "b"}


def test_not_gives_no_groups(ask):
    assert ask({"user": {"not": {"regex": "(x)"}}}, "y") == {}


@pytest.mark.parametrize(
    ("condition", "path", "message"),
    [
        (3, (), f"user: expected a text or a mapping with {KEYS} or not, got the number 3. Put quotes around it."),
        (True, (), f"user: expected a text or a mapping with {KEYS} or not, got true. Put quotes around it."),
        (None, (), f"user: expected a text or a mapping with {KEYS} or not, got nothing."),
        (
            ["a"],
            (),
            f"user: expected a text or a mapping with {KEYS} or not, got a list. Write {{any: [...]}} for one of several.",
        ),
        ({}, (), f"user: expected one of {KEYS} or not, got an empty mapping."),
        (
            {"contians": "x"},
            ("contians",),
            f"unknown text condition 'contians': expected one of {KEYS}, not. Did you mean 'contains'?",
        ),
        ({1: "x"}, (1,), f"unknown text condition 1: expected one of {KEYS}, not."),
        ({"equals": 4}, ("equals",), "equals: expected a text or a list of texts, got the number 4. Put quotes around it."),
        ({"equals": []}, ("equals",), "equals: expected a text or a list of texts, got an empty list. Name at least one."),
        ({"prefix": ["a", {}]}, ("prefix", 1), "prefix: expected a text or a list of texts, got an empty mapping."),
        (
            {"contains": " "},
            ("contains",),
            "contains: expected a text, got ' ', which fits every text. Leave it out, or name a text.",
        ),
        ({"any": "x"}, ("any",), "any: expected a list of text conditions, got the text 'x'."),
        ({"all": []}, ("all",), "all: expected a list of text conditions, got an empty list. Name at least one."),
        (
            {"all": ["a", {"not": {"regex": "("}}]},
            ("all", 1, "not", "regex"),
            "regex: cannot use '(': missing ): (. The syntax is that of RE2.",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(refused, condition, path, message):
    assert refused({"user": condition}) == [(("user", *path), message)]


def test_all_mistakes_are_found_at_once(refused):
    errors = refused({"user": {"any": [1, {"regex": "(", "prefix": 2}], "x": 1}, "turn": "first"})
    assert [path for path, _ in errors] == [
        ("user", "any", 0),
        ("user", "any", 1, "regex"),
        ("user", "any", 1, "prefix"),
        ("user", "x"),
        ("turn",),
    ]


def test_nesting_has_an_end(refused):
    condition: object = "x"
    for _ in range(5000):
        condition = {"not": condition}
    [(path, message)] = refused({"user": condition})
    assert len(path) == 21
    assert message == "not: expected at most 20 conditions inside each other. Flatten it."
