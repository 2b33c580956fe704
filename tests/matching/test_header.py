"""`header`: names, values, presence, secrets."""

import pytest

HEADERS = {"x-team": "Blue", "accept": "*/*", "x-empty": ""}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"X-Team": "blue"}, True),
        ({"x-team": "red"}, False),
        ({"x-team": {"contains": "lu"}, "accept": "*/*"}, True),
        ({"x-team": "blue", "accept": "text/html"}, False),
        ({"x-other": "blue"}, False),
        ({"x-other": {"not": "blue"}}, True),
        ({"x-team": True, "x-other": False}, True),
        ({"x-empty": True}, True),
        ({"x-empty": ""}, True),
        ({"x-other": ""}, False),
        ({"x-team": False}, False),
    ],
)
def test_headers(ask, condition, holds):
    assert (ask({"header": condition}, headers=HEADERS) is not None) is holds


def test_a_star_in_a_header_is_a_star(ask):
    assert ask({"header": {"accept": "*/*"}}, headers={"accept": "text/html"}) is None


def test_groups_come_from_headers_too(ask):
    assert ask({"header": {"x-team": {"regex": "(?P<team>.+)"}}}, headers=HEADERS) == {"1": "Blue", "team": "Blue"}


def test_a_miss_names_the_header(reasons):
    assert reasons({"header": {"X-Team": "red", "x-other": True}}, headers=HEADERS) == [
        "header.x-team: expected 'red', got 'Blue'",
        "header.x-other: expected any, got nothing",
    ]


@pytest.mark.parametrize("name", ["authorization", "x-api-key", "cookie", "x-auth-token", "x-secret"])
def test_secrets_do_not_show(reasons, name):
    [line] = reasons({"header": {name: "wanted-secret-0123456789"}}, headers={name: "sent-secret-9876543210"})
    assert line == f"header.{name}: expected '...6789', got '...3210'"


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        ("x", (), "header: expected a mapping of header names to text conditions, got the text 'x'. Write {x-name: value}."),
        ({}, (), "header: expected a mapping of header names to text conditions, got an empty mapping. Write {x-name: value}."),
        ({3: "x"}, ("3",), "3: expected the name of a header, got the number 3."),
        ({" ": "x"}, (" ",), " : expected the name of a header, got the text ' '."),
        ({"x team": "x"}, ("x team",), "x team: expected the name of a header, got the text 'x team'."),
        (
            {"x-a": {"prefix": ""}},
            ("x-a", "prefix"),
            "prefix: expected a text, got '', which fits every text. Leave it out, or name a text.",
        ),
    ],
)
def test_mistakes(refused, value, path, message):
    assert refused({"header": value}) == [(("header", *path), message)]
