"""The command line: one file for each command, imported when it is called.

A first argument that is a flag means `serve`, so that a command line written for another small server works as it is. Whatever
a user types ends in a sentence, never in a stack trace: this module knows how commands fail, the commands do not.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import understudy
from understudy.errors import ScriptError, UsageError
from understudy.kinds import nearest

COMMANDS = {
    "serve": "run the server; no script needed: it answers anything",
    "check": "validate scripts: every problem as file:line: message",
    "explain": "say which rule answers a request, why, and what is sent",
    "presets": "list presets, or print one",
    "schema": "print the JSON Schema of scripts",
    "fit": "turn measurements of a load tool into the timing of a script",
    "import": "turn fixtures, cassettes and logs of other tools into a script",
    "record": "stand in front of a real API and write what it answers as a script",
    "report": "print the verdict on the client under test; exit 1 on findings",
}

WRONG = 2
"""Exit status for a wrong flag, setting, file or request."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells count it."""


class Parser(argparse.ArgumentParser):
    """A parser that fails with one sentence instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        wanted = "on or off" if "--no-" in message else "no value"  # a switch is named with its negative
        message = message.replace("ignored explicit argument", f"expected {wanted}, got")
        stop = "" if message.endswith("?") else "."
        raise UsageError(f"{message}{stop} `{self.prog} --help` lists what it takes.")

    def _get_option_tuples(self, option_string: str) -> list[tuple[Any, ...]]:
        """List the flags that a word may mean: those it begins with, as in -p3000, and none that it abbreviates."""
        found = super()._get_option_tuples(option_string)
        return [known for known in found if option_string.startswith(known[1])]

    def read(self, given: Sequence[str]) -> argparse.Namespace:
        """Parse, naming the nearest flag for one that does not exist.

        Raises:
            UsageError: for a command line that is not understood.
        """
        args, unknown = self.parse_known_args(given)
        if unknown:
            self._refuse(unknown)
        return args

    def _refuse(self, unknown: list[str]) -> NoReturn:
        flag, _, _ = unknown[0].partition("=")
        if not flag.startswith("-"):
            self.error(f"{unknown[0]!r}: expected nothing here")
        known = [name for name in self._option_string_actions if "=" not in name]
        self.error(f"{flag}: no such flag.{nearest(flag, known)}".removesuffix("."))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="understudy",
        description="A stand-in for LLM APIs.",
        epilog="`understudy COMMAND --help` lists the flags of a command. Without a command, flags mean `serve`.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"understudy {understudy.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        commands.add_parser(name, help=text, add_help=False)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status (2: a wrong flag, setting or file)."""
    given = list(sys.argv[1:] if argv is None else argv)
    _open_closed()
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character is shown its number
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    gc.disable()  # nothing that is loaded at the start is garbage; `serve` turns the collector on when it listens
    try:
        status = _run(given)
        sys.stdout.flush()
    except UsageError as error:
        _say(f"understudy: {error}")
        return WRONG
    except ScriptError as error:
        _say(str(error))
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:  # what a command reads is its business: this is the output
        _forget_output()
        if isinstance(error, BrokenPipeError):
            return 0
        _say(f"understudy: output: {error.strerror}.")
        return WRONG
    finally:
        gc.enable()
    return status


def _run(given: list[str]) -> int:
    if not given:
        _say(_parser().format_help().rstrip())
        return WRONG
    if given[0].startswith("-") and given[0] not in ("-h", "--help", "-V", "--version"):
        given.insert(0, "serve")
    name = given[0]
    if name.startswith("-"):
        _parser().parse_args(given)  # help or version: prints and exits
    if name not in COMMANDS:
        raise UsageError(f"{name!r}: expected one of {', '.join(COMMANDS)}.{_advice(name)}")
    command = importlib.import_module(f"understudy.cli.{name}")
    parser = Parser(prog=f"understudy {name}", description=COMMANDS[name], allow_abbrev=False)
    parser.add_argument("-V", "--version", action="version", version=f"understudy {understudy.__version__}")
    command.declare(parser)
    status: int = command.run(parser.read(given[1:]))
    return status


def _advice(name: str) -> str:
    if Path(name).suffix in (".yaml", ".yml", ".json"):
        return f" Did you mean `understudy serve {name}`?"
    return nearest(name, COMMANDS) or " `understudy --help` says what they do."


def _say(text: str) -> None:
    """Tell the user."""
    print(text, file=sys.stderr)


def _open_closed() -> None:
    """Point standard streams that are closed at nothing.

    Their numbers would be those of the next files that are opened, which uvloop takes for standard streams, and does not close.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, closefd=False))


def _forget_output() -> None:
    """Point a broken standard output at nothing, or Python complains about it once more when it exits."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
