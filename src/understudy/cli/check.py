"""`understudy check SCRIPT ...`: every problem as `file:line: message`; exit 1 if there is any."""

from __future__ import annotations

import argparse
from collections.abc import Sized
from pathlib import Path

from understudy.config.settings import SettingsError
from understudy.errors import Problem, ScriptError
from understudy.sources import Sources, make_world, read


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("scripts", nargs="+", type=Path, metavar="SCRIPT")


def run(args: argparse.Namespace) -> int:
    """Check each script by itself."""
    failed = False
    for path in args.scripts:
        try:
            settings, script = read(Sources((path,)))
            make_world(settings, script)
        except ScriptError as error:
            failed = True
            print(error)
        except SettingsError as error:
            failed = True
            for spot, mistake in error.mistakes:
                print(Problem(*(spot or (str(path), 1)), mistake))
        else:
            print(f"{path}: ok ({_count(script.rules, 'rule')}, {_count(script.responses, 'response')})")
    return 1 if failed else 0


def _count(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}" + ("" if len(things) == 1 else "s")
