"""`understudy import PATH ...`: fixtures, cassettes and logs of other tools as a script.

Exit status 0 with a script on standard output or in `--out`, and a warning for each part that could not be said; 1 when nothing
could be imported; 2 for a wrong flag or file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from understudy import __version__
from understudy.cli._output import deliver, number
from understudy.errors import UsageError
from understudy.importing.formats import FormatError
from understudy.importing.reading import formats, read
from understudy.importing.text import render


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file of another tool, or a folder of them")
    parser.add_argument("--format", default="auto", metavar="NAME", help=f"auto, {', '.join(formats())} (default: auto)")
    parser.add_argument("--out", type=Path, metavar="SCRIPT", help="write there instead of to standard output")


def run(args: argparse.Namespace) -> int:
    """Read, warn, write."""
    try:
        draft = read(args.paths, args.format)
    except FormatError as error:
        raise UsageError(str(error)) from None
    for remark in draft.remarks:
        print(f"warning: {remark}", file=sys.stderr)
    rules = draft.rules()
    if not rules and not draft.sections:
        print("nothing to import: no rule could be made of what was read.", file=sys.stderr)
        return 1
    text = render(draft, rules, f"{', '.join(path.name for path in args.paths)} by Understudy {__version__}")
    deliver(text, args.out, f"{number(len(rules), 'rule')} written")
    return 0
