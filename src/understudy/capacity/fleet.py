"""Which engine runs a model: those the script names, made when the first request needs them, bounded in number.

A share is one `capacity` of the script with the models it is said of. Engines stay when a script is loaded again and still says
the same of them; others end once they are done. Knows no script and no glob: a share brings its own test of names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from understudy.capacity.batcher import Batcher
from understudy.capacity.spec import CapacitySpec

MOST: Final = 256
"""Engines kept at a time. Clients choose the names of models, so those idle for longest are given up beyond it."""


class Share(Struct, frozen=True):
    """A capacity and whose it is: `id` tells shares apart, `fits` whether a model's name is meant."""

    id: str
    fits: Callable[[str], bool]
    spec: CapacitySpec


_Key = tuple[str, str, CapacitySpec]


class Fleet:
    """The engines of a server.

    Args:
        begin: is given each new engine, whose `steps` are to be played from then on.
    """

    def __init__(self, begin: Callable[[Batcher], None]) -> None:
        self._begin = begin
        self._shares: Sequence[Share] = ()
        self._engines: dict[_Key, Batcher] = {}  # the one used last stands last

    def __iter__(self) -> Iterator[tuple[str, Batcher]]:
        """Every engine with the model it is for, or with the id of its share when it is for many."""
        for (share, model, _), engine in self._engines.items():
            yield model or share, engine

    def renew(self, shares: Sequence[Share]) -> None:
        """Take what a script says; the first share that fits a model counts."""
        self._shares = shares
        kept = {(share.id, share.spec) for share in shares}
        for key in [key for key in self._engines if (key[0], key[2]) not in kept]:
            self._engines.pop(key).retire()

    def engine(self, model: str) -> Batcher | None:
        """Find the engine of a model, None when its capacity is not limited."""
        for share in self._shares:
            if share.fits(model):
                return self._engine((share.id, model if share.spec.per == "model" else "", share.spec))
        return None

    def _engine(self, key: _Key) -> Batcher:
        engine = self._engines.pop(key, None)
        if engine is None:
            self._make_room()
            engine = Batcher(key[2])
            self._begin(engine)
        self._engines[key] = engine
        return engine

    def _make_room(self) -> None:
        """Give up the engine unused for longest; those at work stay, however many: each has a request to answer."""
        if len(self._engines) >= MOST:
            idle = next((key for key, engine in self._engines.items() if not engine.busy), None)
            if idle is not None:
                self._engines.pop(idle).retire()
