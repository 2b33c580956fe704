"""The official client on the Responses API, with strict validation of every document it is given."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import openai
import pytest
from pydantic import BaseModel

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "Weather of a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}
HOSTED = """
rules:
  - reply:
      blocks:
        - item: {type: web_search_call}
        - item: {type: file_search_call, results: [{file_id: f, filename: a.txt, score: 0.5, text: t}]}
        - item: {type: code_interpreter_call, code: "1+1"}
        - item: {type: image_generation_call}
        - item: {type: mcp_list_tools}
        - item: {type: mcp_call, output: "x"}
        - item: {type: mcp_approval_request}
        - text: "Found."
"""


class Person(BaseModel):
    name: str
    age: int


def test_create_retrieve_list_delete(client):
    made = client.responses.create(model="gpt-4o-mini", input="hello", metadata={"a": "b"})
    assert made.output_text
    assert made.status == "completed"
    assert client.responses.retrieve(made.id) == made
    (item,) = client.responses.input_items.list(made.id)
    assert item.content[0].text == "hello"
    client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)


def test_a_conversation_of_responses(client):
    first = client.responses.create(model="gpt-4o-mini", input="hello")
    second = client.responses.create(model="gpt-4o-mini", input="and?", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model="gpt-4o-mini", input="and?", previous_response_id="resp_none")
    assert refused.value.code == "previous_response_not_found"


@pytest.mark.parametrize("model", ["gpt-4o-mini", "gpt-5", "gpt-5.6"])
def test_the_streaming_helper_accepts_the_order_of_events(client, model):
    with client.responses.stream(model=model, input="hello") as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert final.output_text


def test_a_tool_loop_ends(client):
    first = client.responses.create(model="gpt-4o-mini", input="What is the weather in Paris?", tools=[WEATHER])
    (call,) = first.output
    assert (call.type, call.name, call.arguments) == ("function_call", "get_weather", '{"city":"Paris"}')
    items = [{"type": "message", "role": "user", "content": "What is the weather in Paris?"}, call.to_dict()]
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    last = client.responses.create(model="gpt-4o-mini", input=[*items, output], tools=[WEATHER])
    assert "sunny" in last.output_text


def test_parse_makes_the_object(client):
    parsed = client.responses.parse(model="gpt-4o-mini", input="Ada is 36 years old", text_format=Person).output_parsed
    assert isinstance(parsed, Person)
    with client.responses.stream(model="gpt-4o-mini", input="Ada is 36 years old", text_format=Person) as stream:
        assert isinstance(stream.get_final_response().output_parsed, Person)


def test_reasoning_is_shown_as_asked(client):
    made = client.responses.create(
        model="gpt-5", input="think", reasoning={"effort": "low", "summary": "auto"}, include=["reasoning.encrypted_content"]
    )
    reasoning, message = made.output
    assert reasoning.encrypted_content.startswith("gAAAA")
    assert made.usage.output_tokens_details.reasoning_tokens == 64
    again = client.responses.create(
        model="gpt-5",
        input=[{"role": "user", "content": "think"}, reasoning.to_dict(), message.to_dict(), {"role": "user", "content": "on"}],
    )
    assert again.status == "completed"


def test_hosted_items_are_what_the_client_expects(serve, connect):
    client = connect(serve(HOSTED))
    made = client.responses.create(model="gpt-4o", input="look", include=["file_search_call.results"])
    assert [item.type for item in made.output][-1] == "message"
    assert made.output[1].results[0].filename == "a.txt"
    with client.responses.stream(model="gpt-4o", input="look") as stream:
        assert len(stream.get_final_response().output) == 8


def test_the_background(client):
    made = client.responses.create(model="gpt-4o-mini", input="hello", background=True)
    assert made.status == "queued"
    assert client.responses.retrieve(made.id).output_text
    with pytest.raises(openai.BadRequestError, match="Cannot cancel a completed response"):
        client.responses.cancel(made.id)
    begun = next(iter(client.responses.create(model="gpt-4o-mini", input="hello", background=True, stream=True)))
    events = list(client.responses.retrieve(begun.response.id, stream=True, starting_after=2))
    assert events[0].sequence_number == 3
    assert events[-1].type == "response.completed"


def test_cut_off(client):
    made = client.responses.create(model="gpt-4o-mini", input="hello " * 3, max_output_tokens=16)
    assert made.status in ("completed", "incomplete")
    assert made.usage.output_tokens <= 17


def test_conversations(client):
    item = {"type": "message", "role": "user", "content": "Ahoy"}
    made = client.conversations.create(items=[item], metadata={"a": "b"})
    client.responses.create(model="gpt-4o-mini", input="hello", conversation=made.id)
    assert len(list(client.conversations.items.list(made.id))) == 3
    added = client.conversations.items.create(made.id, items=[item])
    assert client.conversations.items.retrieve(added.data[0].id, conversation_id=made.id).role == "user"
    client.conversations.items.delete(added.data[0].id, conversation_id=made.id)
    assert client.conversations.update(made.id, metadata={"c": "d"}).metadata == {"c": "d"}
    assert client.conversations.retrieve(made.id).metadata == {"c": "d"}
    assert client.conversations.delete(made.id).deleted is True


def test_counting_and_compacting(client):
    assert client.responses.input_tokens.count(model="gpt-4o", input="hi").input_tokens == 8
    first = client.responses.create(model="gpt-4o", input="hello")
    # read as it is: the client's type for outputs knows no message of a user
    small = json.loads(client.responses.with_raw_response.compact(model="gpt-4o", previous_response_id=first.id).text)
    assert [item["type"] for item in small["output"]] == ["message", "compaction"]
    on = client.responses.create(model="gpt-4o", input=[*small["output"], {"role": "user", "content": "on"}])
    assert on.status == "completed"


def test_the_streaming_helper_takes_up_a_stream(client):
    with client.responses.stream(model="gpt-4o", input="hello", background=True) as stream:
        begun = [event for event, _ in zip(stream, range(6), strict=False)]
    with client.responses.stream(response_id=begun[0].response.id, starting_after=begun[-1].sequence_number) as stream:
        rest = list(stream)
    assert [event.sequence_number for event in rest] == list(range(6, 6 + len(rest)))
    assert rest[-1].type == "response.completed"


@pytest.mark.parametrize("how", [{}, {"stream": True}, {"stream": True, "eager": True}])
@pytest.mark.parametrize("wishes", [{"model": "gpt-5"}, {"model": "gpt-5", "store": False}])
def test_the_tool_runner_comes_to_an_end(client, how, wishes):
    runner = pytest.importorskip("openai.lib.responses_tool_runner")
    asked = []

    def execute(arguments):
        asked.append(arguments)
        return "It is sunny."

    tools = runner.ResponsesToolRunner(functions=[runner.RegisteredFunction(tool=WEATHER, execute=execute)])
    answer = tools.run(client, {"input": "What is the weather in Paris?", **wishes}, **how)
    assert asked == [{"city": "Paris"}]
    assert "sunny" in answer.output_text


def test_a_stream_that_fails_ends_by_saying_so(plain):
    answer = httpx.post(
        f"{plain.openai_url}/responses",
        json={"model": "gpt-4o", "input": "hello", "stream": True},
        headers={"x-understudy-fault": "error-event;event=6"},
    )
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
    assert [event["sequence_number"] for event in events] == list(range(7))
    assert [event["type"] for event in events[-2:]] == ["error", "response.failed"]
    assert events[-1]["response"]["status"] == "failed"
    assert events[-1]["response"]["error"]["code"] == "server_error"


def test_who_hangs_up_while_a_response_is_made_cancels_it(serve, connect):
    client = connect(serve("timing: {itl: 20ms}\nrules: [{reply: {generate: {tokens: 500}}}]"))
    conversation = client.conversations.create()
    stream = client.responses.create(model="gpt-4o-mini", input="hello", stream=True, conversation=conversation.id)
    begun = next(iter(stream))
    with pytest.raises(openai.BadRequestError) as busy:
        client.responses.create(model="gpt-4o-mini", input="and?", conversation=conversation.id)
    assert busy.value.code == "conversation_locked"
    stream.response.close()
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(begun.response.id)
    assert client.conversations.items.list(conversation.id).data == []


def test_a_stream_of_the_background_ends_when_its_response_is_cancelled(serve, connect):
    client = connect(serve("timing: {itl: 20ms}\nrules: [{reply: {generate: {tokens: 500}}}]"))
    stream = iter(client.responses.create(model="gpt-4o-mini", input="hello", stream=True, background=True))
    made = next(stream).response
    assert client.responses.cancel(made.id).status == "cancelled"
    assert "response.completed" not in [event.type for event in stream]
    assert client.responses.retrieve(made.id).status == "cancelled"
    again = list(client.responses.retrieve(made.id, stream=True))
    assert again[0].type == "response.created"
    assert len(again) < 10


APPROVED = """
rules:
  - when: {user: {contains: ask}}
    replies:
      - blocks:
          - item: {type: mcp_list_tools, tools: [{name: ask, input_schema: {type: object}}]}
          - item: {type: mcp_approval_request, name: ask, arguments: '{"q": 1}'}
      - blocks:
          - item: {type: mcp_call, name: ask, arguments: '{"q": 1}', output: "42"}
          - text: "It is 42."
