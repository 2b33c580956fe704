"""Models made of others and of files: what `show` tells of them, and what they say."""

from __future__ import annotations

from hashlib import sha256

import pytest

GGUF = b"GGUF and more"
DIGEST = f"sha256:{sha256(GGUF).hexdigest()}"
MARIO = {
    "model": "mario",
    "from": "llama3.2",
    "system": "You are Mario.",
    "template": "{{ .System }} {{ .Prompt }}",
    "license": ["MIT"],
    "parameters": {"num_predict": 2, "temperature": 0.5, "stop": ["x", "y z"]},
    "messages": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Me, Mario!"}],
}
SCRIPT = """
rules:
  - {when: {messages: {contains: "Mario!"}, system: "You are Mario."}, reply: "one two three"}
  - {when: {system: "You are Luigi."}, reply: "L M N"}
  - {when: {system: "You are Mario."}, reply: "X Y Z"}
  - {reply: "n o b"}
"""


@pytest.fixture
def mario(server):
    ollama = server(SCRIPT)
    *steps, last = ollama.statuses("create", MARIO)
    assert (steps[-1], last) == ("writing manifest", "success")
    assert steps[0].startswith("using existing layer sha256:")
    assert len([step for step in steps if step.startswith("creating new layer sha256:")]) == 5
    return ollama


def said(ollama, path, **body):
    found = ollama.post(path, {"model": "mario", "stream": False, **body}).json
    return found["message"]["content"] if path == "chat" else found["response"]


def say(text, role="user"):
    return {"role": role, "content": text}


def test_all_of_a_model_is_shown(mario):
    shown = mario.post("show", {"model": "mario"}).json
    assert (shown["license"], shown["template"], shown["system"]) == ("MIT", MARIO["template"], MARIO["system"])
    assert shown["messages"] == MARIO["messages"]
    assert shown["parameters"].splitlines() == [
        "num_predict                    2",
        "temperature                    0.5",
        'stop                           "x"',
        'stop                           "y z"',
    ]
    assert (shown["details"]["parent_model"], shown["details"]["family"]) == ("llama3.2:latest", "llama")
    lines = shown["modelfile"].splitlines()
    assert lines[2] == "# FROM mario:latest"
    for line in (
        "TEMPLATE {{ .System }} {{ .Prompt }}",
        "SYSTEM You are Mario.",
        "PARAMETER stop y z",
        "LICENSE MIT",
        "MESSAGE assistant Me, Mario!",
    ):
        assert line in lines
    assert mario.names()[0] == "mario:latest"


def test_a_shown_system_may_be_stood_in_for(mario):
    shown = mario.post("show", {"model": "mario", "system": "Other."}).json
    assert (shown["system"], "SYSTEM Other." in shown["modelfile"]) == ("Other.", True)


def test_a_plain_model_has_nothing_that_is_empty(server):
    shown = server().post("show", {"model": "qwen3:8b"}).json
    assert set(shown) == {"modelfile", "template", "details", "model_info", "capabilities", "modified_at"}


def test_what_it_was_made_of_stands_around_a_chat(mario):
    assert said(mario, "chat", messages=[say("hi")]) == "one two"
    assert said(mario, "chat", messages=[say("You are Luigi.", "system"), say("hi")]) == "L M"
    assert said(mario, "generate", prompt="hi") == "one two"
    assert said(mario, "generate", prompt="hi", system="You are Luigi.") == "L M"


def test_what_a_request_asks_goes_before_what_the_model_has(mario):
    options = {"num_predict": -1, "stop": ["two"]}
    assert said(mario, "chat", messages=[say("hi")], options=options) == "one "
    assert said(mario, "chat", messages=[say("hi")], options={"num_predict": -1}) == "one two three"


def test_nothing_is_put_around_a_raw_prompt(mario):
    assert said(mario, "generate", prompt="hi", raw=True) == "n o"


def test_what_stands_around_a_prompt_is_counted(mario):
    plain = mario.post("chat", {"model": "luigi", "messages": [say("hi")], "stream": False}).json["prompt_eval_count"]
    around = mario.post("chat", {"model": "mario", "messages": [say("hi")], "stream": False}).json["prompt_eval_count"]
    assert around > plain + 10


def test_a_model_of_a_model_takes_over_what_it_does_not_say_itself(mario):
    mario.post("create", {"model": "son", "from": "mario", "system": "You are Luigi.", "parameters": {"num_predict": 1}})
    shown = mario.post("show", {"model": "son"}).json
    assert (shown["system"], shown["messages"], shown["license"]) == ("You are Luigi.", MARIO["messages"], "MIT")
    assert "temperature" in shown["parameters"]
    assert shown["parameters"].startswith("num_predict                    1\n")
    assert shown["details"]["parent_model"] == "mario:latest"


def test_a_model_that_is_not_there_is_fetched_first(server):
    ollama = server()
    steps = ollama.statuses("create", {"model": "mine", "from": "gemma3"})
    assert (steps[0], steps.count("success")) == ("pulling manifest", 2)
    assert ollama.names()[:2] == ["gemma3:latest", "mine:latest"]


def test_a_model_is_made_of_a_file(server):
    ollama = server()
    ollama.post(f"blobs/{DIGEST}", GGUF)
    steps = ollama.statuses("create", {"model": "mine", "files": {"m.gguf": DIGEST}, "quantize": "q8_0"})
    assert steps == ["parsing GGUF", f"using existing layer {DIGEST}", "writing manifest", "success"]
    (entry, *_) = ollama.post("tags", method="GET").json["models"]
    assert (entry["name"], entry["size"], entry["details"]["quantization_level"]) == ("mine:latest", len(GGUF), "Q8_0")
    assert DIGEST.removeprefix("sha256:") in ollama.post("show", {"model": "mine"}).json["modelfile"]


def test_an_adapter_is_shown(server):
    ollama = server()
    ollama.post(f"blobs/{DIGEST}", GGUF)
    ollama.post("create", {"model": "mine", "from": "llama3.2", "adapters": {"a.gguf": DIGEST}})
    assert (
        f"ADAPTER /usr/share/ollama/.ollama/models/blobs/sha256-{DIGEST[7:]}"
        in ollama.post("show", {"model": "mine"}).json["modelfile"]
    )


OTHER = f"sha256:{sha256(b'text').hexdigest()}"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 400, "neither 'from' or 'files' was specified"),
        ({"files": {}}, 400, "unknown type"),
        ({"files": {"/m.gguf": DIGEST}}, 400, "file path must be relative"),
        ({"files": {"m.gguf": ""}}, 400, "invalid digest format"),
        ({"files": {"m.txt": OTHER}}, 400, "unknown type"),
        ({"files": {"m.gguf": OTHER}}, 400, "supplied file was not in GGUF format"),
        ({"from": "a b"}, 400, "invalid model name"),
    ],
)
def test_what_no_model_can_be_made_of_is_refused(server, body, status, error):
    ollama = server()
    ollama.post(f"blobs/{OTHER}", b"text")
    assert ollama.says("create", {"model": "mine", "stream": False, **body}) == (status, error)
    assert "mine:latest" not in ollama.names()


def test_a_missing_file_is_told_where_the_progress_is(server):
    ollama = server()
    first, last = ollama.lines("create", {"model": "mine", "files": {"m.gguf": DIGEST}})
    assert first == {"status": "parsing GGUF"}
    assert last["error"].endswith(f"sha256-{DIGEST[7:]}: no such file or directory")
    assert "mine:latest" not in ollama.names()
