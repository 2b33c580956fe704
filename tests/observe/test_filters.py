"""What exchanges are chosen by."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from understudy.model.reply import Failure, Reasoning, Reply, Text, ToolCall
from understudy.observe.filters import HELP, READERS, TESTS, chooser


def test_every_filter_has_its_help():
    assert set(HELP) == set(READERS) | set(TESTS)


@pytest.mark.parametrize(
    ("moments", "chosen"),
    [
        ({"since": 1.0}, [1.0, 2.0, 3.0]),
        ({"since": 2.0}, [2.0, 3.0]),
        ({"until": 2.0}, [1.0]),
        ({"since": 2.0, "until": 3.0}, [2.0]),
    ],
)
def test_a_span_of_time(make_exchange, moments, chosen):
    exchanges = [make_exchange(started=moment) for moment in (1.0, 2.0, 3.0)]
    assert [exchange.started for exchange in filter(chooser(moments), exchanges)] == chosen


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("the sky", True),
        ("THE SKY", True),
        ('say "no"', True),  # as JSON spells it
        ("café", True),
        ("two\nlines", True),
        ("CAFÉ", True),
        ("\\u00e9", True),  # as it stands there
        ('say \\"no\\"', True),
        ("the sea", False),
    ],
)
def test_a_text_in_what_was_sent(make_exchange, text, holds):
    body = b'{"content": "The sky; say \\"no\\" to caf\\u00e9, two\\nlines"}'
    assert chooser({"text": text})(make_exchange(body=body)) is holds
    body = '{"content": "The sky; say \\"no\\" to café (\\u00e9), two\\nlines"}'.encode()
    assert chooser({"text": text})(make_exchange(body=body)) is holds


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text(), st.booleans())
def test_a_text_is_found_however_json_spells_it_in_upper_or_lower_case(make_exchange, text, before, is_ascii):
    body = json.dumps({"content": before + text}, ensure_ascii=is_ascii).encode()
    arguments = Reply((ToolCall("look", body.decode()),))
    for wanted in (text, *(made for made in (text.upper(), text.lower()) if made.casefold() == text.casefold())):
        assert chooser({"text": wanted})(make_exchange(body=body))
        assert chooser({"text": wanted})(make_exchange(reply=arguments))


@pytest.mark.parametrize("wanted", ["Übung", "übung", '"Übung"', "zur Übung"])
def test_a_text_is_found_in_json_within_json(make_exchange, wanted):
    arguments = json.dumps({"said": 'zur "Übung"' if '"' in wanted else "zur Übung"})
    history = json.dumps({"messages": [{"tool_calls": [{"arguments": arguments}]}]})
    for body in (history, json.dumps({"body": history})):
        assert chooser({"text": wanted})(make_exchange(body=body.encode()))


def test_a_text_is_looked_for_in_escapes_of_escapes_only_so_deep(make_exchange):
    """Each turn would take off a layer, of as many as the body has characters."""
    assert not chooser({"text": "none"})(make_exchange(body=b"\\u005c" + b"u005c" * 200_000))


@pytest.mark.parametrize(
    "reply",
    [
        Reply((Text("it is Blue"),)),
        Reply((Reasoning("blue?"), Text("yes"))),
        Reply((ToolCall("look", '{"colour": "blue"}'),)),
        Reply(failure=Failure(429, "rate_limit", "too blue")),
    ],
)
def test_a_text_in_what_was_answered(make_exchange, reply):
    found = make_exchange(reply=reply)
    assert chooser({"text": "blue"})(found)
    assert not chooser({"text": "red"})(found)
    assert not chooser({"text": "blue"})(make_exchange())