"""


def test_a_call_of_a_connector_waits_for_its_approval(serve, connect):
    client = connect(serve(APPROVED))
    deep = {"type": "mcp", "server_label": "deep", "server_url": "https://example.com/mcp", "require_approval": "always"}
    first = client.responses.create(model="gpt-5", input="ask deep", tools=[deep])
    (asked,) = (item for item in first.output if item.type == "mcp_approval_request")
    assert (asked.name, asked.server_label) == ("ask", "deep")
    answer = {"type": "mcp_approval_response", "approve": True, "approval_request_id": asked.id}
    last = client.responses.create(model="gpt-5", previous_response_id=first.id, input=[answer], tools=[deep])
    assert [item.type for item in last.output if item.type != "reasoning"] == ["mcp_call", "message"]
    assert last.output_text == "It is 42."
    assert [item.type for item in client.responses.input_items.list(last.id)] == ["mcp_approval_response"]


def test_two_whole_answers_do_not_go_on_in_one_conversation(serve, connect):
    client = connect(serve("timing: {ttft: 400ms}\nrules: [{reply: slowly}]"))
    conversation = client.conversations.create().id

    def ask(_):
        try:
            return client.responses.create(model="gpt-4o-mini", input="hello", conversation=conversation).status
        except openai.BadRequestError as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, range(2))) == ["completed", "conversation_locked"]
    assert len(client.conversations.items.list(conversation).data) == 2


def test_who_hangs_up_on_a_simulated_engine_cancels_the_response(serve, connect):
    client = connect(serve("capacity: {decode-step: 20ms}\nrules: [{reply: {generate: {tokens: 500}}}]"))
    stream = client.responses.create(model="gpt-4o-mini", input="hello", stream=True)
    begun = next(iter(stream))
    stream.response.close()
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(begun.response.id)
