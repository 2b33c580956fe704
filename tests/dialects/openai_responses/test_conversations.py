"""Conversations that the server keeps."""

from __future__ import annotations

AHOY = {"type": "message", "role": "user", "content": "Ahoy, I am a teapot"}


def test_a_conversation_is_made_changed_and_deleted(talk):
    client = talk()
    made = client("POST", "/conversations", {"metadata": {"a": "b"}}).json
    assert list(made) == ["id", "object", "created_at", "metadata"]
    path = f"/conversations/{made['id']}"
    assert client("GET", path).json == made
    assert client("POST", path, {"metadata": {"c": "d"}}).json["metadata"] == {"c": "d"}
    assert client("DELETE", path).json == {"id": made["id"], "object": "conversation.deleted", "deleted": True}
    assert client("GET", path).error == (f"Conversation with id '{made['id']}' not found.", None, None)


def test_two_conversations_are_two(talk):
    client = talk()
    assert client("POST", "/conversations", {}).json["id"] != client("POST", "/conversations", {}).json["id"]


def test_responses_add_to_it_and_know_it(talk):
    client = talk('rules: [{when: {messages: {contains: teapot}}, reply: "So you said."}]')
    made = client("POST", "/conversations", {"items": [AHOY]}).json
    answer = client.create("what am I?", conversation=made["id"]).json
    assert answer["conversation"] == {"id": made["id"]}
    assert answer["output"][0]["content"][0]["text"] == "So you said."
    items = client("GET", f"/conversations/{made['id']}/items?order=asc").json["data"]
    assert [(item["role"], item["content"][0]["text"]) for item in items] == [
        ("user", "Ahoy, I am a teapot"),
        ("user", "what am I?"),
        ("assistant", "So you said."),
    ]
    assert items[2] == answer["output"][0]


def test_items_are_added_looked_at_and_removed(talk):
    client = talk()
    path = f"/conversations/{client('POST', '/conversations', {}).json['id']}/items"
    added = client("POST", path, {"items": [AHOY, AHOY]}).json
    assert added["object"] == "list"
    one, other = added["data"]
    assert client("GET", f"{path}/{one['id']}").json == one
    assert client("DELETE", f"{path}/{one['id']}").json["object"] == "conversation"
    assert client("GET", path).json["data"] == [other]
    assert client("GET", f"{path}/{one['id']}").status == 404


def test_refusals(talk):
    client = talk()
    assert client("POST", "/conversations", {"items": [AHOY] * 21}).error[2] == "array_above_max_length"
    assert client("POST", "/conversations", {"metadata": 7}).error[2] == "invalid_type"
    found = client.create(conversation="conv_x")
    assert (found.status, found.error) == (404, ("Conversation with id 'conv_x' not found.", None, None))
    path = f"/conversations/{client('POST', '/conversations', {}).json['id']}"
    assert client("POST", f"{path}/items", {}).error == (
        "Missing required parameter: 'items'.",
        "items",
        "missing_required_parameter",
    )
    assert client("PUT", path).status == 405
    assert client("GET", f"{path}/nothing").status == 404
