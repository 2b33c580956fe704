"""`understudy check SCRIPT ...`: every problem as `file:line: message`; exit 1 if there is any."""

from __future__ import annotations

import argparse
from pathlib import Path

from understudy.app import Sources, make_world, read
from understudy.errors import ScriptError


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
        else:
            print(f"{path}: ok ({len(script.rules)} rules, {len(script.responses)} responses)")
    return 1 if failed else 0
