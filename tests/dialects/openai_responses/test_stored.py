"""What the server keeps between requests: responses that go on from one another, their inputs, their end."""

from __future__ import annotations

import pytest

RULES = """
rules:
  - when: {messages: {contains: teapot}, user: "what am I?"}
    reply: "A teapot."
  - when: {turn: 1}
    reply: "Hello."
  - reply: "Who knows."
"""


def test_a_response_goes_on_from_the_one_before(talk):
    client = talk(RULES)
    first = client.create("I am a teapot").json
    second = client.create("what am I?", previous_response_id=first["id"]).json
    assert second["output"][0]["content"][0]["text"] == "A teapot."
    assert second["previous_response_id"] == first["id"]
    third = client.create("and now?", previous_response_id=second["id"]).json
    assert third["usage"]["input_tokens"] > second["usage"]["input_tokens"] > first["usage"]["input_tokens"]


def test_instructions_are_not_carried_over(talk):
    client = talk(RULES)
    first = client.create("hi", instructions="You are a teapot").json
    assert client.create("what am I?", previous_response_id=first["id"]).json["output"][0]["content"][0]["text"] == "Who knows."


def test_what_is_kept_is_retrieved_and_deleted(talk):
    client = talk()
    made = client.create().json
    assert client("GET", f"/responses/{made['id']}").json == made
    assert client("DELETE", f"/responses/{made['id']}").json == {"id": made["id"], "object": "response", "deleted": True}
    gone = client("GET", f"/responses/{made['id']}")
    assert (gone.status, gone.error) == (404, (f"Response with id '{made['id']}' not found.", None, None))
    assert client("DELETE", f"/responses/{made['id']}").status == 404


def test_a_stream_leaves_the_response_its_last_event_tells(talk):
    client = talk()
    told = client.create(stream=True).events[-1]["response"]
    kept = client("GET", f"/responses/{told['id']}").json
    assert kept.pop("billing") == {"payer": "developer"}
    assert kept == told


def test_nothing_is_kept_when_nobody_wants_it(talk):
    client = talk()
    made = client.create(store=False).json
    assert made["store"] is False
    assert client("GET", f"/responses/{made['id']}").status == 404


def test_sessions_keep_apart_and_a_reset_forgets(talk):
    client = talk()
    made = client.create().json
    there = {"x-understudy-session": "other"}
    assert client("GET", f"/responses/{made['id']}", headers=there).status == 404
    client.engine.state.reset()
    assert client("GET", f"/responses/{made['id']}").status == 404


def test_the_same_request_twice_makes_two_responses(talk):
    client = talk()
    ids = [client.create().json["id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert talk().create().json["id"] == ids[0]


def test_inputs_are_listed_newest_first_page_by_page(talk):
    client = talk()
    said = [{"role": "user", "content": str(i)} for i in range(5)]
    made = client.create(said).json
    path = f"/responses/{made['id']}/input_items"
    page = client("GET", f"{path}?limit=2").json
    assert [item["content"][0]["text"] for item in page["data"]] == ["4", "3"]
    assert page["has_more"] is True
    assert (page["first_id"], page["last_id"]) == (page["data"][0]["id"], page["data"][1]["id"])
    rest = client("GET", f"{path}?limit=100&after={page['last_id']}").json
    assert [item["content"][0]["text"] for item in rest["data"]] == ["2", "1", "0"]
    assert rest["has_more"] is False
    upward = client("GET", f"{path}?order=asc").json
    assert list(upward["data"][0]) == ["id", "type", "status", "role", "content"]
    assert upward["data"][0]["content"] == [{"type": "input_text", "text": "0"}]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("limit=0", "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got 0 instead."),
        ("limit=101", "Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 101 instead."),
        ("limit=x", "Invalid type for 'limit': expected an integer, but got a string instead."),
        ("order=up", "Invalid value: 'up'. Supported values are: 'asc' and 'desc'."),
    ],
)
def test_a_page_that_cannot_be_is_refused(talk, query, told):
    client = talk()
    made = client.create().json
    assert client("GET", f"/responses/{made['id']}/input_items?{query}").error[0] == told


@pytest.mark.parametrize("named", [{"type": "item_reference"}, {"type": None}, {}])
def test_an_item_may_be_referred_to(talk, named):
    client = talk(RULES)
    first = client.create("I am a teapot").json
    item = client("GET", f"/responses/{first['id']}/input_items").json["data"][0]
    answer = client.create([{"id": item["id"], **named}, {"role": "user", "content": "what am I?"}]).json
    assert answer["output"][0]["content"][0]["text"] == "A teapot."
    lost = client.create([{"id": "rs_x", **named}])
    words = (
        "Item with id 'rs_x' not found. Items are not persisted when `store` is set to false. Try again with `store` set to "
        "true, or remove this item from your input."
    )
    assert (lost.status, lost.error) == (404, (words, "input", None))


