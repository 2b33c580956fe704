"""Run the examples of a page of documentation and say which one does not do what the page says.

    python tools/run_docs.py README.md docs/start/curl.md

What a fenced block says after its language decides:

    ```yaml file=weather.yaml     write the block to that file (any language)
    ```python run                 run it as a program; also ```js run, where Node and its `openai` package are there
    ```text output                what the program above prints
    ```console                    run each `$ ` line; the lines below it are what it prints (none = anything)
    ```console exit=1             the last command must end with that status

Every other block is only shown. `...` in expected output stands for anything. `$ understudy serve ...` starts a server on
a free port, and every address with a port on this machine that the page names is turned into that server's; without such
a line the first example that needs a server gets a plain one. `$ export NAME=value` lasts for the page. Each page runs in
an empty folder of its own. Exit status: 0 all well, 1 an example is wrong, 77 a program it needs is missing.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"\b(?:127\.0\.0\.1|localhost):\d+")
MISSING = 77
PATIENCE = 30


class WrongExampleError(Exception):
    """An example does not do what the page says."""


class MissingProgramError(Exception):
    """An example needs a program this machine does not have."""


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    line: int
    language: str
    words: frozenset[str]
    options: dict[str, str]
    text: str


def blocks(markdown: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in FENCE.finditer(markdown):
        info = found[2].split()
        yield Block(
            line=markdown.count("\n", 0, found.start()) + 1,
            language=found[1],
            words=frozenset(word for word in info if "=" not in word),
            options=dict(word.split("=", 1) for word in info if "=" in word),
            text=found[3],
        )


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it is said to print."""
    lines = text.splitlines()
    while lines:
        line = lines.pop(0)
        if not line.startswith("$ "):
            raise WrongExampleError(f"console line {line!r}: expected a command behind '$ ' first")
        command = line[2:]
        while lines and unfinished(command):
            command += "\n" + lines.pop(0)
        output: list[str] = []
        while lines and not lines[0].startswith("$ "):
            output.append(lines.pop(0))
        yield command, "\n".join(output).strip()


def unfinished(command: str) -> bool:
    """Whether a command goes on in the next line: a backslash at its end, or an open quote."""
    if command.endswith("\\"):
        return True
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return True
    return False


def same(expected: str, got: str) -> bool:
    """Compare output; `...` in what is expected stands for anything."""
    pattern = ".*".join(re.escape(part) for part in tidy(expected).split("..."))
    return re.fullmatch(pattern, tidy(got), re.DOTALL) is not None


def tidy(output: str) -> str:
    """Output without carriage returns and white space at line ends."""
    return "\n".join(line.rstrip() for line in output.replace("\r", "").strip().splitlines())


