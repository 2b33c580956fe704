"""What is known of answers that have ended."""

import pytest

from understudy.histogram import SECONDS
from understudy.model.exchange import Particulars, Work
from understudy.model.plan import Delivery
from understudy.model.reply import Raw, Reply
from understudy.observe.finished import TOKENS, Finished, Plain, first_token, tokens_made

FAULT = Particulars(("reset;event=3",))
RAW = Reply(raw=Raw(200, (), ((0.0, b"a"), (1.0, b"b"))))


def streamed(outcome="done", events=51, first_at=0.25, last_due=1.0) -> Delivery:
    return Delivery(outcome, 900, events, 0.0001, 0.2, first_at if events else None, 0.0, last_due)


@pytest.fixture
def details(make_exchange):
    """Count answers of a model, and give what is known of them in detail, as {name: (how many, sum)}."""

    def counted(*answers: dict) -> dict[str, tuple[int, float]]:
        finished = Finished()
        finished.add([make_exchange(**fields) for fields in answers], in_detail=True)
        found = ((name, getattr(finished.details, name)) for name in finished.details.__struct_fields__)
        return {name: (counts.total, round(counts.sum, 9)) for name, counts in found}

    return counted


def test_tokens_are_counted_in_steps_of_vllm():
    assert (TOKENS[:4], TOKENS[-1]) == ((1.0, 2.0, 5.0, 10.0), 500_000.0)


def test_a_stream_is_its_first_token_and_the_rest(details):
    stream = {"stream": True, "duration": 1.25, "prompt_tokens": 40, "completion_tokens": 51, "delivery": streamed()}
    assert details(stream) == {
        "e2e": (1, 1.25),
        "first": (1, 0.25),
        "queued": (1, 0.0),
        "inference": (1, 1.25),
        "prefill": (1, 0.25),
        "decode": (1, 1.0),
        "each": (1, 0.02),
        "prompt": (1, 40),
        "completion": (1, 51),
    }


def test_who_waits_in_a_queue_is_at_work_later(details):
    found = details({"stream": True, "duration": 1.25, "delivery": streamed(), "work": Work(queued=0.125)})
    assert [found[name][1] for name in ("e2e", "first", "queued", "inference", "prefill")] == [1.25, 0.25, 0.125, 1.125, 0.125]


def test_of_what_broke_off_only_the_first_token_counts(details):
    found = details({"stream": True, "duration": 0.5, "outcome": "client_gone", "delivery": streamed("client_gone", 3)})
    assert {name: count for name, count in found.items() if count != (0, 0)} == {"first": (1, 0.25)}


def test_where_the_first_token_is_not_known_the_whole_still_is(details):
    found = details({"duration": 2.0, "delivery": streamed(events=0)})
    assert (found["e2e"], found["prompt"], found["first"], found["decode"]) == ((1, 2.0), (1, 0), (0, 0), (0, 0))


def test_an_answer_of_one_token_has_no_time_between_tokens(details):
    assert details({"duration": 2.0, "completion_tokens": 1})["each"] == (1, 0.0)


@pytest.mark.parametrize("operation", ["image", "stored", "none"])
def test_where_no_model_was_at_work_there_are_no_details(details, operation):
    assert set(details({"operation": operation, "duration": 1.0}).values()) == {(0, 0)}


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({}, 2.0),
        ({"stream": True, "delivery": streamed(events=0, last_due=0.0)}, 2.0),
        ({"stream": True, "delivery": streamed()}, 0.25),
        ({"stream": True, "delivery": streamed(), "outcome": "client_gone"}, 0.25),
        ({"stream": True, "delivery": streamed(events=0)}, 2.0),
        ({"stream": True, "delivery": streamed(events=0), "particulars": FAULT}, None),
        ({"stream": True, "delivery": streamed(events=0), "reply": RAW}, None),
        ({"delivery": streamed(events=0)}, None),
        ({"delivery": streamed(events=0), "work": Work(first=0.5)}, 0.5),
        ({"delivery": streamed(events=0), "work": Work(first=0.5), "outcome": "client_gone"}, None),
        ({"delivery": streamed(events=1), "work": Work(first=0.5)}, 0.5),
        ({"delivery": streamed(events=1)}, None),
    ],
    ids=[
        "at once",
        "a stream at once",
        "a stream",
        "a stream that broke off",
        "a stream at once, later",
        "struck",
        "spelled by a script",
        "whole, later",
        "whole, and somebody knows",
        "broke off before",
        "whole, behind the gate of an engine",
        "whole, behind a gate",
    ],
)
def test_when_the_first_token_came(make_exchange, fields, first):
    assert first_token(make_exchange(duration=2.0, **fields)) == first


@pytest.mark.parametrize(
    ("fields", "tokens"),
    [
        ({}, 50),
        ({"outcome": "closed"}, 50),
        ({"outcome": "client_gone"}, 0),
        ({"outcome": "client_gone", "delivery": streamed("client_gone", 0)}, 0),
        ({"outcome": "client_gone", "delivery": streamed("client_gone", 1)}, 0),
        ({"stream": True, "outcome": "client_gone", "delivery": streamed("client_gone", 20)}, 20),
        ({"stream": True, "outcome": "aborted", "delivery": streamed("aborted", 70)}, 50),
        ({"stream": True, "outcome": "client_gone", "delivery": streamed("client_gone", 20), "work": Work(tokens=19)}, 19),
        ({"outcome": "client_gone", "work": Work(tokens=7)}, 7),
    ],
    ids=[
        "done",
        "ended by closing",
        "never sent",
        "gone before the first token",
        "not streamed",
        "as many as events",
        "no more than all",
        "counted",
        "made, but not sent",
    ],
)
def test_tokens_of_answers_that_broke_off(make_exchange, fields, tokens):
    assert tokens_made(make_exchange(completion_tokens=50, **fields)) == tokens


def test_a_copy_goes_its_own_way(make_exchange):
    finished = Finished()
    finished.add([make_exchange(duration=1.0)], in_detail=True)
    copy = finished.copy()
    copy.add_plain(Plain("a", "chat", 3, 30, 6, 0.003), in_detail=True)
    copy.add_plain(Plain("a", "image", 1, 0, 0, 0.001), in_detail=True)
    assert (finished.whole.total, copy.whole.total) == (1, 5)
    assert (finished.details.e2e.total, copy.details.e2e.total, copy.details.prompt.sum) == (1, 4, 30)
    assert copy.details.e2e.bounds == SECONDS
