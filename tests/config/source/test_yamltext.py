"""Reading YAML: the core schema of 1.2, and nothing that could do harm."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from understudy.config.source import parse


@pytest.fixture(params=["libyaml", "python"], autouse=True, scope="module")
def parser(request):
    """Both parsers of PyYAML."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "python":
            patch.setitem(sys.modules, "yaml._yaml", None)
        else:
            pytest.importorskip("yaml._yaml", reason="PyYAML was built without libyaml")
        yield


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("10", 10),
        ("-3", -3),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("yes", "yes"),
        ("off", "off"),
        ("No", "No"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2024-05-01", "2024-05-01"),
        (".inf", ".inf"),
        ("-", [None]),
        ("+", "+"),
        ("'10'", "10"),
        ("! 10", "10"),
        ("!!str 10", "10"),
        ("!!int 10", 10),
        ("!!float 1", 1),
        ("=", "="),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text, value):
    document = parse(f"a: {text}" if text != "-" else "a:\n- ", "x.yaml")
    assert (document.data, document.problems) == ({"a": value}, [])
    assert type(document.data["a"]) is type(value)


def test_keys_are_texts():
    assert parse("yes: 1\n5: 2\nnull: 3\n? long key\n: 4", "x.yaml").data == {"yes": 1, "5": 2, "null": 3, "long key": 4}


def test_anchors_aliases_and_merges():
    text = "base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\nsame: *b\nlist: {<<: [*b, {z: 4}]}"
    assert parse(text, "x.yaml").data == {
        "base": {"x": 1, "y": 2},
        "more": {"y": 3, "x": 1},
        "same": {"x": 1, "y": 2},
        "list": {"x": 1, "y": 2, "z": 4},
    }


def test_a_quoted_merge_key_is_a_key():
    assert parse("'<<': {a: 1}", "x.yaml").data == {"<<": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\na: 2", "x.yaml:2: key 'a' is given twice, first on line 1."),
        ("a: b: c", "x.yaml:1: not YAML: mapping values are not allowed"),
        ("a: 1\n b: 2", "x.yaml:2: not YAML: mapping values are not allowed"),
        ("a: [1, 2 b: ]: c", "x.yaml:1: not YAML: "),
        ("a:\n  'open", "x.yaml:2: not YAML: found unexpected end of stream while scanning a quoted scalar"),
        ("a: 1\nb: \x01", "x.yaml:2: not YAML: character U+0001 is not allowed. Write it as an escape."),
        ("a:\n\tb: 1", "x.yaml:2: not YAML: expected spaces at the beginning of a line, got a tab. Indent with spaces."),
        ("a: 1\n\tb: 1", "x.yaml:2: not YAML: expected spaces at the beginning of a line, got a tab. Indent with spaces."),
        ("\u00e4: é\nb: @c", "x.yaml:2: not YAML: a text without quotes cannot begin with '@'. Put it in quotes."),
        ("a: {b: %d}", "x.yaml:1: not YAML: a text without quotes cannot begin with '%'. Put it in quotes."),
        ("a: **b**", "x.yaml:1: not YAML: a text without quotes cannot begin with '*'. Put it in quotes."),
        ("a: & b", "x.yaml:1: not YAML: a text without quotes cannot begin with '&'. Put it in quotes."),
        ("a: 1\rb: @c", "x.yaml:2: not YAML: found character "),
        ("a: 1\n---\nb: 2", "x.yaml:2: expected one YAML document, got a second one after '---'."),
        (
            "a: !!python/object:os.system [ls]",
            "x.yaml:1: tag '!!python/object:os.system': expected plain YAML, got a typed object.",
        ),
        ("a: !mine x", "x.yaml:1: tag '!mine': expected plain YAML, got a typed object. Remove the tag."),
        ("a: !!binary aGk=", "x.yaml:1: tag '!!binary': expected plain YAML, got a typed object. Remove the tag."),
        ("a: !!set {b}", "x.yaml:1: tag '!!set': expected plain YAML, got a typed object. Remove the tag."),
        ("a: !!int b", "x.yaml:1: tag '!!int': expected a value of that type, got 'b'."),
        ("a: !!bool 1", "x.yaml:1: tag '!!bool': expected a value of that type, got '1'."),
        ("[1]: 2", "x.yaml:1: expected a text as key, got a list."),
        ("{a: 1}: 2", "x.yaml:1: expected a text as key, got a mapping."),
        ("a: &x [1]\n*x : 2", "x.yaml:2: expected a text as key, got a list."),
        ("a: *b", "x.yaml:1: alias '*b': expected an anchor '&b' before it, got none."),
        ("a: &a [*a]", "x.yaml:1: alias '*a': expected a value that is complete, got one that contains the alias."),
        (
            "a: 99999999999999999999",
            "x.yaml:1: expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes.",
        ),
        (
            "a: " + "9" * 5000,
            "x.yaml:1: expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes.",
        ),
        (
            "a: 0x" + "f" * 5000,
            "x.yaml:1: expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes.",
        ),
        (
            "a: 1e999",
            "x.yaml:1: expected a number of at most 64 bits, got a larger one. If it is meant as a text, put it in quotes.",
        ),
        ("[" * 100_000, "x.yaml:1: expected at most 100 levels of nesting, got more."),
        ("- " * 1000, "x.yaml:1: expected at most 100 levels of nesting, got more."),
        ("%YAML 3.0\n--- a", "x.yaml:1: not YAML: found incompatible YAML document"),
    ],
    ids=lambda value: value[:30],
)
def test_what_cannot_be_used_is_told_with_its_line(text, problem):
    assert str(parse(text, "x.yaml").problems[0]).startswith(problem)


def test_an_alias_bomb_is_refused():
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    text = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", *levels])
    document = parse(text, "x.yaml")
    assert [str(problem) for problem in document.problems] == [
        "x.yaml:6: alias '*a4': expected aliases to add at most 200000 values, got more."
    ]


@given(st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"%@`#,?<~ \n\t\\ud01.é\x00\ufeff")), max_size=40))
@example("&a\n*a")
@example("? &a\n: *a")
@example("- &a\n- ? *a")
@example("<<: {a: 1}\n<<: *x")
@example("!<")
@example("\ufeff")
def test_any_text_gives_data_or_problems(text):
    document = parse(text, "x.yaml")
    assert document.data is None or not document.problems or all(problem.line >= 1 for problem in document.problems)
