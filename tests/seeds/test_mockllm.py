"""The document of "Mock LLM Server", sentence by sentence, against the preset that stands in for it."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from understudy import Understudy
from understudy.app import Service
from understudy.observe._lines import json_line
from understudy.observe.logs import Log
from understudy.runtime.process import ThreadServer
from understudy.sources import Sources

PRESET = "mockllm"
CHAT = "/v1/chat/completions"
HELLO = b'{"model":"mock-llm","messages":[{"role":"user","content":"hello"}]}'
SKY = "The sky is blue during a clear day due to a phenomenon called Rayleigh scattering."
PRESIDENT = (
    "This is a mock response. In a production environment, this would be replaced with accurate, up-to-date information."
)
UNKNOWN = "I don't know the answer to that. This is a mock response."
RESPONSES = f"""\
responses:
  "what colour is the sky?": "{SKY}"
  "who is the president?": "{PRESIDENT}"

defaults:
  unknown_response: "{UNKNOWN}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    path = tmp_path_factory.mktemp("mockllm") / "responses.yml"
    path.write_text(RESPONSES)
    return path


@pytest.fixture
def client(serve, script):
    return serve(preset=PRESET, script=script)


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("what colour is the sky?", SKY),
        ("  What Colour is the SKY? ", SKY),
        ("who is the president?", PRESIDENT),
        ("who is the president", UNKNOWN),
        ("anything", UNKNOWN),
    ],
)
def test_mockllm_answers_what_the_file_says(client, prompt, text):
    assert client.chat(prompt, model="mock-llm").text == text


def test_mockllm_plain_answer_has_exactly_the_documented_members(client):
    answer = client.chat("what colour is the sky?", model="mock-llm", temperature=0.7, max_tokens=150, stream=False)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert re.fullmatch(
        rb'\{"id":"mock-\d{3}","object":"chat\.completion","created":\d{10},"model":"mock-llm","choices":\[\{"message":'
        rb'\{"role":"assistant","content":"' + re.escape(SKY).encode() + rb'"\},"finish_reason":"stop"\}\],'
        rb'"usage":\{"prompt_tokens":\d+,"completion_tokens":\d+,"total_tokens":\d+\}\}',
        answer.body,
    )


def test_mockllm_counts_tokens(client):
    few, many = (client.chat(prompt).json["usage"] for prompt in ("what colour is the sky?", "who is the president? " * 20))
    assert few["prompt_tokens"] + few["completion_tokens"] == few["total_tokens"]
    assert many["prompt_tokens"] > few["prompt_tokens"] > 0


def test_mockllm_answers_are_deterministic(client):
    one, other = (client.chat("anything").json for _ in range(2))
    assert (one["id"], one["choices"]) == (other["id"], other["choices"])


@pytest.mark.parametrize("fields", [{"max_tokens": 3}, {"n": 2}, {"response_format": {"type": "json_object"}}])
def test_mockllm_says_the_whole_predefined_text(client, fields):
    (choice,) = client.chat("unheard of", **fields).json["choices"]
    assert choice == {"message": {"role": "assistant", "content": UNKNOWN}, "finish_reason": "stop"}


def test_mockllm_streams_character_by_character_in_the_documented_chunks(client):
    answer = client.chat("what colour is the sky?", model="mock-llm", stream=True)
    assert answer.headers["content-type"].startswith("text/event-stream")
    created = re.search(rb'"created":(\d{10})', answer.body)
    assert created
    start = f'","object":"chat.completion.chunk","created":{created[1].decode()},"model":"mock-llm","choices":[{{"delta":'
    expected = [
        f'{{"id":"mock-123{start}{{"role":"assistant"}},"index":0}}]}}',
        *(f'{{"id":"mock-{124 + i}{start}{{"content":"{char}"}},"index":0}}]}}' for i, char in enumerate(SKY)),
        f'{{"id":"mock-{124 + len(SKY)}{start}{{}},"index":0,"finish_reason":"stop"}}]}}',
        "[DONE]",
    ]
    assert answer.events == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{not json", "JSON"),
        (b'{"model":"mock-llm"}', "messages"),
        (b'{"model":"mock-llm","messages":"hi"}', "messages"),
        (b'{"messages":[{"role":"user","content":"hi"}]}', "model"),
        (b'{"model":"mock-llm","messages":[{"role":"nobody","content":"hi"}]}', "nobody"),
        (b'{"model":"mock-llm","messages":[{"role":"user","content":"hi"}],"temperature":9}', "temperature"),
    ],
)
def test_mockllm_refuses_invalid_requests_with_400_and_a_descriptive_message(client, body, words):
    answer = client.send("POST", "/v1/chat/completions", body, content_type="application/json")
    assert answer.status == 400
    assert words in answer.json["error"]["message"]


