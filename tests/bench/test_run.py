"""The benchmarks run: tiny, in a process of their own, and without a word about how fast."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "bench/run.py"
MEASURES = {
    "plain, fixed reply",
    "plain, known words in new order",
    "plain, novel words",
    "8 KiB of shared text",
    "8 KiB of known words in new order",
    "8 KiB of novel words",
    "generated reply",
    "stream of 256 events",
    "generated stream",
}


def bench(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, RUN, *args], capture_output=True, text=True, timeout=60, check=False)


def test_the_engine_case_measures_everything_it_names(tmp_path):
    path = tmp_path / "found/engine.json"
    done = bench("--cases", "engine", "--rounds", "2", "--secs", "0.001", "--json", path)
    assert done.returncode == 0, done.stderr
    found = json.loads(path.read_text())
    assert set(found["cases"]) == {"engine"}
    assert set(found["cases"]["engine"]) == MEASURES
    assert all(len(values) == 2 and min(values) > 0 for values in found["cases"]["engine"].values())
    assert {"date", "system", "processor", "cores", "python", "packages"} <= set(found["machine"])
    assert all(name in done.stdout for name in MEASURES)


@pytest.mark.parametrize(
    ("args", "says"),
    [(("--cases", "engine,typo"), "--cases typo: expected some of"), (("--rounds", "0"), "expected more than 0")],
)
def test_wrong_arguments_are_refused(args, says):
    done = bench(*args)
    assert done.returncode == 2
    assert says in done.stderr
