"""Tools that run twice."""


def results(text, *more):
    call = {"id": "call_1", "type": "function", "function": {"name": "pay", "arguments": "{}"}}
    asked = [{"role": "user", "content": "pay"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    return [*asked, *({"role": "tool", "tool_call_id": "call_1", "content": each} for each in (text, *more))]


def test_a_tool_that_a_retry_runs_again_is_found(client):
    client.ask(messages=results("payment 1"), status=500)
    client.ask(after=0.5, messages=results("payment 2"))
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
