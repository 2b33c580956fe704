"""Tools that run twice."""

import pytest


def results(text, *more):
    call = {"id": "call_1", "type": "function", "function": {"name": "pay", "arguments": "{}"}}
    asked = [{"role": "user", "content": "pay"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    return [*asked, *({"role": "tool", "tool_call_id": "call_1", "content": each} for each in (text, *more))]


def test_a_tool_that_a_retry_runs_again_is_found(client):
    client.ask(messages=results("payment 1"), status=500)
    client.ask(after=0.5, messages=results("payment 2"))
    assert client.ids() == ["duplicate-side-effects"]
    assert client.finding("duplicate-side-effects").seen.startswith(
        "After a request that failed the same tool call came with another"
    )


def test_two_results_of_one_call_are_found(client):
    client.ask(messages=results("payment 1", "payment 2"))
    assert client.ids() == ["duplicate-side-effects"]


def test_the_same_result_again_is_not(client):
    client.ask(messages=results("payment 1"), status=500)
    client.ask(after=0.5, messages=results("payment 1"))
    assert client.ids() == []


def test_the_same_talk_held_anew_is_not(client):
    client.ask(messages=results("it is 12:01"))
    client.ask(after=60.0, messages=results("it is 12:02"))
    assert client.ids() == []


def gemini(*results):
    asked = {"role": "model", "parts": [{"functionCall": {"name": name, "args": {}}} for name, _ in results]}
    came = [{"functionResponse": {"name": name, "response": {"result": result}}} for name, result in results]
    return {"contents": [{"role": "user", "parts": [{"text": "pay"}]}, asked, {"role": "user", "parts": came}]}


@pytest.mark.parametrize("names", ["ab", "aa"])
def test_parallel_calls_without_ids_are_not(client, names):
    one, other = names
    client.ask(body=gemini((one, "1"), (other, "2")), status=503)
    client.ask(after=0.5, body=gemini((one, "1"), (other, "2")))
    assert client.ids() == []


def test_a_call_without_an_id_that_a_retry_runs_again_is_found(client):
    client.ask(body=gemini(("a", "1"), ("b", "2")), status=503)
    client.ask(after=0.5, body=gemini(("a", "1"), ("b", "3")))
    assert "duplicate-side-effects" in client.ids()
    assert client.finding("duplicate-side-effects").count == 1


def test_the_same_call_in_another_talk_is_not(client):
    first, second = gemini(("now", "12:01")), gemini(("now", "12:02"))
    second["contents"][0]["parts"][0]["text"] = "book"
    client.ask(body=first, status=503, number=2)
    client.ask(after=0.5, body=second)
    assert client.ids() == []


def test_bedrock_results_count(client):
    def body(text):
        use = {"toolUse": {"toolUseId": "t", "name": "pay", "input": {}}}
        result = {"toolResult": {"toolUseId": "t", "content": [{"text": text}]}}
        asked = [{"role": "user", "content": [{"text": "pay"}]}, {"role": "assistant", "content": [use]}]
        return {"messages": [*asked, {"role": "user", "content": [result]}]}

    client.ask(body=body("payment 1"), status=500)
    client.ask(after=0.5, body=body("payment 2"))
    assert "duplicate-side-effects" in client.ids()


def test_every_result_of_a_round_counts(client):
    def messages(first):
        calls = [{"id": name, "type": "function", "function": {"name": "pay", "arguments": "{}"}} for name in "ab"]
        results = [{"role": "tool", "tool_call_id": name, "content": text} for name, text in (("a", first), ("b", "same"))]
        return [{"role": "user", "content": "pay"}, {"role": "assistant", "content": None, "tool_calls": calls}, *results]

    client.ask(messages=messages("payment 1"), status=500)
    client.ask(after=0.5, messages=messages("payment 2"))
    assert "duplicate-side-effects" in client.ids()
