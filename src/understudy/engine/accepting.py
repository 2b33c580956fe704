"""Faults that strike connections: decided when one is accepted, before it says anything.

Only faults that ask for nothing that is known later (a key, a model, conditions on the request) can strike here; the others of
their kind strike requests, and so do, on open connections, those that depend on time alone. Draws belong to the number of the
connection. Nothing here is reached while no such fault exists. What is closed may say first what it is for, so that controls
and health are not shut out; where TLS begins first nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from understudy.engine.decision import decide
from understudy.engine.faultbook import Labelled, counter_of
from understudy.engine.faulting import Counts, drawing
from understudy.engine.route import Router
from understudy.engine.state import State
from understudy.model.exchange import DEFAULT_SESSION


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
    # none has said yet which session it belongs to
    number = state.advance(DEFAULT_SESSION, "connections")
    for label, armed in faults:
        words = armed.fault.on_accept(tls=tls)
        if words is None:
            continue
        draws = drawing(decide(b"connection %d" % number, seed), label)
        counts = Counts(state, DEFAULT_SESSION, seed, armed.tally)
        if armed.trigger.strikes(counter_of(label), elapsed, draws, counts):
            return words
    return None


def is_spared(line: bytes, router: Router, is_control: Callable[[str], bool]) -> bool:
    """Say by the first line of a request whether no fault of connections is meant for it: it asks a control, or for health."""
    method, _, rest = line.decode("latin-1").partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    endpoint = router.find(method, path).endpoint
    return is_control(path) or (endpoint is not None and endpoint.operation == "health")
