"""`understudy fit RESULT`: the timing that a load tool measured, as a script.

Exit status 0 with a script on standard output or in `--out`; 1 when the measurements say too
little; 2 for a wrong flag or file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from understudy.cli._output import deliver
from understudy.errors import UsageError
from understudy.fitting import FormatError, UnfitError
from understudy.fitting.fit import fit
from understudy.fitting.reading import FORMATS, read
from understudy.fitting.text import render


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("result", type=Path, metavar="RESULT", help="what a load tool wrote, a CSV table, or a recorded script")
    parser.add_argument("--format", default="auto", metavar="NAME", help=f"auto, {', '.join(FORMATS)} (default: auto)")
    parser.add_argument("--run", type=int, default=1, metavar="N", help="which run of a file that holds several (default: 1)")
    parser.add_argument("--name", help="give the timing to the model of this name instead of to all")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of to standard output")


def run(args: argparse.Namespace) -> int:
    """Read, fit, print."""
    if args.name is not None and not (args.name.strip() and args.name.isprintable()):
        said = f"--name {args.name!r}: expected the name of a model, in printable characters"
        raise UsageError(f"{said}. Leave --name out to give the timing to all.")
    try:
        measured = read(args.result, args.format, args.run)
        text = render(fit(measured), measured, args.result.name, args.name)
    except UnfitError as error:
        print(f"{args.result}: {error}.", file=sys.stderr)
        return 1
    except FormatError as error:
        raise UsageError(f"result {str(args.result)!r}: {error}.") from None
    except OSError as error:
        raise UsageError(f"result {str(args.result)!r}: {error.strerror}. Check the path.") from None
    deliver(text, args.out)
    return 0
