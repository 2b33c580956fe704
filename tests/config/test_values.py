"""Kinds of scalar values."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from understudy.config.values import (
    COUNT,
    FILE,
    IN_QUOTES,
    INTEGER,
    NAME,
    NAMES,
    NUMBER,
    PORT,
    POSITIVE,
    SWITCH,
    TEXT,
    TOKENS,
    choice,
    describe,
)

UNIT = choice(Literal["token", "char"])


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (TEXT, "", ""),
        (TEXT, "é", "é"),
        (NAME, "a", "a"),
        (PORT, 0, 0),
        (PORT, 65535, 65535),
        (COUNT, 0, 0),
        (POSITIVE, 1, 1),
        (INTEGER, 2**64 - 1, 2**64 - 1),
        (TOKENS, 1, 1.0),
        (TOKENS, 200_000, 200_000.0),
        (NUMBER, -1.5, -1.5),
        (UNIT, "char", "char"),
        (SWITCH, True, True),
        (SWITCH, "Off", False),
        (SWITCH, "yes", True),
        (SWITCH, "0", False),
        (NAMES, ["a", "b"], ("a", "b")),
        (NAMES, [], ()),
        (FILE, "a/b.pem", Path("a/b.pem")),
        (FILE, None, None),
    ],
)
def test_a_fitting_value_is_read(kind, written, value):
    assert kind.read(written) == value
    assert type(kind.read(written)) is type(value)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (TEXT, 5),
        (TEXT, None),
        (TEXT, "\udcff"),
        (NAME, " "),
        (PORT, -1),
        (PORT, 65536),
        (PORT, True),
        (PORT, 80.0),
        (PORT, "80"),
        (COUNT, -1),
        (POSITIVE, 0),
        (INTEGER, 2**64),
        (TOKENS, -0.5),
        (TOKENS, 200_000.5),
        (TOKENS, float("nan")),
        (NUMBER, float("inf")),
        (NUMBER, 10**400),
        (NUMBER, "5"),
        (NUMBER, False),
        (UNIT, "word"),
        (UNIT, ["char"]),
        (SWITCH, "maybe"),
        (SWITCH, 1),
        (NAMES, "a"),
        (NAMES, ["a", ""]),
        (NAMES, [5]),
        (FILE, ""),
        (FILE, "a\0b"),
    ],
)
def test_any_other_value_is_refused(kind, written):
    with pytest.raises(ValueError):
        kind.read(written)


@pytest.mark.parametrize(
    ("kind", "flag", "value"),
    [
        (PORT, "80", 80),
        (PORT, "8e1", "8e1"),
        (PORT, "٨", "٨"),
        (TOKENS, " 1.5 ", 1.5),
        (NUMBER, "-2", -2),
        (INTEGER, "9" * 30, "9" * 30),
        (NAMES, "a, b,,c", ["a", "b", "c"]),
        (NAMES, "", []),
        (TEXT, "80", "80"),
    ],
)
def test_the_text_of_a_flag_becomes_what_a_script_would_hold(kind, flag, value):
    assert kind.parse(flag) == value


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (PORT, 80, "80"),
        (TOKENS, 256.0, "256"),
        (SWITCH, True, "on"),
        (SWITCH, False, "off"),
        (NAMES, ("a", "b"), "a, b"),
        (NAMES, (), "none"),
        (FILE, None, "none"),
        (FILE, Path("a"), "a"),
    ],
)
def test_a_value_is_shown_as_a_user_writes_it(kind, value, shown):
    assert kind.show(value) == shown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (1.5, "1.5"),
        ("abc", "'abc'"),
        ("x" * 100, "'" + "x" * 55 + "...'"),
        ([1], "a list"),
        ((1,), "a list"),
        ({}, "a mapping"),
    ],
)
def test_what_was_got_is_said_briefly(value, said):
    assert describe(value) == said


def test_a_choice_lists_its_words():
    assert UNIT.expected == "token or char"


@pytest.mark.parametrize(
    ("kind", "value", "places", "told"),
    [
        (
            NAMES,
            ["a", "", 5],
            [(1,), (2,)],
            ["a text that is not empty, got ''.", f"a text that is not empty, got 5.{IN_QUOTES}"],
        ),
        (NAMES, "a", [()], ["a list of names, got 'a'."]),
        (NAME, True, [()], [f"a text that is not empty, got true.{IN_QUOTES}"]),
        (FILE, 5, [()], [f"the path of a file, got 5.{IN_QUOTES}"]),
        (PORT, 70000, [()], ["a port number from 0 to 65535, got 70000."]),
        (UNIT, 5, [()], ["token or char, got 5."]),
        (SWITCH, 1, [()], ["on or off, got 1."]),
        (NAME, "a", [], []),
    ],
)
def test_what_does_not_fit_is_told_and_whether_quotes_mend_it(kind, value, places, told):
    misfits = kind.misfits(value)
    assert [misfit.at for misfit in misfits] == places
    assert [misfit.told().removeprefix("expected ") for misfit in misfits] == told
    assert kind.takes(value) == (not told)


def test_of_a_secret_only_its_shape_is_told():
    assert [misfit.told(secret=True) for misfit in NAMES.misfits([5, []])] == [
        f"expected a text that is not empty, got a secret.{IN_QUOTES}",
        "expected a text that is not empty, got a list.",
    ]


def test_a_name_given_twice_is_listed_once():
    assert NAMES.read(NAMES.parse("b, a,b")) == ("b", "a")
