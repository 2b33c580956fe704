"""How the simulated engines of a server stand, under names that do not change: what metrics show.

In: the shares of a script, the engines there are, the model that is served. Out: an engine's numbers, by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import groupby
from operator import itemgetter

from msgspec.structs import astuple

from understudy.capacity import Batcher, CapacitySpec, Share, Snapshot
from understudy.matching import fold


class Standing(Snapshot):
    """How an engine stands, and what it has: slots, and `blocks` of so many tokens, to be shared with `prefix_cache`."""

    max_num_seqs: int = 0
    block_size: int = 0
    blocks: int = 0
    prefix_cache: bool = False

    @classmethod
    def of(cls, spec: CapacitySpec, snapshot: Snapshot) -> Standing:
        """Put together what an engine can do and what it does."""
        return cls(*(*astuple(snapshot), spec.max_num_seqs, spec.block_size, spec.blocks, spec.prefix_cache))


def standings(shares: Sequence[Share], engines: Iterable[tuple[str, Batcher]], served: str) -> dict[str, Standing]:
    """Tell how engines stand, by the name of their model or the id of their share, always in the same order.

    First come those that the script says there are, asked for yet or not, in the order they are tried, with that of the served
    model where each model has its own; then those of other models. Engines of one name are counted as one, which has the cache
    of the last of them.
    """
    own = next((share for share in shares if share.fits(served)), None)
    told = [(served if share is own else "", share) if share.spec.per == "model" else (share.id, share) for share in shares]
    found = {name: Standing.of(share.spec, Snapshot()) for name, share in told if name}
    spelled = {fold(name): name for name in found}
    made = sorted(((spelled.get(fold(name), name), engine) for name, engine in engines), key=itemgetter(0))
    for name, together in groupby(made, key=itemgetter(0)):
        each = [engine for _, engine in together]
        found[name] = Standing.of(each[-1].spec, reduce(Snapshot.beside, [engine.snapshot for engine in each]))
    return found
