"""Which models are in memory: a request loads its model, and `keep_alive` says for how long.

In: a call and its moment. Out: what the store is to remember. A model stays from the moment it was asked.
"""

from __future__ import annotations

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects.ollama import kept
from understudy.dialects.ollama.decode import Extra
from understudy.dialects.ollama.details import WINDOW
from understudy.dialects.ollama.lifetime import USUAL
from understudy.model.call import Call


def used(call: Call, moment: Moment) -> None:
    """Note that a model was used, or that it is to be unloaded; a moment without a store remembers nothing."""
    extra: Extra = call.extra
    if moment.store is None:
        return
    if extra.only == "unload":
        kept.unload(moment.store, call.model)
    else:
        window = asked.whole(extra.options.get("num_ctx")) or WINDOW
        kept.load(moment.store, call.model, extra.stays, USUAL, window, moment.wall)
