"""What items show only to those who ask."""

from __future__ import annotations

import pytest

HOSTED = """
rules:
  - reply:
      blocks:
        - item: {type: web_search_call, action: {type: search, query: q, sources: [{type: url, url: "https://a.test/"}]}}
        - item: {type: file_search_call, results: [{file_id: f, filename: a.txt, score: 0.5, text: t}]}
        - item: {type: code_interpreter_call, code: "1+1", outputs: [{type: logs, logs: "2"}]}
        - text: "Found."
"""
ASKED = {
    "web_search_call.action.sources": (0, lambda item: item["action"].get("sources")),
    "file_search_call.results": (1, lambda item: item["results"]),
    "code_interpreter_call.outputs": (2, lambda item: item["outputs"]),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_is_shown_when_a_response_is_made_or_looked_at(talk, name):
    client = talk(HOSTED)
    at, look = ASKED[name]
    without = client.create().json
    assert look(without["output"][at]) is None
    path = f"/responses/{without['id']}"
    assert client("GET", path).json == without
    asked = client("GET", f"{path}?include[]=reasoning.encrypted_content&include[]={name}").json
    assert look(asked["output"][at])
    within = client.create(include=[name]).json
    assert look(within["output"][at])
    assert client("GET", f"/responses/{within['id']}").json == within
    events = client.create(stream=True, include=[name]).events
    assert look(events[-1]["response"]["output"][at])


@pytest.mark.parametrize("name", ASKED)
def test_conversations_show_it_to_those_who_ask(talk, name):
    client = talk(HOSTED)
    at, look = ASKED[name]
    path = f"/conversations/{client('POST', '/conversations', {}).json['id']}"
    client.create(conversation=path.rsplit("/", 1)[1])
    listed = client("GET", f"{path}/items?order=asc").json["data"][at + 1]
    assert look(listed) is None
    assert look(client("GET", f"{path}/items?order=asc&include={name}").json["data"][at + 1])
    assert look(client("GET", f"{path}/items/{listed['id']}?include={name}").json)


def test_only_what_there_is_can_be_asked_for(talk):
    client = talk(HOSTED)
    made = client.create().json
    refused = client("GET", f"/responses/{made['id']}?include=everything")
    assert (refused.status, refused.error[1:]) == (400, ("include[0]", "invalid_value"))


@pytest.mark.parametrize("wrong", [["x"], None, 5, {}], ids=repr)
@pytest.mark.parametrize("how", [{}, {"background": True}, {"stream": True}], ids=repr)
def test_leniently_what_is_no_name_asks_for_nothing(talk, wrong, how):
    client = talk(HOSTED, validation="lenient")
    name = "file_search_call.results"
    answer = client.create(include=[wrong, name], **how)
    made = answer.events[-1]["response"] if answer.is_stream else answer.json
    client.clock.advance(60)
    kept = client("GET", f"/responses/{made['id']}").json
    assert kept["output"][1]["results"]
    assert "sources" not in kept["output"][0]["action"]
    assert client.create("more", previous_response_id=made["id"]).status == 200
