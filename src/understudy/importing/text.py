"""The text of an imported script, below comments that say where it comes from and what it lacks.

In: a draft. Out: YAML for people to read and change.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from typing import Any, Final

from understudy.importing.draft import Draft, Remark
from understudy.recorder.page import listed

_WIDTH: Final = 118
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_MOST: Final = 40  # remarks that are repeated in the script; all are told


def render(draft: Draft, rules: Sequence[dict[str, Any]], origin: str) -> str:
    """Write the script with the rules of its draft."""
    lines = _comment(f"Imported from {origin}.")
    lines += _remarks(draft.remarks)
    lines.append("version: 1")
    for name, value in (("settings", draft.settings), *draft.sections.items()):
        if value:
            lines += _section(name, value)
    if draft.models:
        lines += ["models:", *(f"  - {json.dumps(model, ensure_ascii=False)}" for model in draft.models)]
    if not rules:
        return "\n".join(lines) + "\n"
    return "\n".join([*lines, "rules:"]) + "\n" + listed(rules)


def _remarks(remarks: Sequence[Remark]) -> list[str]:
    if not remarks:
        return []
    lines = ["#", "# Not as it was:"]
    for remark in remarks[:_MOST]:
        lines += _comment(str(remark))
    if len(remarks) > _MOST:
        lines += _comment(f"and {len(remarks) - _MOST} more.")
    return [*lines, "#"]


def _section(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [f"{name}:", *(f"  - {_flow(item)}" for item in value)]
    return [f"{name}:", *(f"  {key}: {_flow(inner)}" for key, inner in value.items())]


def _comment(text: str) -> list[str]:
    plain = "".join(sign if sign.isprintable() else " " for sign in text)  # what a file says must not end the comment
    return textwrap.wrap(plain, _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and _BARE.fullmatch(value) and value not in ("true", "false", "null"):
        return value
    return json.dumps(value, ensure_ascii=False)
