"""The command line as a whole: help, version, and a sentence for whatever a user types."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

import understudy
from understudy.cli import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_version(run, command):
    asked = run(command, "--help")
    assert asked.status == 0
    assert COMMANDS[command] in " ".join(asked.out.split())
    assert run(command, "--version").out == run("--version").out == f"understudy {understudy.__version__}\n"


def test_help_lists_the_commands(run):
    asked = run("--help")
    assert asked.status == 0
    assert all(command in asked.out for command in COMMANDS)


def test_nothing_at_all_is_answered_with_help(run):
    asked = run()
    assert (asked.status, asked.out) == (2, "")
    assert all(command in asked.err for command in COMMANDS)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["srve"], "'srve': expected one of serve, check, explain, presets, schema, fit, import, record, report. Did you mean"),
        (["chat.yaml"], "Did you mean `understudy serve chat.yaml`?"),
        ([""], "'': expected one of"),
        (["serve", "--prot", "1"], "--prot: no such flag. Did you mean '--port'? `understudy serve --help` lists"),
        (["--prot", "1"], "--prot: no such flag. Did you mean '--port'?"),
        (["serve", "--port"], "expected one argument"),
        (["serve", "--por", "1"], "--por: no such flag"),
        (["serve", "--port", "x"], "--port 'x': expected a port number from 0 to 65535, got 'x'."),
        (["serve", "--port", "65536"], "--port '65536': expected a port number"),
        (["serve", "--latency", "soon"], "--latency 'soon': expected"),
        (["serve", "--watch=maybe"], "--watch/--no-watch: expected on or off, got 'maybe'."),
        (["serve", "--help=x"], "expected no value, got 'x'."),
        (["serve", "--reply", "text", "--log-level", "loud"], "--log-level 'loud': expected"),
        (["serve", "--preset", "mokllm"], "preset 'mokllm': expected one of"),
        (["serve", "--preset", "mokllm"], "Did you mean 'mockllm'?"),
        (["serve", "--tls-cert", "cert.pem"], "expected tls-key beside it, got none"),
        (["serve", "--tls-cert", "a.pem", "--tls-key", "b.pem"], "a.pem"),
        (["serve", "--host", "999.1.1.1", "--port", "0"], "host 999.1.1.1: expected an address of this machine"),
        (["serve", "none.yaml"], "none.yaml:1: no such file"),
        (["serve", "."], ".:1: "),
        (["check"], "the following arguments are required: SCRIPT. `understudy check --help` lists"),
        (["presets", "mokllm"], "Did you mean 'mockllm'?"),
        (["presets", "one", "two"], "'two': expected nothing here."),
        (["presets", "../mockllm"], "preset '../mockllm': expected one of"),
        (["schema", "--pretty"], "--pretty: no such flag."),
        (["explain", "a"], "the following arguments are required: REQUEST.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_answered_with_a_sentence(run, given, said):
    done = run(*given)
    assert done.status == 2
    assert said in done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) == 1


def test_all_wrong_settings_are_told_at_once(run):
    done = run("serve", "--port", "x", "--seed", "y")
    assert done.status == 2
    assert "--port 'x'" in done.err
    assert "--seed 'y'" in done.err


def test_a_wrong_variable_is_named(run, monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_SEED", "many")
    done = run("serve", "--port", "0")
    assert done.status == 2
    assert "UNDERSTUDY_SEED 'many': expected" in done.err


def test_ctrl_c_ends_without_a_stack_trace(monkeypatch):
    def interrupted() -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("understudy.cli.presets.preset_names", interrupted)
    assert main(["presets"]) == 130


class Broken(io.TextIOWrapper):
    """A standard output that cannot be written to."""

    def __init__(self, error: OSError, path) -> None:
        super().__init__(path.open("wb"), encoding="ascii")
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [(BrokenPipeError(32, "Broken pipe"), 0, ""), (OSError(28, "No space left"), 2, "understudy: output: No space left.\n")],
    ids=["reader gone", "disk full"],
)
def test_an_output_that_breaks_is_no_stack_trace(monkeypatch, capsys, tmp_path, error, status, said):
    with Broken(error, tmp_path / "out") as broken, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", broken)
        assert main(["presets"]) == status
    assert capsys.readouterr().err == said


def test_a_terminal_without_unicode_is_no_stack_trace(monkeypatch, tmp_path):
    (tmp_path / "r.json").write_text('{"model": "m", "messages": [{"role": "user", "content": "ж"}]}', encoding="utf-8")
    (tmp_path / "s.yaml").write_text("rules: [{reply: 'ж'}]", encoding="utf-8")
    with (tmp_path / "out").open("w", encoding="ascii") as poor, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", poor)
        assert main(["explain", str(tmp_path / "s.yaml"), str(tmp_path / "r.json")]) == 0
    assert "\\u0436" in (tmp_path / "out").read_text(encoding="ascii")


def test_what_is_said_to_a_closed_stream_goes_nowhere(monkeypatch, capsys, tmp_path):
    (tmp_path / "empty.json").write_text('{"fixtures": []}')
    (tmp_path / "s.yaml").write_text("rules: [{reply: hi}]")
    with monkeypatch.context() as patched:
        for name in ("stdin", "stderr"):
            patched.setattr(sys, name, None)
        assert main(["import", str(tmp_path / "empty.json")]) == 1
        assert main(["explain", str(tmp_path / "s.yaml"), "-"]) == 2
        for stream in (sys.stdin, sys.stderr):
            os.close(stream.fileno())
    assert capsys.readouterr().out == ""


def test_it_runs_as_a_module(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "understudy", "--version"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout == f"understudy {understudy.__version__}\n"


@pytest.mark.parametrize("flag", ["-lat", "-l", "-jit", "-big"])
def test_flags_of_one_dash_are_not_abbreviated_either(run, flag):
    done = run("serve", flag, "300")
    assert done.status == 2
    assert f"{flag}: no such flag." in done.err


def test_the_value_of_a_short_flag_may_stand_behind_it(run):
    assert "--port 'many': expected a port number" in run("serve", "-pmany").err
