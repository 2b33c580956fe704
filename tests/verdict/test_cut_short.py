"""finish_reason: length ignored."""

import pytest


def test_going_on_with_a_cut_answer_is_found(client, talk):
    client.ask("a list, please", finish="length", completion_tokens=5, said="one two three")
    client.ask(messages=talk("a list, please", "one two", "thanks"))
    assert client.ids() == ["length-ignored"]
    assert client.finding("length-ignored").seen == "An answer was cut off after 5 tokens; the talk went on with it as it was."


def test_all_the_tokens_that_were_allowed_are_a_cut(client, talk):
    asked = {"messages": talk("a list, please"), "max_tokens": 5}
    client.ask(body=asked, completion_tokens=5)
    client.ask(messages=talk("a list, please", "one two", "thanks"))
    assert client.ids() == ["length-ignored"]


@pytest.mark.parametrize("rest", [["Please continue."], []])
def test_asking_to_go_on_is_not(client, talk, rest):
    client.ask("a list, please", finish="length", completion_tokens=5)
    client.ask(messages=talk("a list, please", "one two", *rest))
    assert client.ids() == []


@pytest.mark.parametrize("fields", [{"finish": "stop"}, {"finish": "", "completion_tokens": 4}])
def test_an_answer_that_ended_is_not(client, talk, fields):
    asked = {"messages": talk("a list, please"), "max_tokens": 5}
    client.ask(body=asked, **{"completion_tokens": 5} | fields)
    client.ask(messages=talk("a list, please", "one two", "thanks"))
    assert client.ids() == []
