"""The command line in this process, and as a program of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from understudy.cli import main

PATIENCE = 20
COMMAND = [sys.executable, "-m", "understudy"]


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def run(capsys, tmp_path, monkeypatch) -> Callable[..., Done]:
    """Run a command in this process, in an empty folder and without an environment that would change settings."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ.keys() - clean({}).keys():
        monkeypatch.delenv(name)

    def call(*given: object) -> Done:
        try:
            status = main([str(word) for word in given])
        except SystemExit as error:
            status = int(error.code or 0)
        return Done(status, *capsys.readouterr())

    return call


@pytest.fixture
def write(tmp_path) -> Callable[[str, str], Path]:
    """Write a file of that name."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return put


def clean(environ: dict[str, str]) -> dict[str, str]:
    """The environment without what would change settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UNDERSTUDY_", "MOCK_")) and k != "PORT"}
    return kept | environ


class Program:
    """`understudy ...` as a process; its log goes to a file, or into a pipe that nobody reads before the end.

    `closed` names the standard streams that it finds closed, as a shell spells them.
    """

    def __init__(
        self, given: tuple[str, ...], folder: Path, environ: dict[str, str], *, piped: bool = False, closed: str = ""
    ) -> None:
        command = ["sh", "-c", f'exec "$0" "$@" {closed}', *COMMAND] if closed else COMMAND
        self.log = folder / "log"
        with self.log.open("wb") as log:
            errors = subprocess.PIPE if piped else log
            self.process = subprocess.Popen(
                [*command, *given], cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True, env=clean(environ)
            )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        found = re.search(r":(\d+)$", self.line.strip())
        self.port = int(found[1]) if found else 0

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """Wait for the end: the status, and what came on standard output behind the first line."""
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, rest


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., Program]]:
    """Start the program; returns once it has printed a line."""
    programs: list[Program] = []

    def begin(*given: str, piped: bool = False, closed: str = "", **environ: str) -> Program:
        programs.append(Program(given, tmp_path, environ, piped=piped, closed=closed))
        return programs[-1]

    yield begin
    for program in programs:
        if program.process.poll() is None:
            program.process.kill()
        program.process.communicate()
