"""Which engine runs a model: those the script names, made when the first request needs them, bounded in number.

A share is one `capacity` of the script with the models it is said of. Engines stay when a script is loaded again and still says
the same of them; others end once they are done, and are counted with those in their place. Knows no script and no glob: a share
brings its own test of names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from understudy.capacity.batcher import Batcher
from understudy.capacity.snapshot import Snapshot
from understudy.capacity.spec import CapacitySpec

MOST: Final = 256
"""Engines kept at a time. Clients choose the names of models, so those idle for longest are given up beyond it."""


class Share(Struct, frozen=True):
    """A capacity and whose it is: `id` tells shares apart, `fits` whether a model's name is meant."""

    id: str
    fits: Callable[[str], bool]
    spec: CapacitySpec


_Key = tuple[str, str, CapacitySpec]


class _Successor(Batcher):
    """An engine in the place of one that ends: it stands for both while that is at work, and goes on counting from there."""

    def __init__(self, spec: CapacitySpec, before: Batcher) -> None:
        super().__init__(spec)
        self._before: Batcher | None = before
        self._counted = Snapshot()

    @property
    def snapshot(self) -> Snapshot:
        """How both stand."""
        now = super().snapshot
        if self._before is None:
            return now.beside(self._counted)
        both = now.beside(self._before.snapshot)
        if not at_work(self._before):
            self._counted, self._before = self._before.snapshot, None
        return both

    @property
    def leads(self) -> bool:
        """Whether the one before is at work."""
        return self._before is not None and at_work(self._before)


def at_work(engine: Batcher) -> bool:
    """Say whether an engine, or one in whose place it is, has anything to do."""
    return engine.busy or (isinstance(engine, _Successor) and engine.leads)


class Fleet:
    """The engines of a server.

    Args:
        begin: is given each new engine, whose `steps` are to be played from then on.
    """

    def __init__(self, begin: Callable[[Batcher], None]) -> None:
        self._begin = begin
        self._shares: Sequence[Share] = ()
        self._engines: dict[_Key, Batcher] = {}  # the one used last stands last
        self._ending: dict[tuple[str, str], Batcher] = {}  # those that no other is in the place of
        self._epoch = 0

    def __iter__(self) -> Iterator[tuple[str, Batcher]]:
        """Every engine with the model it is for, or with the id of its share when it is for many; at last those that end."""
        for (share, *_), engine in self._engines.items():
            yield engine.model or share, engine
        for (share, _), engine in self._ending.items():
            if at_work(engine):
                yield engine.model or share, engine

    def renew(self, shares: Sequence[Share]) -> None:
        """Take what a script says; the first share that fits a model counts."""
        self._shares = shares
        kept = {(share.id, share.spec) for share in shares}
        for key in [key for key in self._engines if (key[0], key[2]) not in kept]:
            engine = self._engines.pop(key)
            engine.retire()
            self._ending[key[:2]] = engine
        for ended in [key for key, engine in self._ending.items() if not at_work(engine)][:-MOST]:
            del self._ending[ended]

    def forget(self, epoch: int) -> None:
        """Let no prompt find what no sequence holds, in any engine, if that is another epoch than it was."""
        if epoch != self._epoch:
            self._epoch = epoch
            for _, engine in self:
                engine.forget()

    def engine(self, model: str) -> Batcher | None:
        """Find the engine of a model, whatever the case of its name; None when its capacity is not limited."""
        for share in self._shares:
            if share.fits(model):
                name = model if share.spec.per == "model" else ""
                return self._engine((share.id, name.strip().casefold(), share.spec), name)
        return None

    def _engine(self, key: _Key, name: str) -> Batcher:
        engine = self._engines.pop(key, None)
        if engine is None:
            self._make_room()
            before = self._ending.pop(key[:2], None)
            engine = Batcher(key[2]) if before is None else _Successor(key[2], before)
            engine.model = name if before is None else before.model
            self._begin(engine)
        self._engines[key] = engine
        return engine

    def _make_room(self) -> None:
        """Give up the engine unused for longest; those at work stay, however many: each has a request to answer."""
        if len(self._engines) >= MOST:
            idle = next((key for key, engine in self._engines.items() if not at_work(engine)), None)
            if idle is not None:
                self._engines.pop(idle).retire()
