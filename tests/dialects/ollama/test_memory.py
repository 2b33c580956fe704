"""Which models are in memory: those that were asked, for as long as they are kept alive on the server's clock."""

from __future__ import annotations

import pytest


def test_nothing_is_loaded_before_it_is_asked(server):
    ollama = server()
    assert ollama.names("ps") == []
    ollama.chat("llama3.2", options={"num_ctx": 2048})
    (entry,) = ollama.post("ps", method="GET").json["models"]
    assert (entry["name"], entry["expires_at"], entry["context_length"]) == ("llama3.2:latest", "2027-01-15T08:05:00Z", 2048)


def test_a_model_goes_when_its_time_is_over(server):
    ollama = server()
    ollama.chat("llama3.2")
    ollama.now += 299
    assert ollama.names("ps") == ["llama3.2:latest"]
    ollama.chat("llama3.2:latest")
    ollama.now += 299
    assert ollama.names("ps") == ["llama3.2:latest"]
    ollama.now += 1
    assert ollama.names("ps") == []


@pytest.mark.parametrize(("alive", "seconds"), [("90s", 90), (60, 60), ("1h30m", 5400), ("1.5m", 90), (0.5, 0.5)])
def test_a_model_stays_as_long_as_is_asked_and_again_so(server, alive, seconds):
    ollama = server()
    ollama.post("generate", {"model": "m", "keep_alive": alive})
    ollama.now += seconds * 0.9
    ollama.chat("m")
    ollama.now += seconds * 0.9
    assert ollama.names("ps") == ["m:latest"]
    ollama.now += seconds * 0.2
    assert ollama.names("ps") == []


def test_a_negative_time_is_forever(server):
    ollama = server()
    ollama.chat("m", keep_alive=-1)
    ollama.now += 3e9
    assert ollama.names("ps") == ["m:latest"]


def test_no_time_unloads_at_once(server):
    ollama = server()
    ollama.chat("a")
    ollama.chat("b", keep_alive=0)
    assert ollama.names("ps") == ["a:latest"]
    assert ollama.post("generate", {"model": "a", "keep_alive": 0}).json["done_reason"] == "unload"
    assert ollama.names("ps") == []


def test_the_one_that_stays_longest_is_first(server):
    ollama = server()
    ollama.chat("a", keep_alive=10)
    ollama.post("embed", {"model": "b", "input": "x", "keep_alive": 20})
    assert ollama.names("ps") == ["b:latest", "a:latest"]


def test_an_answer_that_fails_loads_nothing(server):
    ollama = server("rules: [{reply: {error: overloaded}}]")
    assert ollama.chat("a").status == 503
    assert ollama.names("ps") == []


@pytest.mark.parametrize(
    ("alive", "error"),
    [
        ("10", 'time: missing unit in duration "10"'),
        ("10x", 'time: unknown unit "x" in duration "10x"'),
        ("soon", 'time: invalid duration "soon"'),
        ("", 'time: invalid duration ""'),
        (True, "Unsupported type: 'bool'"),
    ],
)
def test_a_time_that_is_none_is_refused(server, alive, error):
    body = {"model": "m", "prompt": "a", "keep_alive": alive}
    assert server().says("generate", body) == (400, error)
    assert server(validation="lenient").post("generate", body).status == 200
