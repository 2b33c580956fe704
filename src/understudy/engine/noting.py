"""What the exchange of a good answer tells beside the usual: what was said, what struck, the text that was cut.

Good answers of the straight line pass by here not at all.
"""

from __future__ import annotations

from understudy.engine.faulting import Strikes
from understudy.model.exchange import Exchange, Particulars
from understudy.model.reply import Reply

_LONG = 1 << 14  # characters of a text above which the journal does without it


def note_answer(exchange: Exchange, replies: tuple[Reply, ...], struck: Strikes | None) -> None:
    """Note what is said, what struck a good answer, and the text of one that ends for want of tokens."""
    exchange.reply = reply = replies[0]
    others = replies[1:]
    if others and all(other is reply for other in others):
        others = ()
    if struck is None and exchange.finish != "length" and not others:
        return
    text = reply.text if struck is not None or exchange.finish == "length" else ""
    exchange.particulars = Particulars(
        struck.labels if struck is not None else (),
        said=text if len(text) <= _LONG else "",
        drawn=struck.drawn if struck is not None else (),
        others=others,
    )
