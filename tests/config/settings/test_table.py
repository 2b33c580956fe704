"""The table of settings: complete, consistent, and with the defaults users were promised."""

from __future__ import annotations

import pytest

from understudy.config.settings import TABLE, Fallback, Settings

PROMISED = {
    "host": "127.0.0.1",
    "port": 8000,
    "seed": 0,
    "repeat": "same",
    "latency": 0.0,
    "jitter": 0.0,
    "response-delay-ms": 0.0,
    "token-mean": 256.0,
    "token-stddev": 64.0,
    "pregen-count": 4096,
    "stream-tokens-min": 1,
    "stream-tokens-max": 1,
    "big-payload": False,
    "stream-unit": "token",
    "reply": Fallback("text", "Hello! I'm a mock LLM response. How can I help you today?"),
    "tools": "auto",
    "validation": "strict",
    "default-model": "gpt-4o-mini",
    "request-controls": True,
    "lenient-controls": False,
    "api-keys": (),
    "only": (),
    "only-listed-models": False,
    "log-level": "info",
    "log-format": "auto",
    "verbose": False,
    "watch": True,
    "control-token": "",
    "metrics-names": "understudy",
    "journal-size": 1000,
    "tls-cert": None,
    "tls-key": None,
    "max-body": 64 << 20,
    "max-header": 64 << 10,
    "max-connections": 65536,
    "idle-timeout": 75.0,
    "header-timeout": 15.0,
    "body-timeout": 30.0,
    "shutdown-grace": 10.0,
}


def test_every_promised_setting_has_its_default():
    assert {name: TABLE[name].default for name in PROMISED} == PROMISED
    assert set(TABLE) - set(PROMISED) == {"models"}


def test_the_defaults_are_those_of_the_class():
    settings = Settings()
    assert all(getattr(settings, entry.field) == entry.default for entry in TABLE.values())


def test_no_name_means_two_settings():
    for names in ("flags", "environ"):
        all_names = [name for entry in TABLE.values() for name in getattr(entry, names)]
        assert len(all_names) == len(set(all_names))


@pytest.mark.parametrize("name", [name for name, entry in TABLE.items() if entry.written_default is not None])
def test_a_default_can_be_written_down(name):
    entry = TABLE[name]
    assert entry.setting.kind.read(entry.written_default) == entry.default


@pytest.mark.parametrize("entry", TABLE.values(), ids=lambda entry: entry.name)
def test_help_is_one_phrase(entry):
    assert entry.setting.help
    assert not entry.setting.help.endswith(".")
