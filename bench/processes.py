"""Processes under test: started on a core of their own, looked at, and stopped.

Out: a running server with its port, what it cost in CPU time and memory. Where the system does not tell (no /proc, no
affinity) values are None and nothing is pinned. Knows nothing of what is asked.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).parent
PATIENCE = 20.0  # seconds for a server to start, or to stop
_READY = re.compile(r" ready on https?://[^:]+:(\d+)")


def cores() -> tuple[int | None, int | None]:
    """Return a core for the server and another for the client; None where pinning is not possible."""
    if sys.platform == "linux":
        allowed = sorted(os.sched_getaffinity(0))
        if len(allowed) > 1:
            return allowed[0], allowed[1]
    return None, None


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Start processes on a core: children inherit where their parent may run."""
    if sys.platform != "linux" or core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def python(*args: str | Path) -> list[str]:
    """Return a command line for this interpreter."""
    return [sys.executable, *map(str, args)]


def free_port() -> int:
    """Find a port for a server that cannot pick one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Running:
    """A server process; it is told where to listen, or tells it in a line on its output.

    Args:
        command: what to run.
        core: the core to run on.
        port: where it will listen; None = read it from the first line it prints.
    """

    def __init__(self, command: list[str], *, core: int | None, port: int | None = None) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("UNDERSTUDY_", "MOCK_OPENAI_"))
        }
        output = subprocess.PIPE if port is None else subprocess.DEVNULL
        self.began = time.perf_counter()
        with pinned(core):
            self.process = subprocess.Popen(command, stdout=output, stdin=subprocess.DEVNULL, text=True, env=environment)
        try:
            self.port = self._announced() if port is None else self._listening(port)
        except BaseException:
            self.stop()
            raise

    def ask(self, body: bytes) -> bytes:
        """Ask one question on a new connection.

        Raises:
            RuntimeError: when it is not answered with 200.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.process.args!r}: expected status 200, got {answer.status}: {data[:200]!r}")
        return data

    def cpu_seconds(self) -> float | None:
        """Return the CPU time used so far, of child processes too."""
        used = [_cpu_seconds(pid) for pid in self._tree()]
        return None if None in used else sum(value for value in used if value is not None)

    def resident(self) -> int | None:
        """Return the resident memory in bytes."""
        with suppress(OSError):
            return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        if program := shutil.which("ps"):
            shown = subprocess.run(
                [program, "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, text=True, check=False
            )
            return int(shown.stdout) * 1024 if shown.stdout.strip() else None
        return None

    def stop(self) -> None:
        """End it, kindly first."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _announced(self) -> int:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if found := _READY.search(line):
            return int(found[1])
        raise RuntimeError(f"{self.process.args!r}: expected a line with its address, got {line!r}. Run it by hand to see why.")

    def _listening(self, port: int) -> int:
        while time.perf_counter() - self.began < PATIENCE and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
                return port
            time.sleep(0.01)
        raise RuntimeError(f"{self.process.args!r}: expected it to listen on port {port}. Run it by hand to see why not.")

    def _tree(self) -> list[int]:
        tree = [self.process.pid]
        for pid in tree:
            with suppress(OSError):
                tree += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return tree


def machine_seconds() -> tuple[float, float] | None:
    """Return the CPU time everybody on this machine has used, and what its host took away; None where nobody tells."""
    try:
        values = [int(value) for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except OSError:
        return None
    ticks = float(os.sysconf("SC_CLK_TCK"))
    return sum(values[:3]) / ticks, values[7] / ticks


def _cpu_seconds(pid: int) -> float | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))
