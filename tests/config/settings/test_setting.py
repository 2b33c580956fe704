"""The names a setting is reachable by."""

from __future__ import annotations

from understudy.config.quantities import DURATION
from understudy.config.settings.setting import Entry, Setting
from understudy.config.values import NAMES, PORT


def test_all_names_follow_from_the_field():
    entry = Entry("stream_tokens_min", Setting(PORT, "help"), 1)
    assert (entry.name, entry.flag, entry.flags) == ("stream-tokens-min", "--stream-tokens-min", ("--stream-tokens-min",))
    assert entry.environ == ("UNDERSTUDY_STREAM_TOKENS_MIN",)


def test_compatible_names_come_after_the_own_ones():
    entry = Entry("port", Setting(PORT, "help", ("-p",), ("OTHER_PORT",)), 80)
    assert entry.flags == ("--port", "-p")
    assert entry.environ == ("UNDERSTUDY_PORT", "OTHER_PORT")


def test_a_name_may_differ_from_the_field():
    entry = Entry("delay", Setting(DURATION, "help", name="delay-ms"), 0.25)
    assert (entry.name, entry.flag, entry.environ) == ("delay-ms", "--delay-ms", ("UNDERSTUDY_DELAY_MS",))


def test_defaults_are_written_as_users_write_them():
    assert Entry("delay", Setting(DURATION, "help"), 0.25).written_default == "250ms"
    assert Entry("port", Setting(PORT, "help"), 80).written_default == 80
    assert Entry("models", Setting(NAMES, "help"), ("a", "b")).written_default == ["a", "b"]
    assert Entry("models", Setting(NAMES, "help"), ()).written_default is None
