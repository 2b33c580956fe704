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
    """An engine in the place of one that ends: it goes on counting there, and stands for all before it at work."""

    def __init__(self, spec: CapacitySpec, before: Batcher) -> None:
        super().__init__(spec)
        self._before, self._counted = [before], Snapshot()
        if isinstance(before, _Successor):
            self._before += before._before
            self._counted, before._before = before._counted, []
        self._settle()

    @property
    def own(self) -> Snapshot:
        """How it stands itself."""
        return super().snapshot

    @property
    def snapshot(self) -> Snapshot:
        """How all of them stand."""
        self._settle()
        found = self.own.beside(self._counted)
        for engine in self._before:
            found = found.beside(_own(engine))
        return found

    @property
    def leads(self) -> bool:
        """Whether one before is at work."""
        return any(engine.busy for engine in self._before)

    def _settle(self) -> None:
        """Keep nothing but the counts of those that are done."""
        for engine in self._before:
            if not engine.busy:
                self._counted = self._counted.beside(_own(engine))
        self._before = [engine for engine in self._before if engine.busy]


def _own(engine: Batcher) -> Snapshot:
    return engine.own if isinstance(engine, _Successor) else engine.snapshot


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
        """Every engine with the model it is for, or with the id of its share when it is for many.

        First come those that end or have ended, whose counts the next in their place takes.
        """
        for (share, _), engine in self._ending.items():
            yield engine.model or share, engine
        for (share, *_), engine in self._engines.items():
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
