"""The document of "mock-openai", sentence by sentence, against the preset that stands in for it."""

from __future__ import annotations

import io
import itertools
import json
from statistics import mean, stdev

import pytest

import understudy
from understudy.app import Service
from understudy.cli import main
from understudy.model.http import Request, RequestHead
from understudy.observe._lines import json_line
from understudy.observe.logs import Log
from understudy.sources import Sources
from understudy.text.tokens import encoding_for

PRESET = "mock-openai"


@pytest.fixture
def client(serve):
    return serve(preset=PRESET)


def test_mock_openai_listens_on_port_3000_of_the_loopback_address(command):
    started = command(f"understudy serve --preset {PRESET}")
    assert (started.server.host, started.server.port) == ("127.0.0.1", 3000)


def test_mock_openai_defaults_are_the_documented_ones(command):
    settings = command(f"understudy serve --preset {PRESET}").settings
    assert (settings.pregen_count, settings.token_mean, settings.token_stddev) == (4096, 256, 64)
    assert (settings.stream_tokens_min, settings.stream_tokens_max, settings.response_delay) == (1, 64, 0)
    assert settings.verbose is False


@pytest.mark.parametrize("port", ["-p 4000", "--port 4000", "-p4000", "--port=4000"])
def test_mock_openai_port_flags(command, port):
    assert command(f"understudy serve --preset {PRESET} {port}").server.port == 4000


@pytest.mark.parametrize(
    ("flag", "variable", "field", "value"),
    [
        ("--port", "MOCK_OPENAI_PORT", "port", 4001),
        ("--pregen-count", "MOCK_OPENAI_PREG_COUNT", "pregen_count", 7),
        ("--token-mean", "MOCK_OPENAI_TOKEN_MEAN", "token_mean", 33),
        ("--token-stddev", "MOCK_OPENAI_TOKEN_STDDEV", "token_stddev", 5),
        ("--stream-tokens-min", "MOCK_OPENAI_STREAM_TOKENS_MIN", "stream_tokens_min", 2),
        ("--stream-tokens-max", "MOCK_OPENAI_STREAM_TOKENS_MAX", "stream_tokens_max", 9),
        ("--response-delay-ms", "MOCK_OPENAI_RESPONSE_DELAY_MS", "response_delay", 0.05),
    ],
)
def test_mock_openai_every_flag_and_variable(command, flag, variable, field, value):
    written = 50 if field == "response_delay" else value
    line = f"understudy serve --preset {PRESET}"
    assert getattr(command(f"{line} {flag} {written}").settings, field) == value
    assert getattr(command(f"{line} {flag} {written}", **{variable: "1"}).settings, field) == value, "the flag wins"
    assert getattr(command(line, **{variable: str(written)}).settings, field) == value


@pytest.mark.parametrize(
    ("flags", "environment"),
    [("-v", {}), ("--verbose", {}), ("", {"MOCK_OPENAI_VERBOSE": "true"}), ("", {"MOCK_OPENAI_VERBOSE": "1"})],
)
def test_mock_openai_verbose(command, flags, environment):
    assert command(f"understudy serve --preset {PRESET} {flags}", **environment).settings.verbose is True


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_mock_openai_help_lists_every_flag(capsys, flag):
    with pytest.raises(SystemExit) as stopped:
        main(["serve", flag])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    documented = ["-p", "--port", "--pregen-count", "--token-mean", "--token-stddev", "--stream-tokens-min"]
    documented += ["--stream-tokens-max", "--response-delay-ms", "-v", "--verbose", "-h", "--help", "-V", "--version"]
    assert [name for name in documented if name not in text.replace(",", " ").split()] == []


@pytest.mark.parametrize("words", [["-V"], ["--version"], ["serve", "-V"]])
def test_mock_openai_version(capsys, words):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert (stopped.value.code, capsys.readouterr().out) == (0, f"understudy {understudy.__version__}\n")


def test_mock_openai_health(client):
    answer = client.get("/health")
    assert (answer.status, answer.json) == (200, {"status": "healthy"})


def test_mock_openai_lists_models(client):
    document = client.get("/v1/models").json
    assert (list(document), document["object"]) == (["object", "data"], "list")
    assert all(list(model) == ["id", "object", "created", "owned_by"] for model in document["data"])


@pytest.mark.parametrize("name", ["gpt-4o-mini", "openai/gpt-4o", "anything"])
def test_mock_openai_shows_one_model(client, name):
    document = client.get(f"/v1/models/{name}").json
    assert (document["id"], document["object"]) == (name, "model")


def test_mock_openai_completions(client):
    document = client.post("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": "Once", "max_tokens": 12}).json
    assert (document["object"], document["usage"]["completion_tokens"]) == ("text_completion", 12)
    assert document["choices"][0]["text"]


