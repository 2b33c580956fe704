"""Faults that strike connections: decided when one is accepted, before it says anything.

Only faults that ask for nothing that is known later (a key, a model, conditions on the request) can strike here; the others of
their kind strike requests, and so do, on open connections, those that depend on time alone. Draws belong to the number of the
connection. Nothing here is reached while no such fault exists.
"""

from __future__ import annotations

from collections.abc import Iterable

from understudy.engine.decision import decide
from understudy.engine.faultbook import Labelled
from understudy.engine.faulting import Counts
from understudy.engine.state import State

SESSION = "default"
"""Whose counters connections use: none has said yet which session it belongs to."""


def words_at_accept(faults: Iterable[Labelled], state: State, seed: int, elapsed: float, *, tls: bool) -> bytes | None:
    """Decide about a connection.

    Args:
        faults: those that strike connections.
        state: keeps the counters.
        seed: root of the draws.
        elapsed: seconds since the server started.
        tls: whether the connection is to speak TLS.

    Returns:
        None to let it in, b"" to close it at once, other bytes to answer its first ones with.
    """
    number = state.advance(SESSION, "connections")
    counts = Counts(state, SESSION, seed)
    for label, armed in faults:
        words = armed.fault.on_accept(tls=tls)
        if words is None:
            continue
        draws = decide(b"connection %d" % number, seed).child(f"fault {label}")
        if armed.trigger.strikes(f"fault {label}", elapsed, draws, counts):
            return words
    return None
