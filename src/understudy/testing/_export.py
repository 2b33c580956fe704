"""What a server under test saw, written to a file: for who wants to look at a failed test afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from understudy.engine.again import Again
from understudy.model.exchange import Exchange
from understudy.observe.export import FORMS, Exporter
from understudy.testing._house import House
from understudy.testing._ledger import Take


def write(house: House, takes: Iterable[Take], path: str | os.PathLike[str], form: str | None) -> int:
    """Write the calls that are over, and return how many.

    Raises:
        ValueError: for a form that is none.
    """
    target = Path(path)
    name = form or target.suffix.removeprefix(".")
    if name not in FORMS:
        if form:
            raise ValueError(f"export form {form!r}: expected {' or '.join(FORMS)}.")
        raise ValueError(f"export {str(path)!r}: expected a file that ends in .{' or .'.join(FORMS)}. Or say form=.")
    exchanges = list(_over(takes))
    scheme = "https" if house.settings.tls_cert else "http"
    again = Again(lambda: house.engine.world, lambda: house.script)
    with target.open("wb") as file:
        file.writelines(Exporter(house.engine.read, again, scheme).pieces(name, exchanges))
    return len(exchanges)


def _over(takes: Iterable[Take]) -> Iterator[Exchange]:
    for take in takes:
        if take.exchange is not None:
            reply = take.exchange.reply or (take.replies[0] if take.replies else None)
            yield replace(take.exchange, reply=reply)
