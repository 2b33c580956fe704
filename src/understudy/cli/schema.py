"""`understudy schema`: the JSON Schema of scripts, for editors."""

from __future__ import annotations

import argparse
import json

from understudy.config.schema import script_schema


def declare(parser: argparse.ArgumentParser) -> None:
    """Take no argument."""


def run(_args: argparse.Namespace) -> int:
    """Print the schema."""
    print(json.dumps(script_schema(), indent=2))
    return 0
