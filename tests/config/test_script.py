"""A script can say where its responses stand."""

from __future__ import annotations

from understudy.config.script import Script


def test_a_response_has_the_place_of_the_highest_file_that_has_it():
    script = Script(response_lines=(("x/a.yaml", {"Hi": 5}), ("b.yaml", {"Hi": 9, "ho": 2})))
    assert [script.place_of_response(prompt) for prompt in ("Hi", "ho")] == ["a.yaml:5", "b.yaml:2"]
