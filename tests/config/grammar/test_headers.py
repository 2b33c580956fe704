"""Header fields in scripts."""

from __future__ import annotations

import pytest


def test_fields_are_kept_in_order_as_texts(script):
    rule = script("rules: [{reply: {text: a, headers: {X-B: b, x-a: 5, X-C: ' é ', X-D: 1.5, X-E: ''}}}]").rules[0]
    assert rule.replies[0].headers == (("X-B", "b"), ("x-a", "5"), ("X-C", "é"), ("X-D", "1.5"), ("X-E", ""))


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        (r'{x: "a\r\nevil: 1"}', r"expected a header value: one line of Latin-1 text, got 'a\r\nevil: 1'. ($%s.x)"),
        (r'{x: "\u4e2d"}', "expected a header value: one line of Latin-1 text, got '中'. ($%s.x)"),
        (r'{x: "\0"}', r"expected a header value: one line of Latin-1 text, got '\x00'. ($%s.x)"),
        (
            "{x: true}",
            "expected a header value: one line of Latin-1 text, got true. Put it in quotes to make it a text. ($%s.x)",
        ),
        ("{'a b': c}", "header 'a b': expected a name of letters, digits and hyphens. ($%s['a b'])"),
        ("{'': c}", "header '': expected a name of letters, digits and hyphens. ($%s[''])"),
        (
            "{Content-Length: 5}",
            (
                "header 'Content-Length': expected a field of the answer, got one the server itself sets. Remove it. "
                "($%s.Content-Length)"
            ),
        ),
        ("[a]", "expected a mapping of header names to values, got a list. ($%s)"),
    ],
)
def test_nothing_breaks_out_of_its_field(problems, headers, problem):
    found = problems(f"rules: [{{reply: {{text: a, headers: {headers}}}}}]")
    assert found == ["script.yaml:1: " + problem % ".rules[0].reply.headers"]
