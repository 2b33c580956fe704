from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from understudy.faults import Place, Seconds, kinds
from understudy.faults.legal_fuzz import chosen

SEEDS = range(200)


def test_every_legal_kind_is_chosen_some_time_and_nothing_else(context):
    seen = {fault.name for seed in SEEDS for fault in chosen(context(decision=seed).random)}
    assert seen == {kind.name for kind in kinds() if kind.legal} - {"legal-fuzz"}
    assert {"split-event", "coalesce", "crlf", "comments", "rechunk"} <= seen


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("coalesce", {"events": 2}, {"events": 8}),
        ("comments", {"events": 1}, {"events": 5}),
        ("empty-deltas", {"count": 1}, {"count": 5}),
        ("late-headers", {"seconds": Seconds(0.001)}, {"seconds": Seconds(0.005)}),
        ("rechunk", {"size": 7, "pause": Seconds(0.0001)}, {"size": 1000, "pause": Seconds(0.0001)}),
        (
            "stall",
            {"seconds": Seconds(0.001), "at": Place("event", 1)},
            {"seconds": Seconds(0.005), "at": Place("event", 5)},
        ),
        ("trickle", {"bytes_per_second": 1_000_000}, {"bytes_per_second": 10_000_000}),
    ],
)
def test_parameters_are_drawn_between_their_ends(name, lowest, highest):
    (kind,) = (kind for kind in kinds() if kind.name == name)
    for end, given in ((1, lowest), (2, highest)):
        assert kind.drawn(SimpleNamespace(integer=lambda *drawn, end=end: drawn[end])) == kind(**given)


def test_something_is_always_chosen(context):
    assert all(chosen(context(decision=seed).random) for seed in SEEDS)


def test_the_same_decision_fuzzes_the_same_way(play):
    assert play("legal-fuzz", decision=3) == play("legal-fuzz", decision=3)
    assert len({b"".join(step for step in play("legal-fuzz", decision=s) if isinstance(step, bytes)) for s in SEEDS}) > 50


def test_what_the_stream_says_never_changes(play, body_of, texts):
    for seed in SEEDS:
        for way in ({}, {"waits": 0.01}, {"chunked": False}):
            body = body_of(play("legal-fuzz", decision=seed, **way))
            events = [json.loads(text) for text in texts(body)]
            said = "".join(choice["delta"].get("content", "") for event in events for choice in event["choices"])
            assert said == "One two three"
            assert body.replace(b"\r\n", b"\n").endswith(b"data: [DONE]\n\n")


def test_what_a_whole_answer_says_never_changes(play, sample, body_of):
    for seed in SEEDS:
        assert body_of(play("legal-fuzz", decision=seed, stream=False)) == sample(stream=False).data
