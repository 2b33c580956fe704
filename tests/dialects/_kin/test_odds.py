"""Probabilities in the family: streams tell them, too, and text completions in the columns that they have."""

from __future__ import annotations

import json

import pytest

from understudy import dialects
from understudy.dialects._kin import KinDialect

SCRIPT = "rules: [{reply: 'Grüße, 世界!'}]"
APART = {"mistral", "tei", "together"}  # no member for them; no chats; a form of its own


def paths(name, end):
    return [
        f"/{d.name}{d.prefixes[0]}{e.path}" for d in FAMILY for e in d.endpoints if e.path.endswith(end) and d.name not in name
    ]


FAMILY = [dialect for dialect in dialects.load() if isinstance(dialect, KinDialect)]
CHATS = paths(APART | {"groq"}, "/chat/completions")  # Groq refuses them
TEXTS = [path for path in paths(APART, "/completions") if "/chat/" not in path]


def events(answer):
    return [json.loads(line[6:]) for line in answer.body.decode().split("\n") if line.startswith("data: {")]


@pytest.mark.parametrize("path", CHATS)
def test_the_chunks_of_a_chat_tell_the_probabilities_of_their_text(engine, ask, chat, path):
    asked = chat(logprobs=True, top_logprobs=2, stream=True)
    choices = [choice for event in events(ask(asked, path, to=engine(SCRIPT))) for choice in event["choices"]]
    said = [(choice["delta"]["content"], choice.get("logprobs")) for choice in choices if choice["delta"].get("content")]
    assert "".join(text for text, _ in said) == "Grüße, 世界!"
    for text, odds in said:
        assert b"".join(bytes(entry["bytes"]) for entry in odds["content"]) == text.encode()
        assert all(len(entry["top_logprobs"]) == 2 for entry in odds["content"])
    plain = events(ask(chat(stream=True), path, to=engine(SCRIPT)))
    assert not any(choice.get("logprobs") for event in plain for choice in event["choices"])


@pytest.mark.parametrize("path", CHATS)
def test_whole_chats_tell_them_of_the_same_tokens(engine, ask, chat, path):
    whole = ask(chat(logprobs=True), path, to=engine(SCRIPT)).json["choices"][0]["logprobs"]["content"]
    assert b"".join(bytes(entry["bytes"]) for entry in whole) == "Grüße, 世界!".encode()


@pytest.mark.parametrize("path", TEXTS)
def test_completions_tell_them_in_columns(engine, ask, path):
    asked = {"model": "m", "prompt": "hi", "logprobs": 2}
    odds = ask(asked, path, to=engine(SCRIPT)).json["choices"][0]["logprobs"]
    assert "".join(odds["tokens"]) == "Grüße, 世界!"
    assert {len(column) for column in odds.values()} == {len(odds["tokens"])}
    choices = [
        choice for event in events(ask({**asked, "stream": True}, path, to=engine(SCRIPT))) for choice in event["choices"]
    ]
    streamed = [choice["logprobs"] for choice in choices if choice.get("text")]
    assert [token for told in streamed for token in told["tokens"]] == odds["tokens"]
    assert [at for told in streamed for at in told["text_offset"]] == odds["text_offset"]


OTHERS = "[{token: a, logprob: -2}]"
TOLD = (
    f"rules: [{{reply: {{logprobs: [{{token: Gr, logprob: -0.5}}, {{token: 'üße', logprob: -1, top_logprobs: {OTHERS}}}]}}}}]"
)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", CHATS)
def test_they_are_those_of_the_script_where_it_has_some(engine, ask, chat, path, stream):
    asked = chat(logprobs=True, top_logprobs=2, stream=stream)
    answer = ask(asked, path, to=engine(TOLD))
    told = events(answer) if stream else [answer.json]
    found = [
        entry for event in told for choice in event["choices"] for entry in (choice.get("logprobs") or {}).get("content", ())
    ]
    assert [(entry["token"], entry["logprob"]) for entry in found] == [("Gr", -0.5), ("üße", -1)]
    assert [[other["token"] for other in entry["top_logprobs"]] for entry in found] == [["Gr"], ["üße", "a"]]