def test_thoughts_that_are_not_sent_along_are_looked_up(talk):
    client = talk()
    for kept in (True, False):
        thought = client.create("hi", "gpt-5", store=kept).json["output"][0]
        assert thought["type"] == "reasoning"
        again = client.create([thought, {"role": "user", "content": "on"}], "gpt-5")
        assert again.status == (200 if kept else 404)
    sealed = client.create("hi", "gpt-5", store=False, include=["reasoning.encrypted_content"]).json["output"][0]
    assert client.create([sealed, {"role": "user", "content": "on"}], "gpt-5").status == 200


def test_an_item_may_be_there_once(talk):
    client = talk()
    first = client.create("hi").json
    (said,) = first["output"]
    refused = client.create([said, {"role": "user", "content": "on"}], previous_response_id=first["id"])
    words = f"Duplicate item found with id {said['id']}. Remove duplicate items from your input and try again."
    assert (refused.status, refused.error) == (400, (words, "input", None))


def test_a_chain_branches_and_breaks_where_a_link_is_gone(talk):
    client = talk(RULES)
    root = client.create("I am a teapot").json
    left, right = (client.create(text, previous_response_id=root["id"]).json for text in ("left", "right"))
    for branch in (left, right):
        on = client.create("what am I?", previous_response_id=branch["id"]).json
        assert on["output"][0]["content"][0]["text"] == "A teapot."
    client("DELETE", f"/responses/{left['id']}")
    assert client.create("and?", previous_response_id=left["id"]).error[2] == "previous_response_not_found"
    assert client.create("and?", previous_response_id=right["id"]).status == 200
    after = client.create("more", previous_response_id=right["id"]).json
    client("DELETE", f"/responses/{right['id']}")
    found = client.create("and?", previous_response_id=after["id"]).error
    assert found == (
        f"Previous response with id '{right['id']}' not found.",
        "previous_response_id",
        "previous_response_not_found",
    )
    unkept = client.create("x", store=False).json
    assert client.create("and?", previous_response_id=unkept["id"]).error[2] == "previous_response_not_found"


def test_a_tool_loop_goes_round(talk):
    client = talk()
    tools = [{"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}]
    first = client.create("what is the weather?", tools=tools).json
    call = first["output"][0]
    assert (call["type"], call["name"], call["status"]) == ("function_call", "get_weather", "completed")
    output = [{"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}]
    second = client.create(output, tools=tools, previous_response_id=first["id"]).json
    assert "sunny" in second["output"][0]["content"][0]["text"]


def test_calls_and_outputs_must_meet(talk):
    client = talk()
    output = {"type": "function_call_output", "call_id": "call_x", "output": "sunny"}
    call = {"type": "function_call", "call_id": "call_x", "name": "f", "arguments": "{}"}
    found = client.create([output])
    assert found.error == ("No tool call found for function call output with call_id call_x.", "input", None)
    assert client.create([call]).error == ("No tool output found for function call call_x.", "input", None)
    assert client.create([call, output]).status == 200


def test_what_was_said_before_is_cached_in_steps(talk):
    client = talk()
    first = client.create("word " * 3000).json
    assert first["usage"]["input_tokens_details"]["cached_tokens"] == 0
    second = client.create("more", previous_response_id=first["id"]).json["usage"]
    cached = second["input_tokens_details"]["cached_tokens"]
    assert cached % 128 == 0
    assert 2816 <= cached <= second["input_tokens"]


@pytest.mark.parametrize(("method", "path"), [("POST", "/responses/resp_1"), ("POST", "/responses/resp_1/stop")])
def test_paths_that_lead_nowhere_are_refused(talk, method, path):
    assert talk()(method, path).status in (404, 405)


def test_lenient_validation_answers_for_what_is_not_kept(talk):
    client = talk(validation="lenient")
    assert client("GET", "/responses/resp_1").json["id"] == "resp_1"
    assert client("GET", "/responses/resp_1?stream=true").kinds == ["created", "in_progress", "completed"]
    assert client("POST", "/responses/resp_1/cancel").status == 200
    assert client("DELETE", "/responses/resp_1").json["deleted"] is True
    assert client.create(previous_response_id="resp_1", conversation="conv_1").status == 200


def test_what_is_done_about_images_and_which_program_is_told(talk):
    client = talk()
    said = client.create(image={"context_compression": "enabled"}, access_programs={"cyber": "standard"}).json
    assert (said["image"], said["access_programs"]) == ({"context_compression": "enabled"}, {"cyber": "standard"})
    assert client.create(image={"context_compression": "auto"}).json["image"] == {"context_compression": "disabled"}
    assert not {"image", "access_programs"} & client.create().json.keys()
    small = client(
        "POST", "/responses/compact", {"model": "gpt-4o", "input": "hi", "image": {"context_compression": "enabled"}}
    )
    assert small.json["image"] == {"context_compression": "enabled"}


def test_compacting_needs_a_model_and_counting_does_not(talk):
    client = talk()
    refused = client("POST", "/responses/compact", {"input": "hi"})
    assert (refused.status, refused.error) == (
        400,
        ("Missing required parameter: 'model'.", "model", "missing_required_parameter"),
    )
    assert client("POST", "/responses/input_tokens", {"input": "hi", "personality": "friendly"}).status == 200
    wrong = client("POST", "/responses/input_tokens", {"input": "hi", "personality": 7})
    assert wrong.error[1] == "personality"
