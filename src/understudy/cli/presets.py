"""`understudy presets [NAME]`: list presets, or print one."""

from __future__ import annotations

import argparse

from understudy.config.presets import preset_names, preset_text
from understudy.errors import UsageError
from understudy.kinds import nearest


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME")


def run(args: argparse.Namespace) -> int:
    """List or print."""
    names = preset_names()
    if args.name is None:
        width = max(map(len, names))
        for name in names:
            first = preset_text(name).splitlines()[0].lstrip("# ")
            print(f"{name:<{width}}  {first}")
    elif args.name not in names:
        raise UsageError(f"preset {args.name!r}: expected one of {', '.join(names)}.{nearest(args.name, names)}")
    else:
        print(preset_text(args.name), end="")
    return 0
