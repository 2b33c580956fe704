"""Which source of a setting wins, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from understudy.config.settings import (
    TABLE,
    Fallback,
    Settings,
    SettingsError,
    Spot,
    needs_restart,
    resolve,
    unknown_environment,
)
from understudy.errors import UsageError


def settled(**given: Any) -> Settings:
    sources: dict[str, Any] = {"flags": {}, "environ": {}, "script": {}}
    return resolve(**(sources | given))


def refused(**given: Any) -> str:
    with pytest.raises(UsageError) as caught:
        settled(**given)
    return str(caught.value)


def test_nothing_given_gives_the_defaults():
    assert settled() == Settings()


def test_each_source_wins_over_the_next():
    given: dict[str, Any] = {
        "flags": {"port": "1"},
        "environ": {"UNDERSTUDY_PORT": "2", "MOCK_OPENAI_PORT": "3", "PORT": "4"},
        "script": {"port": 5},
    }
    ports = [settled(**given).port]
    del given["flags"]
    for name in ("UNDERSTUDY_PORT", "MOCK_OPENAI_PORT", "PORT"):
        ports.append(settled(**given).port)
        del given["environ"][name]
    ports.append(settled(**given).port)
    del given["script"]
    ports.append(settled(**given).port)
    assert ports == [1, 2, 3, 4, 5, 8000]


@pytest.mark.parametrize(
    ("name", "written", "field", "value"),
    [
        ("MOCK_OPENAI_PORT", "3000", "port", 3000),
        ("PORT", "3500", "port", 3500),
        ("MOCK_OPENAI_PREG_COUNT", "16", "pregen_count", 16),
        ("MOCK_OPENAI_TOKEN_MEAN", "12.5", "token_mean", 12.5),
        ("MOCK_OPENAI_TOKEN_STDDEV", "3", "token_stddev", 3.0),
        ("MOCK_OPENAI_STREAM_TOKENS_MIN", "1", "stream_tokens_min", 1),
        ("MOCK_OPENAI_STREAM_TOKENS_MAX", "64", "stream_tokens_max", 64),
        ("MOCK_OPENAI_RESPONSE_DELAY_MS", "20", "response_delay", 0.02),
        ("MOCK_OPENAI_VERBOSE", "1", "verbose", True),
        ("MOCK_OPENAI_VERBOSE", "false", "verbose", False),
        ("UNDERSTUDY_WATCH", "off", "watch", False),
        ("UNDERSTUDY_API_KEYS", "a, b", "api_keys", ("a", "b")),
        ("UNDERSTUDY_REPLY", "echo", "reply", Fallback("echo")),
        ("UNDERSTUDY_REPLY", "{text: echo}", "reply", Fallback("text", "echo")),
        ("UNDERSTUDY_TLS_CERT", "", "tls_cert", None),
        ("UNDERSTUDY_MAX_BODY", "10MB", "max_body", 10_000_000),
        ("UNDERSTUDY_IDLE_TIMEOUT", "1.5s", "idle_timeout", 1.5),
    ],
)
def test_environment_names(name, written, field, value):
    assert getattr(settled(environ={name: written}), field) == value


@pytest.mark.parametrize("entry", TABLE.values(), ids=lambda entry: entry.name)
def test_every_setting_can_be_given_by_flag_environment_and_script(entry):
    value = {bool: not entry.default}.get(type(entry.default), entry.default)
    written = entry.setting.kind.show(value).replace(", ", ",")
    if value in (None, ()):
        written = "openai" if entry.name == "only" else "k"
        value = {"api-keys": ("k",), "only": ("openai",), "tls-cert": Path("k"), "tls-key": Path("k")}[entry.name]
    companion = {"tls-cert": {"tls-key": "k"}, "tls-key": {"tls-cert": "k"}}.get(entry.name, {})
    in_script = entry.setting.kind.parse(written)
    assert getattr(settled(flags={entry.name: written, **companion}), entry.field) == value
    assert getattr(settled(environ={entry.environ[0]: written}, flags=companion), entry.field) == value
    assert getattr(settled(script={entry.name: in_script, **companion}), entry.field) == value


def test_flags_may_be_named_by_field_and_hold_values():
    settings = settled(flags={"token_mean": 5, "response_delay": "5ms", "api_keys": ["k"], "reply": {"text": "echo"}})
    assert (settings.token_mean, settings.response_delay, settings.api_keys) == (5.0, 0.005, ("k",))
    assert settings.reply == Fallback("text", "echo")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"flags": {"port": "abc"}}, "--port 'abc': expected a port number from 0 to 65535, got 'abc'."),
        ({"flags": {"port": 70000}}, "--port 70000: expected a port number from 0 to 65535, got 70000."),
        (
            {"environ": {"UNDERSTUDY_PORT": "70000"}},
            "UNDERSTUDY_PORT '70000': expected a port number from 0 to 65535, got '70000'.",
        ),
        ({"environ": {"PORT": "http"}}, "PORT 'http': expected a port number from 0 to 65535, got 'http'."),
        ({"script": {"port": "80"}}, "settings.port '80': expected a port number from 0 to 65535, got '80'."),
        ({"script": {"port": None}}, "settings.port nothing: expected a port number from 0 to 65535, got nothing."),
        (
            {"script": {"api-keys": ["a", 5, [7]]}},
            (
                "settings.api-keys[1]: expected a text that is not empty, got a secret. Put it in quotes to make it a text.\n"
                "settings.api-keys[2]: expected a text that is not empty, got a list."
            ),
        ),
        ({"script": {"api-keys": 5}}, "settings.api-keys: expected a list of names, got a secret."),
        ({"flags": {"models": ["a", ""]}}, "--models[1] '': expected a text that is not empty, got ''."),
        (
            {"flags": {"reply": {"text": 5}}},
            "--reply.text 5: expected a text, got 5. Put it in quotes to make it a text.",
        ),
        ({"flags": {"stream-unit": "line"}}, "--stream-unit 'line': expected token, char or word, got 'line'."),
        (
            {"flags": {"latency": "-1"}},
            (
                "--latency '-1': expected a duration such as 250ms, 1.5s or 2m "
                "(a bare number is milliseconds; at most 1e9s), got '-1'."
            ),
        ),
        ({"script": {"prot": 1}}, "settings 'prot': unknown setting. Did you mean 'port'?"),
        ({"flags": {"zzz": 1}}, f"flag 'zzz': unknown setting: expected one of {', '.join(TABLE)}."),
        (
            {"flags": {"stream-tokens-min": "4"}},
            "stream-tokens-min 4 (--stream-tokens-min): expected at most stream-tokens-max 1 (default), got more. Set both.",
        ),
        (
            {"environ": {"UNDERSTUDY_TLS_CERT": "a.pem"}},
            "tls-cert 'a.pem' (UNDERSTUDY_TLS_CERT): expected tls-key beside it, got none. HTTPS needs both.",
        ),
        (
            {"script": {"tls-key": "a.pem"}},
            "tls-key 'a.pem' (settings.tls-key): expected tls-cert beside it, got none. HTTPS needs both.",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_source(given, message):
    assert refused(**given) == message


def test_keywords_are_called_what_they_are():
    assert refused(flags={"token-mean": "x"}, keywords=True).startswith("keyword 'token_mean' 'x': expected a number from 0")
    message = refused(flags={"stream-tokens-min": 5, "stream_tokens_max": 3}, keywords=True)
    assert message.startswith(
        "stream-tokens-min 5 (keyword 'stream_tokens_min'): expected at most stream-tokens-max 3 (keyword "
    )


def test_all_wrong_values_are_told_at_once():
    assert refused(flags={"port": "a", "seed": "b"}).splitlines() == [
        "--port 'a': expected a port number from 0 to 65535, got 'a'.",
        "--seed 'b': expected a whole number from 0 to 18446744073709551615, got 'b'.",
    ]


def test_a_wrong_value_that_is_overridden_does_no_harm():
    assert settled(flags={"port": "1"}, environ={"PORT": "nonsense"}).port == 1


def test_unknown_variables_are_named_with_the_nearest():
    environ = {"UNDERSTUDY_PROT": "1", "UNDERSTUDY_PORT": "1", "UNDERSTUDY_QQQQ": "", "PATH": "/"}
    assert unknown_environment(environ) == [
        "environment variable UNDERSTUDY_PROT: unknown setting. Did you mean 'UNDERSTUDY_PORT'?",
        "environment variable UNDERSTUDY_QQQQ: unknown setting.",
    ]


def test_a_reload_names_the_settings_it_cannot_change():
    before = Settings()
    after = replace(before, port=9000, latency=1.0, log_level="debug")
    assert needs_restart(before, after) == ["port", "log-level"]
    assert needs_restart(before, before) == []


def test_what_is_asked_of_the_running_server_wins_over_everything():
    assert settled(flags={"seed": "1"}, environ={"UNDERSTUDY_SEED": "2"}, runtime={"seed": 7}).seed == 7
    assert settled(runtime={"reply": {"text": "echo"}}).reply == Fallback("text", "echo")


def test_what_the_running_server_cannot_take_is_named_by_its_source():
    message = refused(flags={"stream-tokens-max": "3"}, runtime={"stream-tokens-min": 5})
    assert message == (
        "stream-tokens-min 5 (PATCH settings.stream-tokens-min): expected at most stream-tokens-max 3 (--stream-tokens-max), "
        "got more. Set both."
    )


def test_what_scripts_say_is_named_by_its_place():
    spots = {"stream-tokens-min": Spot("a.yaml", 6), "stream-tokens-max": Spot("b.yaml", 3), "tls-key": Spot("b.yaml", 4)}
    with pytest.raises(SettingsError) as caught:
        settled(script={"stream-tokens-min": 5, "stream-tokens-max": 2, "tls-key": "k"}, spots=spots)
    assert caught.value.mistakes == (
        (
            ("a.yaml", 6),
            "stream-tokens-min 5 (a.yaml:6): expected at most stream-tokens-max 2 (b.yaml:3), got more. Set both.",
        ),
        (("b.yaml", 4), "tls-key 'k' (b.yaml:4): expected tls-cert beside it, got none. HTTPS needs both."),
    )
    with pytest.raises(SettingsError) as caught:
        settled(script={"stream-tokens-max": 2}, flags={"stream-tokens-min": "5"}, spots=spots)
    assert caught.value.mistakes[0][0] == ("b.yaml", 3)
    assert "(--stream-tokens-min)" in caught.value.mistakes[0][1]


def test_a_preset_is_no_setting():
    assert unknown_environment({"UNDERSTUDY_PRESET": "mockllm"}) == [
        (
            "environment variable UNDERSTUDY_PRESET: unknown setting. A preset is named by the flag --preset, "
            "or by `extends: [preset:NAME]` in a script."
        )
    ]
