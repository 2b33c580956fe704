"""The table of what clients do knows every kind and every error, and says of legal kinds that nobody notices."""

from __future__ import annotations

from understudy.faults import kinds, names, parse
from understudy.faults._clients import clients_markdown
from understudy.faults._clients_meaning import OF_CALLS, OF_TEXTS
from understudy.faults._clients_node import in_node
from understudy.faults._clients_python import CLIENTS, UNCHANGED, Does

TOLD_BELOW = {"status", "tls-failure"}


def test_every_kind_and_every_error_is_in_the_table():
    listed = {fault.partition(";")[0] for row in (*CLIENTS, *OF_CALLS, *OF_TEXTS) for fault in row.faults}
    untold = sorted(set(names()) - listed - TOLD_BELOW)
    assert not untold, (
        "what official clients do under these is not told; add a row to faults/_clients_python.py (to _clients_node.py, too, "
        "where Node differs), of faults of meaning to faults/_clients_meaning.py, then run `make docs`:\n" + "\n".join(untold)
    )
    unknown = sorted(listed - set(names()))
    assert not unknown, "no such kind; take them off the tables:\n" + "\n".join(unknown)
    assert all(f"`{name}" in clients_markdown() for name in names())


def test_every_fault_of_the_table_can_be_asked_for():
    assert all(len(parse(fault)) == 1 for row in CLIENTS for fault in row.faults)


def test_nobody_notices_what_is_legal():
    legal = {kind.name for kind in kinds() if kind.legal}
    unnoticed = {
        fault.partition(";")[0]
        for row in CLIENTS
        for fault in row.faults
        if {row.openai, row.anthropic, *in_node(fault, row)} == {Does.both(UNCHANGED)}
    }
    assert legal <= unnoticed


def test_a_cell_says_what_a_stream_does_and_what_a_whole_answer():
    text = clients_markdown()
    assert "| `reset;token=3` | stream: `APIConnectionError` | stream: `ReadError` | stream: `TypeError` |" in text
    assert "| stream: `ReadError`; whole: 3, `APIConnectionError` |" in text
    assert "| `conflict` " + "| 3, `ConflictError` " * 4 + "|\n" in text
    assert "| waits longer than it is told to |" in text
