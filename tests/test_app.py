"""The composition root: sources in, an engine out; a reload is whole or not at all."""

from __future__ import annotations

import io
import json

import pytest

from understudy.app import Service, Sources, read, shape_problems
from understudy.errors import ScriptError, UsageError
from understudy.observe.logs import configure

OLD = "version: 1\nsettings: {port: 8000}\nrules: [{name: old, reply: old words}]\n"
NEW = "version: 1\nsettings: {port: 9000}\nrules: [{name: new, reply: new words}]\n"


@pytest.fixture
def running(tmp_path):
    script, log = tmp_path / "script.yaml", io.StringIO()
    script.write_text(OLD)
    made = Service(Sources((script,)), configure("info", "json", log))

    def lines():
        return [json.loads(line) for line in log.getvalue().splitlines()]

    return made, script, lines


def said(ask, chat, service):
    return ask(chat(), to=service.engine).json["choices"][0]["message"]["content"]


def test_a_reload_is_adopted_and_announced(running, ask, chat):
    service, script, lines = running
    script.write_text(NEW)
    renewed = service.renew()
    assert said(ask, chat, service) == "old words"
    service.adopt(renewed)
    assert said(ask, chat, service) == "new words"
    loaded = next(line for line in lines() if line["event"] == "script loaded")
    assert (loaded["scripts"], loaded["rules"]) == (["script.yaml"], 1)
    assert any(line["event"] == "setting needs a restart" and line["setting"] == "port" for line in lines())


@pytest.mark.parametrize("text", ["version: 1\nrulse: []\n", "{", "version: 1\nsettings: {seed: x}\n"])
def test_what_cannot_be_used_leaves_everything_as_it_was(running, ask, chat, text):
    service, script, lines = running
    script.write_text(text)
    assert service.renew() is None
    assert said(ask, chat, service) == "old words"
    refused = [line for line in lines() if line["event"] in ("script refused", "settings refused")]
    assert refused
    assert all(line["level"] == "error" and line["problem"] for line in refused)
    script.write_text(NEW)
    service.adopt(service.renew())
    assert said(ask, chat, service) == "new words"


def test_flags_win_over_the_environment_and_that_over_scripts(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("version: 1\nsettings: {seed: 1, latency: 1, jitter: 1}\n")
    environ = {"UNDERSTUDY_SEED": "2", "UNDERSTUDY_LATENCY": "2"}
    settings, _ = read(Sources((script,), None, {"seed": "3"}, environ))
    assert (settings.seed, settings.latency, settings.jitter) == (3, 0.002, 0.001)


def test_mistakes_stop_the_start(tmp_path):
    with pytest.raises(ScriptError):
        Service(Sources((tmp_path / "missing.yaml",)))
    with pytest.raises(UsageError):
        Service(Sources((), None, {"seed": "x"}))
    with pytest.raises((ScriptError, UsageError), match="mockllm"):
        Service(Sources((), "mockllmm"))


def test_shapes_are_checked_by_their_dialect():
    assert shape_problems({"openai": {}}) == []
    assert shape_problems({"opnai": {}}) == [(("opnai",), "unknown dialect 'opnai'. Did you mean 'openai'?")]
    (((dialect, *_path), message),) = shape_problems({"openai": {"chta": {}}})
    assert dialect == "openai"
    assert "'chta'" in message
    assert "Did you mean 'chat'?" in message


@pytest.mark.parametrize("size", [0, 2])
def test_the_journal_keeps_what_it_is_told_to(service, ask, chat, size):
    made = service(journal_size=size)
    for _ in range(3):
        ask(chat(), to=made.engine)
    assert len(made.journal) == size
