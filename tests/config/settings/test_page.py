"""The reference page of the settings."""

from __future__ import annotations

from understudy.config.settings import TABLE, settings_markdown


def test_every_setting_has_a_row():
    rows = [line for line in settings_markdown().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows[: len(TABLE)]] == list(TABLE)


def test_rows_tell_value_default_and_meaning():
    page = settings_markdown()
    assert "| `port`* | a port number from 0 to 65535 | 8000 | port to listen on; 0 picks a free one |\n" in page
    assert "| `latency` | a duration such as 250ms, 1.5s or 2m | 0 | delay before the answer |\n" in page
    assert "| `port` | `-p`, `-port` | `MOCK_OPENAI_PORT`, `PORT` |\n" in page
