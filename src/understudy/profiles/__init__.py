"""Named profiles: how fast known models and machines answer, as data, one YAML file each beside this module.

A profile holds `timing`, in exactly the form a script's `timing:` has, and where each of its numbers comes from: measured by
somebody, derived from something measured (with the formula), or a judgement (saying so). Nothing here knows what a law is.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from understudy.kinds import nearest

FOLDER = Path(__file__).parent


class Source(Struct, frozen=True, forbid_unknown_fields=True, rename={"references": "from"}):
    """Where one number comes from: `value` as it stands in `timing`, the references it rests on, and how it was made."""

    value: str
    kind: Literal["measured", "derived", "judgement"]
    references: tuple[str, ...]
    how: str


class Reference(Struct, frozen=True, forbid_unknown_fields=True):
    """A publication: `measured` says what it reports; `date` is its own, or says that it has none."""

    title: str
    url: str
    date: str
    measured: str


class Provenance(Struct, frozen=True):
    """What a profile stands for, and the source of each number by its path in `timing`, such as `ttft.lognormal.p99`."""

    about: str
    sources: dict[str, Source]
    references: dict[str, Reference]


class _Profile(Struct, frozen=True, forbid_unknown_fields=True):
    about: str
    timing: dict[str, Any]
    sources: dict[str, Source]
    references: dict[str, Reference]


def names() -> list[str]:
    """List the profiles."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name: str) -> dict[str, Any]:
    """Give a profile's timing in the form of a script's `timing:`; the caller may change it.

    Raises:
        ValueError: when there is none of that name; it lists those there are.
    """
    return deepcopy(_read(name).timing)


def provenance(name: str) -> Provenance:
    """Say what a profile stands for and where its numbers come from.

    Raises:
        ValueError: when there is none of that name; it lists those there are.
    """
    profile = _read(name)
    return Provenance(profile.about, profile.sources, profile.references)


@cache
def _read(name: str) -> _Profile:
    known = names()
    if name not in known:
        raise ValueError(f"profile {name!r}: expected one of {', '.join(known)}.{nearest(name, known)}")
    import yaml

    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), _Profile)
