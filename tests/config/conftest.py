"""Scripts written for a test: loaded, or refused with their problems."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from understudy.config.load import load
from understudy.config.script import Script
from understudy.errors import ScriptError


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file below the test's folder."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return written


@pytest.fixture
def script(write) -> Callable[..., Script]:
    """Load a script of this text."""

    def loaded(text: str, name: str = "script.yaml", **options: Any) -> Script:
        return load([write(name, text)], **options)

    return loaded


@pytest.fixture
def problems(write, tmp_path) -> Callable[..., list[str]]:
    """Load a script that must be refused; return its problems, files relative to the test's folder."""

    def refused(text: str, name: str = "script.yaml", **options: Any) -> list[str]:
        with pytest.raises(ScriptError) as caught:
            load([write(name, text)], **options)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return refused


@pytest.fixture
def preset_folder(tmp_path, monkeypatch) -> Path:
    """A folder of presets of the test's own."""
    folder = tmp_path / "presets"
    folder.mkdir()
    monkeypatch.setattr("understudy.config.presets.FOLDER", folder)
    return folder
