"""Tool loops without a bound."""


def rounds(count, arguments=str, result=lambda _at: "no"):
    messages = [{"role": "user", "content": "do it"}]
    for at in range(count):
        call = {"id": f"call_{at}", "type": "function", "function": {"name": "look", "arguments": arguments(at)}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"call_{at}", "content": result(at)})
    return messages


def test_a_loop_that_goes_on_and_on_is_found_once(client):
    for count in range(1, 31):
        client.ask(messages=rounds(count))
    finding = client.finding("tool-loop")
    assert client.ids() == ["tool-loop"]
    assert (finding.count, finding.seen) == (1, "30 rounds of tool calls in a row, without a word of the user.")


def test_the_same_call_again_and_again_is_found(client):
    client.ask(messages=rounds(5, lambda _at: "{}"))
    assert client.finding("tool-loop").seen == "The same tool call was made 5 times in a row, with the same result."


def test_asking_a_tool_until_it_has_news_is_not(client):
    client.ask(messages=rounds(12, lambda _at: "{}", lambda at: f"{at} of 12 done"))
    assert client.ids() == []
    client.ask(messages=rounds(12, lambda _at: "{}", lambda at: f"{min(at, 7)} of 12 done"))
    assert client.finding("tool-loop").seen == "The same tool call was made 5 times in a row, with the same result."


def test_some_rounds_are_not(client):
    client.ask(messages=rounds(25))
    client.ask(messages=[*rounds(20), {"role": "user", "content": "more"}, *rounds(20)[1:]])
    assert client.ids() == []
    assert client.ids(tool_rounds=10) == ["tool-loop"]


def test_loops_of_other_providers_count(client):
    use = {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "look", "input": {}}]}
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "no"}]}
    client.ask(body={"messages": [{"role": "user", "content": "do it"}, *[use, result] * 5]})
    call, output = (
        {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"},
        {"type": "function_call_output"},
    )
    output |= {"call_id": "c", "output": "no"}
    thought = {"type": "reasoning", "id": "rs", "summary": []}
    client.ask(body={"input": [{"role": "user", "content": "go"}, *[thought, call, output] * 5]})
    asked = {"role": "model", "parts": [{"functionCall": {"name": "look", "args": {}}}]}
    came = {"role": "user", "parts": [{"functionResponse": {"name": "look", "response": {}}}]}
    client.ask(body={"contents": [{"role": "user", "parts": [{"text": "go"}]}, *[asked, came] * 5]})
    use = {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "look", "input": {}}}]}
    result = {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "no"}]}}]}
    client.ask(body={"messages": [{"role": "user", "content": [{"text": "go"}]}, *[use, result] * 5]})
    assert client.finding("tool-loop").count == 4


def test_calls_made_at_once_are_one_round(client):
    call = {"type": "function_call", "name": "look"}
    items = [{"role": "user", "content": "go"}]
    for at in range(20):
        items += [{**call, "call_id": f"{at}{name}", "arguments": f'"{at}{name}"'} for name in "ab"]
        items += [{"type": "function_call_output", "call_id": f"{at}{name}", "output": "no"} for name in "ab"]
    client.ask(body={"input": items})
    assert client.ids() == []
    assert client.ids(tool_rounds=19) == ["tool-loop"]


def test_each_loop_of_a_client_is_told(client):
    for asked in ("do it", "do that"):
        for count in (26, 27):
            client.ask(messages=[{"role": "user", "content": asked}, *rounds(count)[1:]])
    assert client.finding("tool-loop").count == 2


def test_each_loop_of_a_talk_is_told(client):
    client.ask(messages=rounds(26))
    client.ask(messages=[*rounds(26), {"role": "user", "content": "more"}, *rounds(27)[1:]])
    assert client.finding("tool-loop").count == 2