@dataclass
class Page:
    """A page being run: its folder, its environment, its server."""

    folder: Path
    environment: dict[str, str]
    server: subprocess.Popen[str] | None = None
    address: str = ""
    printed: str = ""
    log: list[Path] = field(default_factory=list)

    def here(self, text: str) -> str:
        """The text with every address on this machine turned into the server's."""
        if not ADDRESS.search(text):
            return text
        if not self.address:
            self.serve([])
        return ADDRESS.sub(self.address, text)

    def serve(self, arguments: list[str]) -> str:
        """Start the server of the page (stopping the one before) and return the line it is ready with."""
        self.stop()
        log = self.folder / f"server-{len(self.log)}.log"
        self.log.append(log)
        with log.open("w") as stderr:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "understudy", "serve", *arguments, "--port", "0"],
                cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=stderr, text=True,
            )  # fmt: skip
        assert self.server.stdout
        line = self.server.stdout.readline()
        found = ADDRESS.search(line)
        if not found:
            raise WrongExampleError(f"understudy serve: expected a line with its address, got {line!r}\n{log.read_text()}")
        self.address = found[0]
        return line

    def stop(self) -> None:
        """Stop the server as Ctrl-C does; it must end well."""
        if self.server:
            self.server.send_signal(signal.SIGINT)
            status = self.server.wait(PATIENCE)
            self.server = None
            if status != 0:
                raise WrongExampleError(
                    f"understudy serve: expected exit status 0 on SIGINT, got {status}\n{self.log[-1].read_text()}"
                )

    def run(self, block: Block) -> None:
        """Do what a block asks for."""
        if "file" in block.options:
            target = self.folder / block.options["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        if block.language == "console":
            self.console(block)
        elif "run" in block.words:
            self.program(block)
        elif "output" in block.words and not same(block.text, self.printed):
            raise WrongExampleError(f"expected the output\n{block.text.strip()}\ngot\n{self.printed.strip()}")

    def console(self, block: Block) -> None:
        """Run the commands of a console block."""
        steps = list(commands(block.text))
        for number, (command, expected) in enumerate(steps, 1):
            wanted = int(block.options.get("exit", 0)) if number == len(steps) else 0
            status, output = self.command(command)
            if status != wanted:
                raise WrongExampleError(f"{command}\nexpected exit status {wanted}, got {status}\n{output}")
            if expected and not same(ADDRESS.sub(self.address or r"\g<0>", expected), output):
                raise WrongExampleError(f"{command}\nexpected the output\n{expected}\ngot\n{output.strip()}")

    def command(self, command: str) -> tuple[int, str]:
        """Run one command and return its exit status and output."""
        words = shlex.split(command.replace("\\\n", " "), comments=True)
        if words[:2] == ["understudy", "serve"]:
            return 0, self.serve(words[2:])
        if words[0] == "export":
            self.environment.update((name, value) for name, _, value in (self.here(word).partition("=") for word in words[1:]))
            return 0, ""
        program = next(word for word in words if not re.match(r"\w+=", word))
        if not shutil.which(program, path=self.environment["PATH"]):
            raise MissingProgramError(program)
        done = self.child(["sh", "-c", self.here(command)])
        return done.returncode, done.stdout + done.stderr

    def program(self, block: Block) -> None:
        """Run a block as a program of its own and keep what it prints."""
        if block.language == "python":
            argv = [sys.executable, "-c", self.here(block.text)]
        elif block.language == "js":
            argv = [self.node(), self.script(self.here(block.text))]
        else:
            raise WrongExampleError(f"language {block.language!r}: expected python or js to run, got something else")
        done = self.child(argv)
        if done.returncode:
            raise WrongExampleError(f"expected exit status 0, got {done.returncode}\n{done.stdout}{done.stderr}")
        self.printed = done.stdout

    def child(self, argv: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a program in the page's folder."""
        return subprocess.run(
            argv, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def node(self) -> str:
        """Find Node, and let the page's programs find the client `make test` installed."""
        node, packages = shutil.which("node"), ROOT / ".cache/node/node_modules"
        if not node or not (packages / "openai").exists():
            raise MissingProgramError("node with the package openai")
        link = self.folder / "node_modules"
        if not link.exists():
            link.symlink_to(packages)
        return node

    def script(self, text: str) -> str:
        """Write a JavaScript module into the page's folder."""
        path = self.folder / "example.mjs"
        path.write_text(text, encoding="utf-8")
        return str(path)


def run_page(path: Path) -> None:
    """Run every example of a page.

    Raises:
        WrongExampleError: the first example that is wrong, with its line.
        MissingProgramError: an example needs a program that is not installed.
    """
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("UNDERSTUDY_", "MOCK_OPENAI_", "OPENAI_"))
    }
    kept.pop("PORT", None)
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    with tempfile.TemporaryDirectory() as folder:
        page = Page(Path(folder), kept)
        try:
            for block in blocks(path.read_text(encoding="utf-8")):
                try:
                    page.run(block)
                except WrongExampleError as error:
                    raise WrongExampleError(f"{path}:{block.line}: {error}") from None
            page.stop()
        finally:
            if page.server:
                page.server.kill()
                page.server.wait()


def main(paths: list[str]) -> int:
    """Run pages; print what is wrong."""
    status = 0
    for path in paths:
        try:
            run_page(Path(path))
        except WrongExampleError as error:
            print(error, file=sys.stderr)
            status = 1
        except MissingProgramError as error:
            print(f"{path}: not run to its end: {error} is not installed", file=sys.stderr)
            status = status or MISSING
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
