"""Broken answers taken for whole."""

import pytest

WHOLE = "The sky is blue."


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("early-end;event=3", "done"),
        ("reset;event=3", "aborted"),
        ("close", "closed"),
        ("malformed", "done"),
        ("error-event", "done"),
    ],
)
def test_a_talk_that_goes_on_with_half_an_answer_is_found(client, talk, fault, outcome):
    client.ask("why?", stream=True, faults=(fault,), outcome=outcome, said=WHOLE)
    client.ask(messages=talk("why?", "The sky", "and at night?"))
    assert client.ids() == ["broken-answer-accepted"]
    assert (
        client.finding("broken-answer-accepted").seen
        == f"After {fault} the talk went on with 7 of 16 characters of the answer."
    )


def test_a_long_answer_is_judged_by_what_followed(client, talk):
    client.ask("why?", stream=True, outcome="aborted")
    client.ask(messages=talk("why?", "The sky", "and at night?"))
    assert client.ids() == ["broken-answer-accepted"]


def test_a_retry_makes_it_whole(client, talk):
    client.ask("why?", stream=True, faults=("early-end;event=3",), said=WHOLE)
    client.ask("why?", stream=True)
    client.ask(messages=talk("why?", WHOLE, "and at night?"))
    assert client.ids() == []


@pytest.mark.parametrize("taken", [WHOLE, "An answer from elsewhere."])
def test_the_whole_answer_or_another_is_not(client, talk, taken):
    client.ask("why?", stream=True, faults=("early-end",), said=WHOLE)
    client.ask(messages=talk("why?", taken, "and at night?"))
    assert client.ids() == []


def test_an_error_shown_to_the_user_is_not(client):
    client.ask("why?", stream=True, outcome="aborted", said=WHOLE)
    client.ask("something else")
    assert client.ids() == []


def test_a_fault_of_streams_leaves_whole_answers_whole(client, talk):
    client.ask("why?", faults=("error-event",), said="other words")
    client.ask(messages=talk("why?", "other", "and?"))
    assert client.ids() == []
