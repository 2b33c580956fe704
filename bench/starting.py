"""The cases `startup` and `memory`: from nothing to the first answer, and what an idle server weighs.

Cold start is a new process up to its first whole answer, its compiled files and the disk cache warm. In-process start is what
a test waits for: `Understudy().start()` after the import, the first time in a process and again.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import prompts
from processes import cores, pinned, python
from serving import understudy

SETTLE = 0.5  # seconds between the first answer and the look at memory

_IN_PROCESS = """
import json, sys, time
begin = time.perf_counter()
from understudy import Understudy
imported = time.perf_counter()
times = []
for _ in range(6):
    server = Understudy(*sys.argv[1:])
    server.start()
    times.append(time.perf_counter())
    server.stop()
    times.append(time.perf_counter())
starts = [times[0] - imported] + [times[n] - times[n - 1] for n in range(2, len(times), 2)]
print(json.dumps([imported - begin, *starts]))
"""


def startup(folder: Path, rounds: int) -> Iterator[tuple[str, float]]:
    """Yield (what, milliseconds), five of each a round. Cold starts have the script of 53 rules."""
    script = folder / "startup.yaml"
    script.write_text(prompts.script(), encoding="utf-8")
    asked = prompts.batch("digits", 1)[0]
    for _ in range(5 * rounds):
        with understudy(folder) as server:
            server.ask(asked)
            yield "cold start to the first answer", (time.perf_counter() - server.began) * 1000
        for kind, scripts in (("no script", []), ("script of 53 rules", [script])):
            imported, first, *again = _in_process(scripts)
            if not scripts:
                yield "import", imported * 1000
            yield f"in-process start, {kind}, first", first * 1000
            yield f"in-process start, {kind}, again", min(again) * 1000


def memory(folder: Path, rounds: int) -> Iterator[tuple[str, float]]:
    """Yield (what, MiB)."""
    asked = prompts.batch("digits", 1)[0]
    for _ in range(rounds):
        with understudy(folder) as server:
            server.ask(asked)
            time.sleep(SETTLE)
            resident = server.resident()
            if resident is not None:
                yield "idle, after the first answer", resident / 2**20


def _in_process(scripts: list[Path]) -> list[float]:
    with tempfile.TemporaryDirectory() as folder, pinned(cores()[0]):
        done = subprocess.run(python("-c", _IN_PROCESS, *scripts), capture_output=True, text=True, check=True, cwd=folder)
    values: list[float] = json.loads(done.stdout)
    return values
