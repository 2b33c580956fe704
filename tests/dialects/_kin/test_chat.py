"""Documents and chunks that are kept say the very bytes of those made anew, whatever is asked and however many tokens."""

from __future__ import annotations

import json

import pytest

from understudy import dialects
from understudy.dialects._kin import KinDialect, stream
from understudy.dialects._kin import chat as documents

PATHS = {
    dialect.name: f"/{dialect.name}{dialect.prefixes[0]}{endpoint.path}"
    for dialect in dialects.load()
    if isinstance(dialect, KinDialect)
    for endpoint in dialect.endpoints
    if endpoint.path.endswith("/chat/completions") and dialect.name != "tgi"  # which reads requests of its own
}
SCRIPT = """
rules:
  - {when: {user: {contains: think}}, reply: {reasoning: Let me see., text: Some words.}}
  - {when: {user: {contains: call}}, reply: {text: I look., tool_calls: [{id: abcdefghi, name: f, arguments: {city: Oslo}}]}}
  - {when: {user: {contains: count}}, reply: {text: Some words., usage: {prompt_tokens: 7, cached_tokens: 3}}}
  - {reply: 'one two, three 100% \\u00e9t\\u00e9 \\0 done'}
"""
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
ASKED = {
    "nothing": {},
    "limit": {"max_tokens": 2},
    "stop": {"stop": ["three"]},
    "tools": {"tools": [TOOL]},
    "thinking": {"model": "deepseek-reasoner"},
    "searched": {"web_search_options": {"search_context_size": "high"}},
    "usage": {"stream_options": {"include_usage": True, "continuous_usage_stats": True}},
}


@pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("name", PATHS)
def test_what_is_kept_says_the_bytes_of_what_is_made_anew(name, asked, is_streamed, engine, ask, chat, monkeypatch):
    streamed = {"stream": True} if is_streamed else {}
    fields = {name: wish for name, wish in ASKED[asked].items() if is_streamed or name != "stream_options"}
    to = engine(SCRIPT, validation="lenient")
    answers = {}
    for word in ("say", "think", "call", "count"):
        for user in (word, f"{word} it", f"{word} me", f"{word} it to me and everybody"):
            for more in ({}, fields):
                body = chat(**{"user": user, **streamed, **more})
                answers[json.dumps(body)] = ask(body, PATHS[name], to=to).body
    assert len(set(answers.values())) == len(answers)
    for module in (documents, stream):  # nothing serves twice
        monkeypatch.setattr(module, "lasts", lambda _reply, _moment: False)
    for body, said in answers.items():
        assert ask(json.loads(body), PATHS[name], to=to).body == said, body
    monkeypatch.setattr(stream, "_shared", lambda *_: None)  # nor is anything shared
    for body, said in answers.items():
        assert ask(json.loads(body), PATHS[name], to=to).body == said, body


@pytest.mark.parametrize("name", PATHS)
def test_a_document_is_rendered_once_for_prompts_of_one_length(name, engine, ask, chat, monkeypatch):
    rendered, make = [], documents.work_out
    monkeypatch.setattr(documents, "work_out", lambda *told: rendered.append(told) or make(*told))
    to = engine("rules: [{reply: words}]", response_delay_ms=5)
    for user in ("tell 1", "tell 2", "tell 3", "tell me about 4"):
        ask(chat(user), PATHS[name], to=to)
    assert len(rendered) == 2