def test_mock_openai_completions_stream(client):
    answer = client.post("/v1/completions", {"model": "any", "prompt": "Once", "max_tokens": 12, "stream": True})
    assert "".join(c["choices"][0]["text"] for c in answer.chunks)


def test_mock_openai_completions_without_a_cap_have_the_configured_length(client):
    lengths = [client.post("/v1/completions", {"prompt": f"{i}"}).json["usage"]["completion_tokens"] for i in range(20)]
    assert mean(lengths) > 150


def test_mock_openai_chat_completions(client):
    document = client.chat().json
    assert document["object"] == "chat.completion"
    assert len(document["choices"][0]["message"]["content"]) > 100
    assert document["choices"][0]["finish_reason"] == "stop"


def test_mock_openai_chat_completions_stream(client):
    answer = client.chat(stream=True)
    assert {c["object"] for c in answer.chunks} == {"chat.completion.chunk"}
    assert len("".join(answer.deltas)) > 100


@pytest.mark.parametrize("given", ["one", ["one", "two"]])
def test_mock_openai_embeddings(client, given):
    document = client.post("/v1/embeddings", {"model": "text-embedding-3-small", "input": given}).json
    assert [item["index"] for item in document["data"]] == list(range(len(document["data"])))
    assert {len(item["embedding"]) for item in document["data"]} == {1536}


def test_mock_openai_lengths_are_normally_distributed(serve):
    client = serve(preset=PRESET, token_mean=60, token_stddev=10)
    lengths = [client.chat(f"request {i}").json["usage"]["completion_tokens"] for i in range(300)]
    assert 58 < mean(lengths) < 62
    assert 8.5 < stdev(lengths) < 11.5
    within = sum(50 <= length <= 70 for length in lengths) / len(lengths)
    assert 0.6 < within < 0.78, "two thirds lie within one standard deviation"


def test_mock_openai_lengths_differ_for_the_same_request_too(client):
    assert len({client.chat("the very same").json["usage"]["completion_tokens"] for _ in range(10)}) > 5


@pytest.mark.parametrize(("cap", "reason"), [(10, "length"), (100_000, "stop")])
@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_mock_openai_max_tokens_caps_the_answer(client, name, cap, reason):
    document = client.chat(**{name: cap}).json
    assert document["usage"]["completion_tokens"] <= cap
    assert document["choices"][0]["finish_reason"] == reason


def test_mock_openai_max_tokens_caps_a_stream(client):
    text = "".join(client.chat(stream=True, max_tokens=10).deltas)
    assert encoding_for("gpt-4").count(text) == 10


def test_mock_openai_a_token_is_about_four_characters(client):
    documents = [client.chat(f"request {i}").json for i in range(20)]
    characters = sum(len(document["choices"][0]["message"]["content"]) for document in documents)
    assert 3.5 < characters / sum(document["usage"]["completion_tokens"] for document in documents) < 6


def test_mock_openai_texts_come_from_a_pool_of_that_size(serve):
    client = serve(preset=PRESET, pregen_count=3, token_mean=40, token_stddev=0)
    assert len({client.chat(f"request {i}").text for i in range(40)}) == 3


def test_mock_openai_events_carry_between_the_least_and_the_most_tokens(serve):
    client = serve(preset=PRESET, stream_tokens_min=3, stream_tokens_max=7)
    count = encoding_for("gpt-4").count
    sizes = []
    for i in range(20):
        *whole, last = [count(text) for text in client.chat(f"request {i}", stream=True).deltas]
        assert 1 <= last <= 7
        sizes += whole
    assert set(sizes) == {3, 4, 5, 6, 7}


def test_mock_openai_delay_comes_with_every_event(plan):
    body = {"stream": True, "max_tokens": 20}
    planned = plan(preset=PRESET, body=body, response_delay_ms=50, stream_tokens_max=4)
    events = planned.times(b'"delta":{"content":"')
    texts = [at for at, data in planned.sends if b'"content":"' in data and b'"role"' not in data]
    assert texts == events
    assert [round(b - a, 6) for a, b in itertools.pairwise(texts)] == [0.05] * (len(texts) - 1)
    assert len(texts) >= 5


def test_mock_openai_waits_for_nothing_by_default(plan):
    assert plan(preset=PRESET, body={"stream": True}).end == 0.0


def test_mock_openai_verbose_logs_the_bodies_of_requests():
    stream = io.StringIO()
    service = Service(Sources(preset=PRESET, flags={"verbose": True}), Log("info", json_line, stream))
    service.engine.respond(
        Request(RequestHead("POST", "/v1/completions", "/v1/completions", "", {}), b'{"prompt":"Once"}', 0.0)
    )
    assert json.loads(stream.getvalue())["request"] == '{"prompt":"Once"}'
