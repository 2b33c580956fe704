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


def test_the_thoughts_before_an_answer_are_no_word_of_the_user(client):
    asked = [{"role": "user", "content": "a list, please"}]
    thought = {"type": "reasoning", "id": "rs", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]}
    answer = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "one two, to continue"}]}
    client.ask(body={"input": asked}, finish="length", completion_tokens=5, said="one two, to continue that")
    client.ask(body={"input": [*asked, thought, answer]})  # the answer is put in the model's mouth, to be gone on with
    assert client.ids() == []


def test_an_answer_of_several_items_is_one(client):
    asked = [{"role": "user", "content": "a list, please"}]
    thought = {"type": "reasoning", "id": "rs", "summary": []}
    answer = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "one two, to continue"}]}
    client.ask(body={"input": asked}, finish="length", completion_tokens=5, said="one two, to continue that")
    client.ask(body={"input": [*asked, thought, answer, {"role": "user", "content": "thanks"}]})
    assert client.ids() == ["length-ignored"]
