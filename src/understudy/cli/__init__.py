"""The command line: one file for each command, imported when it is called.

A first argument that is a flag means `serve`, so that a command line written for another small server works as it is.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

import understudy
from understudy.errors import ScriptError, UsageError

COMMANDS = {
    "serve": "run the server; no script needed: it answers anything",
    "check": "validate scripts: every problem as file:line: message",
    "explain": "say which rule answers a request, why, and what is sent",
    "presets": "list presets, or print one",
    "schema": "print the JSON Schema of scripts",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
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
    if not given:
        _parser().print_help()
        return 2
    if given[0].startswith("-") and given[0] not in ("-h", "--help", "-V", "--version"):
        given.insert(0, "serve")
    if given[0] not in COMMANDS:
        _parser().parse_args(given)  # help, version, or an error that lists the commands
    name = given[0]
    command = importlib.import_module(f"understudy.cli.{name}")
    parser = argparse.ArgumentParser(prog=f"understudy {name}", description=COMMANDS[name], allow_abbrev=False)
    parser.add_argument("-V", "--version", action="version", version=f"understudy {understudy.__version__}")
    command.declare(parser)
    try:
        status: int = command.run(parser.parse_args(given[1:]))
    except UsageError as error:
        print(f"understudy: {error}", file=sys.stderr)
        return 2
    except ScriptError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    return status
