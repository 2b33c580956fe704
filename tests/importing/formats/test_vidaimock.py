"""Providers of VidaiMock, imported and asked."""

from __future__ import annotations

import pytest

from understudy.importing.formats import FormatError
from understudy.importing.formats.vidaimock import READER

TOOLS = [{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}}}]
PROVIDER = """
name: "house"
matcher: "^/v1/chat/completions$"
request_mapping:
  question: "{{ json.messages | last | get(key='content') }}"
response_template: "house/chat.json.j2"
priority: 10
"""
TEMPLATE = """{# the answers of the house #}
{% set has_tools = json.tools is defined and json.tools | length > 0 %}
{% if has_tools and not has_tool_result(messages=json.messages, provider="openai") %}
{"id": "x-{{ uuid() }}", "choices": [{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": [
  {"id": "call_{{ random_int(min=1, max=9) }}", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}]},
  "finish_reason": "tool_calls"}]}
{% elif question is containing("weather") %}
{"choices": [{"message": {"content": "Sunny, says {{ model }}."}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 9}}
{% else %}
{"created": {{ timestamp() }}, "choices": [{"message": {"content": "You asked: {{ question }}"}, "finish_reason": "stop"}]}
{% endif %}
"""


@pytest.fixture
def house(bring, put):
    def made(provider=PROVIDER, template=TEMPLATE):
        put("config/templates/house/chat.json.j2", template)
        return bring("config/providers/house.yaml", provider)

    return made


def test_branches_become_rules(house):
    found = house()
    assert found.warned == []
    first = found.ask("weather", tools=TOOLS).json["choices"][0]
    assert first["message"]["tool_calls"][0]["function"]["name"] == "look_up"
    said = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "a", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}],
    }
    after = [{"role": "user", "content": "go"}, said, {"role": "tool", "tool_call_id": "a", "content": "done"}]
    assert found.say(after, tools=TOOLS) == "You asked: done"
    assert found.say("the weather?", model="m") == "Sunny, says house."
    assert found.say("why?") == "You asked: why?"


def test_what_no_provider_answers_is_echoed(house):
    found = house(PROVIDER.replace("chat/completions", "embeddings"), '{"data": [{"embedding": [1, 0]}]}')
    assert found.script["settings"] == {"reply": "echo"}
    assert found.say("why?") == "why?"
    vector = found.send({"model": "text-embedding-3-small", "input": "x"}, "/v1/embeddings").json["data"][0]["embedding"]
    assert vector == [1, 0]


def test_inline_bodies_and_statuses(bring):
    found = bring(
        "busy.yaml",
        'name: busy\nmatcher: "/v1/chat"\nstatus_code: "429"\n' + """response_body: '{"error": {"message": "Busy."}}'\n""",
    )
    refused = found.ask()
    assert (refused.status, refused.json["error"]["message"]) == (429, "Busy.")


def test_the_server_file_brings_pace_and_chaos(bring):
    found = bring(
        "mock-server.toml",
        'port = 8100\nresponse_file = "x"\n[latency]\nmode = "realistic"\nbase_ms = 100\njitter_pct = 20\n'
        "[chaos]\nenabled = true\ndrop_pct = 5\nmalformed_pct = 2.5\n",
    )
    assert found.script["settings"] == {"port": 8100, "reply": "echo"}
    assert found.script["timing"] == {"latency": {"uniform": {"min": "80ms", "max": "120ms"}}}
    assert found.script["faults"] == [
        {"kind": "server_error", "probability": 0.05},
        {"kind": "truncated-json", "probability": 0.025},
    ]
    assert found.warned == ["mock-server.toml:2: 'response_file' has no counterpart here. It is left out."]


def test_what_has_no_counterpart_is_named(house, bring):
    looped = house(template="\n{% for m in json.messages %}{{ m }}{% endfor %}")
    assert looped.warned == [
        "chat.json.j2:2: template loops over 'json.messages' in a way that our templates do not say. Its answer is left out."
    ]
    unread = house(template="{% include 'a' %}")
    assert unread.warned == ["chat.json.j2:1: template has a 'include', which has no counterpart here. Its answer is left out."]
    lost = bring("lost.yaml", 'name: a\nmatcher: "/v9"\nresponse_template: "b.j2"\n')
    assert "matcher '/v9' is not served here" in lost.warned[0]
    absent = bring("absent.yaml", 'name: a\nmatcher: "/v1/chat"\nresponse_template: "b.j2"\nstream: {enabled: true}\n')
    assert [line.split(":")[1] for line in absent.warned] == ["3", "4"]


def test_a_template_alone_answers_every_chat(bring):
    found = bring("answer.json.j2", '{"choices": [{"message": {"content": "{{ model }}"}}]}', "vidaimock")
    assert found.say(model="m") == "m"


def test_other_files_are_refused(source):
    with pytest.raises(FormatError, match="expected a provider with a matcher"):
        READER.read(source("x.yaml", "a: 1"), None)
    with pytest.raises(FormatError, match="expected TOML"):
        READER.read(source("x.toml", "a ="), None)
