"""Settings on the command line, and the spellings of the servers this one stands in for."""

from __future__ import annotations

import argparse

import pytest

from understudy.config.settings import TABLE, add_flags, flags_given


def given(*arguments: str) -> dict[str, object]:
    parser = argparse.ArgumentParser(prog="x")
    parser.add_argument("scripts", nargs="*")
    add_flags(parser)
    return flags_given(parser.parse_args(arguments))


@pytest.mark.parametrize(
    ("arguments", "flags"),
    [
        ([], {}),
        (["--port", "8080"], {"port": "8080"}),
        (["--port=8080"], {"port": "8080"}),
        (["-p", "8080"], {"port": "8080"}),
        (["-p8080"], {"port": "8080"}),
        (["-port", "8080"], {"port": "8080"}),
        (["-port=8080"], {"port": "8080"}),
        (["-port", "8080", "-latency", "50", "-jitter", "20"], {"port": "8080", "latency": "50", "jitter": "20"}),
        (["-latency=75", "-jitter=25", "-big-payload"], {"latency": "75", "jitter": "25", "big-payload": True}),
        (["-big-payload=true"], {"big-payload": "true"}),
        (["-big-payload=false"], {"big-payload": "false"}),
        (["-v"], {"verbose": True}),
        (["--verbose"], {"verbose": True}),
        (["--no-watch"], {"watch": False}),
        (["--watch", "a.yaml"], {"watch": True}),
        (["--watch=off", "a.yaml"], {"watch": "off"}),
        (["--port", "1", "--port", "2"], {"port": "2"}),
        (["--port", "abc"], {"port": "abc"}),
        (["--api-keys", "a,b"], {"api-keys": "a,b"}),
        (
            ["--pregen-count", "10", "--token-mean", "5", "--token-stddev", "1", "--stream-tokens-min", "2"],
            {"pregen-count": "10", "token-mean": "5", "token-stddev": "1", "stream-tokens-min": "2"},
        ),
        (["--stream-tokens-max", "64", "--response-delay-ms", "5"], {"stream-tokens-max": "64", "response-delay-ms": "5"}),
    ],
    ids=" ".join,
)
def test_flags_are_collected_as_they_were_written(arguments, flags):
    assert given(*arguments) == flags


def test_every_setting_has_a_flag():
    for entry in TABLE.values():
        arguments = [entry.flag] if isinstance(entry.default, bool) else [entry.flag, "x"]
        assert list(given(*arguments)) == [entry.name]


@pytest.mark.parametrize("arguments", [["--por", "80"], ["--prot", "80"], ["--watch=maybe"], ["--port"]])
def test_other_flags_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        given(*arguments)
    assert capsys.readouterr().err.startswith("usage: x")


def test_help_names_value_and_default(capsys):
    with pytest.raises(SystemExit):
        given("--help")
    text = " ".join(capsys.readouterr().out.split())
    assert "--port PORT, -p PORT, -port PORT port to listen on; 0 picks a free one (default: 8000)" in text
    assert "--idle-timeout DURATION close a connection that is idle for so long (default: 75s)" in text
    assert "--watch, --no-watch reload scripts when they change (default: on)" in text
    assert "--watch=true" not in text
