"""A form completed is its literals and values in turn, whatever either holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.wire.forms import Form, Hole

VALUES = (b"%b 100 %", 42, b"")
HOLES = {"a": Hole(b"%b", (0,)), "n": Hole(b"%d", (1,)), "empty": Hole(b"%b", (2,)), "both": Hole(b"%%%08x-%b", (1, 0))}
WRITTEN = {"a": b"%b 100 %", "n": b"42", "empty": b"", "both": b"%0000002a-%b 100 %"}

literal = st.sampled_from([b"", b"%", b"%%", b"%d", b"50 % off", b"\x00\xff", b"{n}"])
pairs = st.lists(st.tuples(st.sampled_from(sorted(HOLES)), literal), max_size=6)


def whole(first, rest):
    return first + b"".join(WRITTEN[name] + after for name, after in rest)


def form(first, rest):
    return Form([first, *(after for _, after in rest)], [name for name, _ in rest], HOLES)


@given(literal, pairs)
def test_a_form_is_its_literals_with_the_values_between(first, rest):
    assert form(first, rest).render(VALUES) == whole(first, rest)


@given(literal, pairs, st.sets(st.sampled_from(sorted(HOLES))))
def test_holes_filled_early_or_late_make_the_same_bytes(first, rest, left):
    literals, names = form(first, rest).parts(VALUES, left)
    assert names == [name for name, _ in rest if name in left]
    assert Form(literals, names, HOLES).render(VALUES) == whole(first, rest)


@given(literal, pairs)
def test_a_form_is_used_again_and_again(first, rest):
    made = form(first, rest)
    made.parts(VALUES, ())
    assert made.render(VALUES) == made.render(VALUES) == whole(first, rest)


def test_a_form_tells_the_names_of_its_holes():
    assert form(b"", [("n", b""), ("a", b"!"), ("n", b"")]).names == ("n", "a", "n")


def test_a_form_is_a_template_which_takes_the_values_in_their_order_or_has_them_ordered():
    template, fill = form(b"50 % of ", [("a", b", "), ("n", b"!")]).template
    assert fill is None
    assert template % VALUES[:2] == b"50 % of %b 100 %, 42!"
    for names in (["n", "a"], ["a", "a"], ["n"], []):
        made = form(b"", [(name, b"") for name in names])
        template, fill = made.template
        assert template % fill(VALUES) == made.render(VALUES)


@pytest.mark.parametrize("names", [[], ["a"], ["a", "n"], ["a", "n", "empty"]], ids=len)
def test_values_beyond_the_last_hole_are_left_out(names):
    assert form(b"-", [(name, b"-") for name in names]).render(VALUES) == whole(b"-", [(name, b"-") for name in names])


def test_a_form_has_one_hole_between_each_two_literals():
    with pytest.raises(ValueError, match="zip"):
        Form([b"one", b"two"], ["a", "n"], HOLES)
