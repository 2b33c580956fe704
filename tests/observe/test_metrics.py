"""Counters."""

import msgspec

from understudy.model.exchange import Particulars
from understudy.observe.metrics import LONGEST, OTHER, TOLD_APART, Counters


def test_nothing_counted_yet():
    assert Counters().snapshot() == {
        "requests": 0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "by": [],
        "outcomes": {},
        "finishes": {},
    }


def test_a_key_in_the_place_of_a_model_is_masked(make_exchange):
    counters = Counters()
    for _ in range(2):
        counters.record(make_exchange(model="sk-proj-abcdefghijklmnopqrstuvwxyz123456"))
    assert [(row["model"], row["requests"]) for row in counters.snapshot()["by"]] == [("sk-...3456", 2)]


def test_exchanges_are_counted_by_dialect_operation_and_status(make_exchange):
    counters = Counters()
    counters.record(make_exchange(prompt_tokens=3, completion_tokens=5))
    counters.record(make_exchange(prompt_tokens=4, completion_tokens=6, outcome="client_gone"))
    counters.record(make_exchange(status=429))
    counters.record(make_exchange(dialect="gemini", operation="embedding", prompt_tokens=1))
    assert counters.snapshot() == {
        "requests": 4,
        "prompt_tokens": 8,
        "completion_tokens": 5,
        "by": [
            {
                "dialect": "gemini",
                "operation": "embedding",
                "status": 200,
                "model": "gpt-4o-mini",
                "requests": 1,
                "prompt_tokens": 1,
                "completion_tokens": 0,
                "outcomes": {},
                "finishes": {},
            },
            {
                "dialect": "openai_chat",
                "operation": "chat",
                "status": 200,
                "model": "gpt-4o-mini",
                "requests": 2,
                "prompt_tokens": 7,
                "completion_tokens": 5,
                "outcomes": {"client_gone": 1},
                "finishes": {},
            },
            {
                "dialect": "openai_chat",
                "operation": "chat",
                "status": 429,
                "model": "gpt-4o-mini",
                "requests": 1,
                "prompt_tokens": 0,
                "completion_tokens": 0,
                "outcomes": {},
                "finishes": {},
            },
        ],
        "outcomes": {"client_gone": 1},
        "finishes": {},
    }


def test_a_snapshot_is_plain_data(make_exchange):
    counters = Counters()
    counters.record(make_exchange())
    snapshot = counters.snapshot()
    assert msgspec.json.decode(msgspec.json.encode(snapshot)) == snapshot


def test_why_models_ended_is_counted_unless_they_just_stopped(make_exchange):
    counters = Counters()
    for finish in ("stop", "length", "length", "tool_calls", ""):
        counters.record(make_exchange(finish=finish))
    counters.record(make_exchange(finish="length", outcome="client_gone"))
    counters.record(make_exchange(finish="error", status=500))
    counters.record(make_exchange(finish="length", operation="completion"))
    assert counters.snapshot()["finishes"] == {"length": 3, "tool_calls": 1}
    assert [row["finishes"] for row in counters.snapshot()["by"]] == [{"length": 2, "tool_calls": 1}, {}, {"length": 1}]


def test_only_so_many_models_are_told_apart_and_those_remain(make_exchange):
    counters = Counters()
    for number in range(TOLD_APART + 5):
        counters.record(make_exchange(model=f"m{number}"))
    counters.record(make_exchange(model="m0"))
    found = {row["model"]: row["requests"] for row in counters.snapshot()["by"]}
    assert len(found) == TOLD_APART + 1
    assert (found["m0"], found["m1"], found[OTHER]) == (2, 1, 5)


def test_a_name_that_is_too_long_is_not_told_apart(make_exchange):
    counters = Counters()
    for length in (LONGEST, LONGEST + 1, 1_000_000):
        counters.record(make_exchange(model="m" * length))
    assert {row["model"]: row["requests"] for row in counters.snapshot()["by"]} == {"m" * LONGEST: 1, OTHER: 2}


def test_a_stream_that_ends_by_closing_has_ended_well(make_exchange):
    counters = Counters()
    counters.record(make_exchange(outcome="closed", completion_tokens=5))
    counters.record(make_exchange(outcome="closed", completion_tokens=5, particulars=Particulars(("close",))))
    found = counters.snapshot()
    assert (found["completion_tokens"], found["outcomes"]) == (5, {"closed": 1})


def test_plain_answers_are_counted_as_all_others(make_exchange):
    counters = Counters()
    counters.record(make_exchange(prompt_tokens=3, completion_tokens=4))
    for prompt in (1, 2, 1000):
        row = counters.row(make_exchange().context, "gpt-4o-mini", prompt, 5)
        row[0] += 1
        row[1] += prompt
        row[2] += 5
    (found,) = counters.snapshot()["by"]
    assert (found["requests"], found["prompt_tokens"], found["completion_tokens"]) == (4, 1006, 19)
    assert [(one.prompt_tokens, one.count) for one in counters.plain().values()] == [(1, 1), (2, 1), (1000, 1)]
