"""Families of models: every name has one, the longest prefix wins, nothing is refused where nobody looks."""

from __future__ import annotations

import pytest

from understudy.dialects._openai.families import UNDEMANDING, family


@pytest.mark.parametrize("name", sorted(UNDEMANDING))
def test_a_name_that_is_not_looked_up_refuses_nothing(name):
    traits = family(name)
    assert traits.known
    assert not traits.reasons
    assert traits.refused <= {"prediction"}  # which no plain request says


@pytest.mark.parametrize(
    ("name", "reasons", "window", "known"),
    [
        ("gpt-4o-mini-2024-07-18", False, 128_000, True),
        ("gpt-4.1-nano", False, 1_047_576, True),
        ("gpt-4-0613", False, 8_192, True),
        ("gpt-4-turbo-2024-04-09", False, 128_000, True),
        ("gpt-3.5-turbo-0125", False, 16_385, True),
        ("o3-mini-2025-01-31", True, 200_000, True),
        ("gpt-5-mini", True, 400_000, True),
        ("gpt-5-chat-latest", False, 128_000, True),
        ("gpt-5.4-nano", True, 400_000, True),
        ("openai/gpt-5", True, 400_000, True),
        ("ft:gpt-4o-mini:org::id", False, 128_000, True),
        ("llama-3", False, 0, False),
        ("", False, 0, False),
    ],
)
def test_a_name_has_its_family(name, reasons, window, known):
    traits = family(name)
    assert (traits.reasons, traits.window, traits.known) == (reasons, window, known)


def test_the_effort_in_force_is_one_of_the_family():
    assert all(
        family(name).effort in family(name).efforts for name in ("o1", "gpt-5", "gpt-5.1", "gpt-5.2", "gpt-5.6", "gpt-6")
    )
