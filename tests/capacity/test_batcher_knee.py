"""The knee is where arithmetic puts it: an engine makes so many answers a second and no more."""

from __future__ import annotations

import pytest

SEQS, PROMPT, OUTPUT = 8, 40, 16
NUMBERS = {
    "max_num_seqs": SEQS,
    "max_num_batched_tokens": 1000,
    "decode_step": 0.010,
    "decode_per_seq": 0.0005,
    "prefill_token": 0.0001,
    "prefix_cache": False,
}


def law() -> float:
    """Answers a second when every slot is taken: each takes a slot for as many steps as it has tokens."""
    joining = SEQS / OUTPUT  # sequences whose prompt is in a step, on average; the others decode
    step = 0.010 + 0.0005 * (SEQS - joining) + 0.0001 * PROMPT * joining
    return joining / step


def queue_after(stage, rate: float, requests: int = 240) -> int:
    """How many wait when the last of evenly spaced requests has come."""
    on = stage(**NUMBERS)
    for k in range(requests):
        on.at(k / rate, lambda: on.submit(PROMPT, OUTPUT))
    on.clock.advance(requests / rate)
    return on.engine.snapshot.waiting


def test_the_knee_of_an_open_load_is_where_the_law_puts_it(stage):
    low, high = law() / 4, law() * 4
    while high / low > 1.01:
        middle = (low + high) / 2
        if queue_after(stage, middle) > 2:
            high = middle
        else:
            low = middle
    assert low == pytest.approx(law(), rel=0.03)


@pytest.mark.parametrize("clients", [1, 2, 4, 8, 9, 12, 24])
def test_a_closed_load_saturates_at_the_number_of_sequences(stage, clients):
    on = stage(**{**NUMBERS, "prefill_token": 0.0})
    finished = []

    def again() -> None:
        on.ask(1, OUTPUT, done=lambda: (finished.append(on.clock.monotonic()), again()))

    for _ in range(clients):
        again()
    on.clock.advance(30.0)
    rate = sum(10.0 < moment <= 30.0 for moment in finished) / 20.0
    width = min(clients, SEQS)
    step = 0.010 + 0.0005 * width * (1 - 1 / OUTPUT)
    assert rate == pytest.approx(width / OUTPUT / step, rel=0.02)
