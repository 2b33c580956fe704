"""Numbers in the Prometheus text format, version 0.0.4.

In: families of samples as values. Out: the page. Label values and help texts are escaped; a name that Prometheus does not take
is an error here. Source: prometheus.io, "Exposition formats", text-based format.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from understudy.histogram import Histogram

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""What the page is served as."""

Labels = Mapping[str, str]

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class Family(Struct, frozen=True):
    """A metric with its samples. `rows` are (suffix of the name, labels, value)."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    rows: Sequence[tuple[str, Labels, float]]


def counter(name: str, text: str, rows: Iterable[tuple[Labels, float]]) -> Family:
    """Make a family of numbers that only grow."""
    return Family(name, "counter", text, [("", labels, value) for labels, value in rows])


def gauge(name: str, text: str, rows: Iterable[tuple[Labels, float]]) -> Family:
    """Make a family of numbers that go up and down."""
    return Family(name, "gauge", text, [("", labels, value) for labels, value in rows])


def histogram(name: str, text: str, rows: Iterable[tuple[Labels, Histogram]], bounds: Sequence[float]) -> Family:
    """Make a family of histograms, counted by bounds that are among those of the histograms."""
    found: list[tuple[str, Labels, float]] = []
    for labels, counted in rows:
        found += [("_bucket", {**labels, "le": spelled(float(bound))}, counted.at_most(bound)) for bound in bounds]
        total = counted.total
        found += [
            ("_bucket", {**labels, "le": "+Inf"}, total),
            ("_sum", labels, counted.sum),
            ("_count", labels, total),
        ]
    return Family(name, "histogram", text, found)


def exposition(families: Iterable[Family]) -> bytes:
    """Write the page.

    Raises:
        ValueError: for a name or a label that Prometheus does not take.
    """
    lines: list[str] = []
    for family in families:
        if not _NAME.fullmatch(family.name):
            raise ValueError(f"metric name {family.name!r}: expected letters, digits, _ and :.")
        lines.append(f"# HELP {family.name} {_escaped(family.help)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        lines += [f"{family.name}{suffix}{_labels(labels)} {spelled(value)}" for suffix, labels, value in family.rows]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def spelled(value: float) -> str:
    """Spell a number as Prometheus reads it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    return repr(value)


def _labels(labels: Labels) -> str:
    for name in labels:
        if not _LABEL.fullmatch(name):
            raise ValueError(f"label {name!r}: expected letters, digits and _.")
    pairs = [f'{name}="{_escaped(value, quotes=True)}"' for name, value in labels.items()]
    return "{" + ",".join(pairs) + "}" if pairs else ""


def _escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text
