"""The worked examples for other languages, run as their pages show them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def unpack(page: str, folder: Path) -> None:
    """Write the files that a page shows."""
    spec = importlib.util.spec_from_file_location("understudy_run_docs", ROOT / "tools/run_docs.py")
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    for block in tool.blocks((ROOT / "docs/howto" / page).read_text()):
        if "file" in block.options:
            (folder / block.options["file"]).write_text(block.text)


def run(folder: Path, *command: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environ = {name: value for name, value in os.environ.items() if not name.startswith("UNDERSTUDY_")}
    done = subprocess.run(
        command, cwd=folder, env={**environ, "PATH": path}, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_go(tmp_path):
    go = shutil.which("go")
    if go is None:
        pytest.skip("go: not installed")
    unpack("go.md", tmp_path)
    run(tmp_path, go, "mod", "init", "example.com/weather")
    run(tmp_path, go, "test", "./...")


def test_vitest(tmp_path):
    packages = ROOT / ".cache/node/node_modules"
    if not (packages / "vitest").is_dir() or not (packages / "openai").is_dir():
        pytest.skip("vitest and openai for Node: not installed")
    unpack("vitest.md", tmp_path)
    (tmp_path / "node_modules").symlink_to(packages)
    run(tmp_path, "node", str(packages / "vitest/vitest.mjs"), "run", "--no-cache")
