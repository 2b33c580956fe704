"""A fit as a piece of a script: `timing:`, or a model with it, below comments that say where it comes from."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from understudy.fitting import Measured
from understudy.fitting.fit import Fit

_ORDER = ("ttft", "per-prompt-token", "itl", "burstiness", "chunk-tokens")
_WIDTH = 118


def render(fit: Fit, measured: Measured, file: str, name: str | None = None) -> str:
    """Write a script; with a name, its timing is that of the model of that name (or of all that fit it, with `*`)."""
    keys = [key for key in _ORDER if key in fit.timing]
    lines = _comment(f"Fitted from {file} by `understudy fit`.") + _comment(f"source: {_source(measured)}")
    if measured.remark:
        lines += _comment(f"note: {measured.remark}")
    for key in keys:
        lines += _comment(f"{key}: {fit.notes[key]}")
    indent = "  "
    if name is None:
        lines.append("timing:")
    else:
        lines += ["models:", f"  - id: {json.dumps(name, ensure_ascii=False)}", "    timing:"]
        indent = "      "
    lines += [f"{indent}{key}: {_flow(fit.timing[key])}" for key in keys]
    return "\n".join(lines) + "\n"


def _source(measured: Measured) -> str:
    said = [measured.tool, measured.run, measured.date or "no date in the file"]
    if measured.requests:
        said.append(f"{len(measured.requests)} request{'' if len(measured.requests) == 1 else 's'}")
    if measured.left_out:
        flaw = f"; {measured.flaw}" if measured.flaw else ""
        said.append(f"{measured.left_out} left out (failed, or numbers that are none{flaw})")
    return ", ".join(part for part in said if part)


def _comment(text: str) -> list[str]:
    plain = "".join(sign if sign.isprintable() else " " for sign in text)  # a name from the file must not end the comment
    return textwrap.wrap(plain, _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return f"{value:.9g}" if isinstance(value, float) else str(value)
