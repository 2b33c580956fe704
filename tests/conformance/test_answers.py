"""One script answers every dialect: the same text, tool calls, thoughts, endings and counts, whole and streamed."""

from __future__ import annotations

import pytest


@pytest.fixture
def asked(engine, script, cases, wish, tell, speaker):
    """Ask a case, whole or streamed, of one server with the one script."""
    server = engine(script)

    def answered(case, *, stream=False):
        wants = cases[case].get("ask", {})
        wants = {**wants, "stop": tuple(wants.get("stop", ()))}
        told = tell(server, speaker, wish(case, stream, **wants))
        assert told.answer.status == 200, told.answer.body
        return told.facts

    return answered


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_every_dialect_says_the_same(asked, name, cases, expected, compare, subtests, stream):
    for case in cases:
        with subtests.test(case):
            compare(asked(case, stream=stream), expected(name, case))


def test_a_stream_says_what_the_whole_answer_says_counts_included(asked, cases, subtests):
    for case in cases:
        with subtests.test(case):
            assert asked(case, stream=True) == asked(case)


def test_what_is_said_is_counted(asked, name):
    facts, longer = asked("text"), asked("length")
    assert facts.completion_tokens < longer.completion_tokens
    if name != "tgi-generate":  # tells what it generated and not what it read
        assert facts.prompt_tokens > 0


def test_every_exception_says_something_else_and_why(exceptions, cases, spoken):
    for exception in exceptions:
        assert set(exception["speakers"]) <= set(spoken)
        assert exception["because"].endswith(".")
        for case, facts in exception["cases"].items():
            assert {**cases[case]["facts"], **facts} != cases[case]["facts"]
