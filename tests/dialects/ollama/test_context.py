"""A conversation goes on with the numbers that the answer before brought."""

from __future__ import annotations

SCRIPT = """
rules:
  - {when: {messages: {contains: "my name is Ada"}, user: "who am I?"}, reply: "Ada"}
  - {when: {user: "who am I?"}, reply: "I do not know"}
  - {reply: "Noted:\\nyes"}
"""


def generate(ollama, prompt, **more):
    return ollama.post("generate", {"model": "m", "prompt": prompt, "stream": False, **more}).json


def test_what_was_said_before_is_known(server):
    ollama = server(SCRIPT)
    first = generate(ollama, "my name is Ada", system="Be kind.")
    assert generate(ollama, "who am I?")["response"] == "I do not know"
    second = generate(ollama, "who am I?", context=first["context"])
    assert second["response"] == "Ada"
    assert second["context"][: len(first["context"])] == first["context"]
    assert second["prompt_eval_count"] > first["prompt_eval_count"] + 8


def test_a_stream_brings_it_at_its_end(server):
    ollama = server(SCRIPT)
    *lines, last = ollama.lines("generate", {"model": "m", "prompt": "my name is Ada"})
    assert all("context" not in line for line in lines)
    assert last["context"] == generate(ollama, "my name is Ada")["context"]


def test_numbers_of_another_server_are_something_the_user_said(server):
    assert generate(server(SCRIPT), "who am I?", context=[5, 10**9, -1])["response"] == "I do not know"


def test_a_raw_prompt_has_none(server):
    assert "context" not in generate(server(SCRIPT), "a", raw=True)
