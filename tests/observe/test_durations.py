"""How long answers took, by model."""

from understudy.observe.durations import Durations
from understudy.observe.metrics import OTHER, TOLD_APART, Counters


def test_answers_are_counted_by_model(make_exchange):
    durations = Durations(Counters())
    for duration in (0.1, 0.3):
        durations.record(make_exchange(model="a", duration=duration))
    durations.record(make_exchange(model="b", duration=4))
    found = durations.by_model()
    assert list(found) == ["a", "b"]
    assert (found["a"].total, found["a"].sum, found["a"].max, found["a"].at_most(0.1)) == (2, 0.4, 0.3, 1)


def test_exchanges_without_a_model_do_not_count(make_exchange):
    durations = Durations(Counters())
    durations.record(make_exchange(model=""))
    assert durations.by_model() == {}


def test_models_beyond_the_first_are_counted_as_one(make_exchange):
    durations = Durations(Counters())
    for number in range(TOLD_APART + 5):
        durations.record(make_exchange(model=f"m{number}"))
    durations.record(make_exchange(model="m0"))
    found = durations.by_model()
    assert len(found) == TOLD_APART + 1
    assert (found[OTHER].total, found["m0"].total) == (5, 2)


def test_what_is_settled_is_counted_once(make_exchange):
    durations = Durations(Counters())
    durations.record(make_exchange())
    durations.settle()
    durations.settle()
    assert [seconds.total for seconds in durations.by_model().values()] == [1]


def test_plain_answers_count_at_their_mean(make_exchange):
    counters = Counters()
    durations = Durations(counters)
    row = counters.row(make_exchange().context, "a")
    row[0] += 4
    row[3] += 0.002
    found = durations.by_model()["a"]
    assert (found.total, found.sum, found.max) == (4, 0.002, 0.0005)
    durations.record(make_exchange(model="a", duration=1.0))
    assert durations.by_model()["a"].total == 5
