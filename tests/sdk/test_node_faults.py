"""What the official Node clients make of each kind of damage, held against the table of docs/reference/faults.md.

All cases run in one process of Node: starting it costs more than they do.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from understudy.faults import _clients_node as node
from understudy.faults import _clients_python as table
from understudy.faults._clients_meaning import OF_CALLS, OF_TEXTS

pytestmark = pytest.mark.sdk

HERE = Path(__file__).parent / "node"
PACKAGES = Path(__file__).parents[2] / ".cache/node"
HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
CLIENTS = ("openai", "anthropic")
SOUND = {"text": HELLO, "finish": ("stop", "end_turn"), "usage": True, "stopped": True}
SAYS_NOTHING = {
    table.UNCHANGED: SOUND,
    table.LESS: {"text": "Hello!", "finish": None, "usage": False},
    table.NO_FINISH: {"text": HELLO, "finish": None},
    table.NO_STOP: SOUND | {"stopped": False},
    table.NO_USAGE: SOUND | {"usage": False},
    table.TWICE: SOUND | {"text": "Hello" + HELLO},
    table.SHUFFLED: SOUND | {"text": "!Hello" + HELLO[6:]},
    table.OTHER_TEXT: SOUND | {"text": "<100000>" + HELLO[5:]},
    table.EMPTY: {"text": "", "finish": None, "usage": False},
    table.AS_TEXT: {"string": True},
    node.REPLACED: SOUND | {"text": "\ufffd" + HELLO[5:]},
    node.WAITS: {"waits": True},
}
MEANT = [fault for row in (*OF_CALLS, *OF_TEXTS) for fault in row.faults]
ROWS = [
    pytest.param(f"{client} {way} {fault}", said, id=f"{client}-{way}-{fault}")
    for row in table.CLIENTS
    for fault in row.faults
    for client, does in zip(CLIENTS, node.in_node(fault, row), strict=True)
    for way, said in zip(("stream", "whole"), does, strict=True)
]


def is_late(row, fault):
    """Whether the client is to lose its patience; an answer that tells of a timeout comes at once."""
    return any("APIConnectionTimeout" in said or said == node.WAITS for does in node.in_node(fault, row) for said in does)


@pytest.fixture(scope="module")
def found(plain):
    program = shutil.which("node")
    if program is None:
        pytest.skip("node: not installed")
    for name in ("openai", "@anthropic-ai/sdk"):
        if not (PACKAGES / "node_modules" / name).is_dir():
            pytest.skip(f"{name} for Node: not installed below {PACKAGES.name}; `make test` does it where npm is there")
    faults = [(row, fault) for row in table.CLIENTS for fault in row.faults]
    asked = [{"fault": fault, "patience": 250 if is_late(row, fault) else 10_000} for row, fault in faults]
    asked += [{"fault": fault, "patience": 10_000} for fault in MEANT]
    done = subprocess.run(
        [program, HERE / "faults.mjs", plain.url, PACKAGES],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("case", "said"), ROWS)
def test_the_client_does_what_the_table_says(case, said, found):
    if said in SAYS_NOTHING:
        expected = dict(SAYS_NOTHING[said])
        if expected.get("finish"):
            expected["finish"] = expected["finish"][CLIENTS.index(case.split()[0])]
        assert {name: found[case].get(name) for name in expected} == expected
    else:
        times, _, name = said.rpartition(" ")
        assert found[case] == {"error": name, "attempts": int(times or 1)}


@pytest.mark.parametrize("fault", MEANT)
def test_faults_of_meaning_raise_nothing(fault, found):
    for client in CLIENTS:
        for way in ("stream", "whole"):
            assert "text" in found[f"{client} {way} {fault}"]


def test_every_row_of_what_node_does_otherwise_is_about_a_fault_of_the_table_and_differs():
    rows = {fault: row for row in table.CLIENTS for fault in row.faults}
    for other in node.OTHERWISE:
        for fault in other.faults:
            assert (other.openai, other.anthropic) != (rows[fault].openai, rows[fault].anthropic), fault