@pytest.fixture
def broken_script(tmp_path):
    path = tmp_path / "broken.yml"
    path.write_text('rules:\n  - when: {user: divide}\n    reply: {template: "{{ 1 / 0 }}"}\n')
    return path


def test_mockllm_answers_server_errors_with_500_and_details(broken_script, client_of):
    with Understudy(broken_script, preset=PRESET) as server:
        answer = client_of(server).chat("divide")
    assert answer.status == 500
    assert answer.json["error"]["message"] == "rule 'rule 1': template failed: ZeroDivisionError: division by zero"


@pytest.fixture
def logged(client_of):
    """Serve with a JSON log, send requests, and return the lines."""

    def run(script: Path, *bodies: bytes) -> list[dict[str, object]]:
        stream = io.StringIO()
        service = Service(Sources((script,), PRESET, {"port": 0}), Log("info", json_line, stream))
        service.announce()
        with ThreadServer(service.server) as server:
            for body in bodies:
                client_of(server).send("POST", CHAT, body)
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return run


def test_mockllm_logs_incoming_requests_as_json(logged, script):
    line = logged(script, HELLO)[-1]
    assert {"time", "request_id", "duration_ms"} <= set(line)
    told = {key: line[key] for key in ("level", "event", "method", "path", "status", "model", "stream")}
    assert told == {
        "level": "info",
        "event": "request",
        "method": "POST",
        "path": CHAT,
        "status": 200,
        "model": "mock-llm",
        "stream": False,
    }


def test_mockllm_logs_the_loading_of_the_file(logged, script):
    (line,) = logged(script)
    assert line == {"time": line["time"], "level": "info", "event": "script loaded"} | {
        "scripts": ["responses.yml"],
        "rules": 0,
        "responses": 2,
    }


def test_mockllm_logs_the_words_of_errors(logged, broken_script):
    lines = logged(broken_script, b'{"model":"mock-llm"}', HELLO.replace(b"hello", b"divide"), b"{")
    errors = [(line["level"], line["status"], line["problem"]) for line in lines if line["event"] == "error answered"]
    assert errors == [
        ("warning", 400, "Missing required parameter: 'messages'."),
        ("error", 500, "rule 'rule 1': template failed: ZeroDivisionError: division by zero"),
        ("warning", 400, "malformed json"),
    ]
    ids = [line["request_id"] for line in lines if line["event"] == "error answered"]
    assert ids == [line["request_id"] for line in lines if line["event"] == "request"]


def test_mockllm_logs_the_stack_of_our_own_mistakes(logged, script, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("understudy.engine.select.Rulebook.choose", fail)
    first, *rest = logged(script, HELLO)[1:]
    assert (first["level"], first["event"], first["error"]) == ("error", "request failed", "RuntimeError: a bug")
    assert "Traceback" in str(first["stack"])
    assert [(line["event"], line["status"]) for line in rest] == [("request", 500)]


def test_mockllm_reloads_the_file_while_it_serves(tmp_path, client_of):
    script = tmp_path / "responses.yml"
    script.write_text(RESPONSES)
    stream = io.StringIO()
    service = Service(Sources((script,), PRESET, {"port": 0}), Log("info", json_line, stream))
    with ThreadServer(service.server) as server:
        assert client_of(server).chat("hello").text == UNKNOWN
        script.write_text(RESPONSES.replace("defaults:", '  "hello": "new"\n\ndefaults:'))
        assert [service.watcher.changed(), service.watcher.changed()] == [False, True], "told once it has settled"
        renewed = service.renew()
        assert renewed is not None
        server.call(service.adopt, renewed)
        assert client_of(server).chat("hello").text == "new"
        script.write_text("responses: [broken")
        assert service.renew() is None
        assert client_of(server).chat("hello").text == "new", "a file that cannot be used changes nothing"
    events = [(line["level"], line["event"]) for line in map(json.loads, stream.getvalue().splitlines())]
    assert ("info", "script loaded") in events
    assert ("error", "script refused") in events


def test_mockllm_finds_responses_yml_in_the_working_directory(command, tmp_path):
    (tmp_path / "responses.yml").write_text(RESPONSES)
    started = command("understudy serve --preset mockllm")
    assert (started.server.host, started.server.port) == ("localhost", 8000)
    assert started.settings.watch
    assert [rule.rule for rule in started.server.app.world.rules._responses.values()] == ["responses"] * 2


def test_mockllm_as_a_process_prints_its_address_and_logs_json_to_stderr(tmp_path, environment):
    (tmp_path / "responses.yml").write_text(RESPONSES)
    process = subprocess.Popen(
        [sys.executable, "-m", "understudy", "serve", "--preset", PRESET, "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert re.fullmatch(r"Understudy is ready on http://localhost:\d+\n", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0
    assert [json.loads(line)["event"] for line in log.splitlines()] == ["script loaded", "listening", "stopped"]
