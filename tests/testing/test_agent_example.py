"""The example in examples/agent: a small application and its tests, run as a user would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

AGENT = Path(__file__).parents[2] / "examples/agent"

pytestmark = pytest.mark.sdk


def test_its_tests_pass():
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "UNDERSTUDY_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", str(AGENT)]
    done = subprocess.run(command, cwd=AGENT, env=environ, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "weather.yaml:13: thanks\n3 of 4 scripted rules answered calls" in done.stdout
