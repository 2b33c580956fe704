"""Broken answers taken for whole."""

import pytest

from understudy.model.reply import Reply, ToolCall

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


@pytest.mark.parametrize(
    "taken", ["The \ufffd is blue.", "\ufffdsky is", "The sky is\ufffd", "he sky is blue.", "The is blue."]
)
def test_what_is_damaged_in_the_middle_is_found(client, talk, taken):
    client.ask("why?", stream=True, faults=("invalid-utf8",), said=WHOLE)
    client.ask(messages=talk("why?", taken, "and at night?"))
    assert client.ids() == ["broken-answer-accepted"]


@pytest.mark.parametrize("taken", [WHOLE, "An answer from elsewhere.", "The.", "a \ufffd is blue.", "The \ufffd is green."])
def test_the_whole_answer_or_another_is_not(client, talk, taken):
    client.ask("why?", stream=True, faults=("early-end",), said=WHOLE)
    client.ask(messages=talk("why?", taken, "and at night?"))
    assert client.ids() == []


@pytest.mark.parametrize(
    "rest", [[], ["Your previous response was interrupted. Continue from where you left off."], ["Please go on."]]
)
def test_an_answer_that_the_model_is_to_go_on_with_is_not(client, talk, rest):
    client.ask("why?", stream=True, faults=("early-end",), said=WHOLE)
    client.ask(messages=talk("why?", "The sky", *rest))
    assert client.ids() == []


def test_an_error_shown_to_the_user_is_not(client):
    client.ask("why?", stream=True, outcome="aborted", said=WHOLE)
    client.ask("something else")
    assert client.ids() == []


def test_a_fault_of_streams_leaves_whole_answers_whole(client, talk):
    client.ask("why?", faults=("error-event",), said="other words")
    client.ask(messages=talk("why?", "other", "and?"))
    assert client.ids() == []


PAY = Reply((ToolCall("pay", '{"to": "bob", "amount": 100, "tags": ["a", "bc"]}'), ToolCall("note", '{"text": "paid"}')))


def ran(client, *arguments, result=True, then=None):
    """A stream of two calls that broke off; the talk goes on with these arguments, and with results or a question."""
    client.ask("pay", stream=True, faults=("early-end;event=4",), reply=PAY)
    calls = [
        {"id": name, "type": "function", "function": {"name": name, "arguments": given}}
        for name, given in zip(("pay", "note"), arguments, strict=False)
    ]
    results = [{"role": "tool", "tool_call_id": call["id"], "content": "done"} for call in calls]
    after = results if result else [{"role": "user", "content": "what was that?"}]
    turn = [{"role": "user", "content": "pay"}, {"role": "assistant", "content": None, "tool_calls": calls}]
    client.ask(messages=[*turn, *after, *([{"role": "user", "content": then}] if then else [])])


@pytest.mark.parametrize(
    "arguments", ['{"to', '{"to":"bo', "{}", '{"to": "b"}', '{"to": "bob", "amount": 1}', '{"tags": ["a", "b"]}']
)
def test_tools_that_ran_on_part_of_a_call_are_found(client, arguments):
    ran(client, arguments)
    seen = client.finding("broken-answer-accepted").seen
    assert seen == "After early-end;event=4 the talk went on with part of the arguments of a tool call."


def test_some_of_the_calls_are_found(client):
    ran(client, PAY.blocks[0].arguments)
    assert client.finding("broken-answer-accepted").seen == "After early-end;event=4 the talk went on with 1 of 2 tool calls."


@pytest.mark.parametrize("arguments", [(PAY.blocks[0].arguments.replace(" ", ""), '{"text":"paid"}'), ('{"to": "ann"}', "{}")])
def test_whole_calls_or_others_are_not(client, arguments):
    ran(client, *arguments)
    assert client.ids() == []


def test_a_call_that_nobody_ran_is_not(client):
    ran(client, '{"to', result=False)
    assert client.ids() == []


def test_tools_that_ran_on_part_of_a_call_are_found_whatever_the_model_is_asked(client):
    ran(client, '{"to', then="Please continue.")
    assert client.ids() == ["broken-answer-accepted"]
