"""Which limits are said of a call, what it asks of each, and whose account that is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from understudy.config.script import LimitSpec
from understudy.engine.quota import Caller, Quota
from understudy.engine.quota_grant import UNLIMITED
from understudy.engine.quota_ledger import MemoryLedger
from understudy.model.call import Call

SOMEBODY = Caller("sk-one", "org-a", "default")


@pytest.fixture
def admit():
    """Ask a quota, with books that last."""
    ledger = MemoryLedger()

    def asked(quota, call=None, caller=SOMEBODY, prompt=10, now=0.0):
        return quota.admit(call or Call("chat", "openai", "gpt-4o"), caller, prompt, ledger, now)

    return asked


def passes(grant) -> bool:
    return grant.failure is None


def test_without_limits_there_is_no_quota():
    assert Quota.of(()) is None
    assert Quota.of((LimitSpec(rpm=1),)) is not None


@pytest.mark.parametrize("operation", ["models", "model", "health"])
def test_looking_things_up_is_free(admit, operation):
    assert admit(Quota((LimitSpec(rpm=1),)), Call(operation, "openai")) is UNLIMITED


@pytest.mark.parametrize(
    ("limit", "model", "key", "concerns"),
    [
        (LimitSpec(rpm=1), "gpt-4o", "k", True),
        (LimitSpec(rpm=1, model="gpt-*"), "GPT-4o", "k", True),
        (LimitSpec(rpm=1, model="gpt-*"), "o3", "k", False),
        (LimitSpec(rpm=1, key="sk-t*"), "gpt-4o", "sk-test", True),
        (LimitSpec(rpm=1, key="sk-t*"), "gpt-4o", "", False),
        (LimitSpec(rpm=1, key="sk-t*", model="o3"), "gpt-4o", "sk-test", False),
    ],
)
def test_a_limit_is_said_of_its_models_and_keys(admit, limit, model, key, concerns):
    found = admit(Quota((limit,)), Call("chat", "openai", model), Caller(key, "", "default"))
    assert (found is not UNLIMITED) == concerns


OTHERS = {
    "key": (replace(SOMEBODY, key="sk-two"), "gpt-4o"),
    "organisation": (replace(SOMEBODY, organisation="org-b"), "gpt-4o"),
    "session": (replace(SOMEBODY, session="other"), "gpt-4o"),
    "model": (SOMEBODY, "o3"),
}


@pytest.mark.parametrize("per", [(), ("key",), ("organisation",), ("session",), ("model",), ("key", "model"), tuple(OTHERS)])
def test_who_differs_in_what_is_told_apart_has_an_account_of_their_own(admit, per):
    quota = Quota((LimitSpec(rpm=1, per=per or ("all",)),))
    assert passes(admit(quota))
    assert not passes(admit(quota))
    found = {word: passes(admit(quota, Call("chat", "openai", model), caller)) for word, (caller, model) in OTHERS.items()}
    assert found["key"] == ("key" in per)
    assert {word for word, free in found.items() if free} == set(per)


def test_long_names_have_accounts_of_their_own_too(admit):
    quota = Quota((LimitSpec(rpm=1, per=("model",)),))
    assert passes(admit(quota, Call("chat", "openai", "x" * 100 + "a")))
    assert passes(admit(quota, Call("chat", "openai", "x" * 100 + "b")))
    assert not passes(admit(quota, Call("chat", "openai", "x" * 100 + "b")))


def test_a_request_counts_with_its_prompt_and_the_most_its_answer_may_have(admit):
    quota = Quota((LimitSpec(tpm=100, input_tpm=1000, output_tpm=1000),))
    call = Call("completion", "openai", "m", max_tokens=5, choices=2, inputs=("a", "b"))
    allowance = admit(quota, call, prompt=30).allowance
    assert (allowance.tokens.remaining, allowance.input_tokens.remaining, allowance.output_tokens.remaining) == (50, 970, 980)


def test_all_limits_have_to_admit_and_a_refusal_costs_nothing(admit):
    quota = Quota((LimitSpec(rpm=10), LimitSpec(rpm=1, model="o3")))
    o3 = Call("chat", "openai", "o3")
    assert [passes(admit(quota, o3)) for _ in range(3)] == [True, False, False]
    assert admit(quota).allowance.requests.remaining == 8


def test_days_are_counted_beside_minutes(admit):
    quota = Quota((LimitSpec(rpm=2, rpd=3),))
    assert [passes(admit(quota, now=60.0 * minute)) for minute in (0, 0, 1, 2)] == [True, True, True, False]
    overrun = admit(quota, now=120.0).failure.overrun
    assert (overrun.resource, overrun.period, overrun.limit, overrun.used) == ("requests", "day", 3, 3)
    assert overrun.wait == pytest.approx(86400 / 3 - 120)


def test_a_limit_said_again_keeps_its_accounts_and_a_changed_one_begins_full(admit):
    kept, changed = LimitSpec(rpm=1, model="a"), LimitSpec(rpm=1, model="b")
    before, after = Quota((kept, changed)), Quota((replace(changed, rpm=2), replace(kept)))
    a, b = Call("chat", "openai", "a"), Call("chat", "openai", "b")
    assert passes(admit(before, a))
    assert passes(admit(before, b))
    assert not passes(admit(after, a))
    assert admit(after, b).allowance.requests.remaining == 1


def test_two_limits_that_say_the_same_count_apart(admit):
    grant = admit(Quota((LimitSpec(rpm=5), LimitSpec(rpm=5))))
    assert grant.allowance.requests.remaining == 4


def test_the_refill_is_exact_at_any_age_of_the_clock(admit):
    quota = Quota((LimitSpec(rpm=7, burst=0.001),))
    now = 86_400.0 * 1000
    assert passes(admit(quota, now=now))
    for _ in range(50):
        failure = admit(quota, now=now).failure
        now += failure.retry_after
        assert passes(admit(quota, now=now))


def test_a_binding_limit_speaks_for_the_longest_wait(admit):
    quota = Quota((LimitSpec(rpm=1), LimitSpec(tpm=10), LimitSpec(rpd=1)))
    assert passes(admit(quota))
    assert admit(quota).failure.overrun.period == "day"
