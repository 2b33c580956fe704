"""`understudy check SCRIPT ...`: every problem as `file:line: message`; exit 1 if there is any."""

from __future__ import annotations

import argparse
from pathlib import Path

from understudy.cli._output import number
from understudy.config.script import Script
from understudy.config.settings import SettingsError
from understudy.errors import Problem, ScriptError
from understudy.sources import Sources, make_world, read


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("scripts", nargs="+", type=Path, metavar="SCRIPT")


def run(args: argparse.Namespace) -> int:
    """Check each script by itself, and when all are good, all of them together, as `serve` takes them."""
    failed = False
    for path in args.scripts:
        script = _look(path)
        failed = failed or script is None
        if script is not None:
            print(f"{path}: ok ({number(len(script.rules), 'rule')}, {number(len(script.responses), 'response')})")
    if len(args.scripts) > 1 and not failed:
        failed = _look(*args.scripts) is None
    return 1 if failed else 0


def _look(*paths: Path) -> Script | None:
    """Read scripts as one and make a world of them; when that cannot be, print every problem."""
    try:
        settings, script = read(Sources(paths))
        make_world(settings, script)
    except ScriptError as error:
        print(error)
    except SettingsError as error:
        for spot, mistake in error.mistakes:
            print(Problem(*(spot or (str(paths[0]), 1)), mistake))
    else:
        return script
    return None
