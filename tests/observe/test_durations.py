"""How long answers took, by model."""

import pytest

from understudy.observe.durations import Durations
from understudy.observe.metrics import OTHER, TOLD_APART, Counters


def test_answers_are_counted_by_model(make_exchange):
    durations = Durations(Counters())
    for duration in (0.1, 0.3):
        durations.record(make_exchange(model="a", duration=duration))
    durations.record(make_exchange(model="b", duration=4))
    found = durations.by_model()
    assert list(found) == ["a", "b"]
    whole = found["a"].whole
    assert (whole.total, whole.sum, whole.max, whole.at_most(0.1)) == (2, 0.4, 0.3, 1)


def test_errors_and_answers_that_broke_off_took_no_time_worth_knowing(make_exchange):
    durations = Durations(Counters())
    for fields in ({"status": 429}, {"status": 500}, {"outcome": "client_gone"}, {"status": 201}):
        durations.record(make_exchange(model="a", duration=0.1, **fields))
    assert durations.by_model()["a"].whole.total == 1


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
    assert (found[OTHER].whole.total, found["m0"].whole.total) == (5, 2)


def test_what_is_settled_is_counted_once(make_exchange):
    durations = Durations(Counters())
    durations.record(make_exchange())
    durations.settle()
    durations.settle()
    assert [answers.whole.total for answers in durations.by_model().values()] == [1]


def test_plain_answers_count_at_their_mean(make_exchange):
    counters = Counters()
    durations = Durations(counters)
    row = counters.row(make_exchange().context, "a", 1, 1)
    row[0] += 4
    row[3] += 0.002
    found = durations.by_model()["a"].whole
    assert (found.total, found.sum, found.max) == (4, 0.002, 0.0005)
    durations.record(make_exchange(model="a", duration=1.0))
    assert durations.by_model()["a"].whole.total == 5


def test_plain_answers_of_other_lengths_lie_elsewhere(make_exchange):
    counters = Counters()
    for prompt, times in ((11, 1), (19, 3), (21, 1)):
        row = counters.row(make_exchange().context, "a", prompt, 5)
        for at, number in enumerate((times, prompt * times, 5 * times, 0.0001 * times)):
            row[at] += number
    details = Durations(counters).by_model()["a"].details
    assert [details.prompt.at_most(bound) for bound in (10, 20, 50)] == [0, 4, 5]
    assert (details.prompt.sum, details.completion.sum, details.first.total, details.decode.sum) == (89, 25, 5, 0)


@pytest.fixture
def switched(make_exchange):
    """What counts in detail only while it is wanted: a switch, and what answers once plainly and once not."""
    counters, wanted = Counters(), []
    durations = Durations(counters, lambda: bool(wanted))

    def switch(on):
        wanted[:] = [1] * on
        durations.settle()

    def answer():
        row = counters.row(make_exchange().context, "a", 15, 5)
        for at, number in enumerate((1, 15, 5, 0.0001)):
            row[at] += number
        durations.record(make_exchange(model="a", prompt_tokens=15))

    return durations, switch, answer


@pytest.mark.parametrize("is_looked_at", [False, True])
def test_what_is_not_wanted_is_not_worked_out(switched, is_looked_at):
    durations, switch, answer = switched
    answer()
    if is_looked_at:
        assert durations.by_model()["a"].details is None
    switch(True)
    assert durations.by_model()["a"].details is None
    answer()
    found = durations.by_model()["a"]
    assert (found.whole.total, found.details.e2e.total, found.details.prompt.sum) == (4, 2, 30)


def test_details_stand_still_while_they_are_not_wanted(switched):
    durations, switch, answer = switched
    for on in (True, False, True):
        switch(on)
        answer()
    found = durations.by_model()["a"]
    assert (found.whole.total, found.details.e2e.total, found.details.prompt.sum) == (6, 4, 60)


def test_plain_answers_stay_where_they_were_counted(make_exchange):
    counters = Counters()
    durations = Durations(counters)
    row = counters.row(make_exchange().context, "a", 1, 1)
    for seconds in (0.0001, 0.01):
        row[0] += 1
        row[3] += seconds
        found = durations.by_model()["a"]
        assert found.whole.at_most(0.001) == found.details.e2e.at_most(0.001) == 1
    assert (found.whole.total, round(found.whole.sum, 9)) == (2, 0.0101)


def test_models_are_told_apart_as_the_counters_tell_them_apart(make_exchange):
    counters = Counters()
    durations = Durations(counters)
    for number in range(TOLD_APART):
        counters.record(make_exchange(model=f"m{number}", status=500))
    counters.row(make_exchange().context, "b", 1, 1)[0] += 1
    durations.record(make_exchange(model="c"))
    assert {model: found.whole.total for model, found in durations.by_model().items()} == {OTHER: 2}
