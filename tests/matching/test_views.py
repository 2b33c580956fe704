"""Folding, and remembering what was derived from a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.matching import fold
from understudy.matching._views import View, single, viewer


@pytest.mark.parametrize(("text", "folded"), [(" Ab\n", "ab"), ("ß", "ss"), ("", ""), ("\u3000X\u3000", "x")])
def test_fold_trims_and_forgets_case(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_a_view_derives_each_form_once():
    view = View(("A b ", "\ud800"))
    assert view.folded == ("a b", "\ud800")
    assert view.encoded == (b"A b ", b"?")
    assert view.folded is view.folded
    assert view.sketches is view.sketches


def test_a_view_knows_no_other_names():
    with pytest.raises(AttributeError):
        getattr(View(()), "colour")  # noqa: B009 - the access is what is tested


def test_the_last_view_is_remembered_by_identity():
    seen = []

    def texts(source: list[str]) -> tuple[str, ...]:
        seen.append(source)
        return tuple(source)

    view = viewer(texts)
    one, same_content = ["a"], ["a"]
    assert view(one) is view(one)
    assert view(same_content).texts == ("a",)
    assert len(seen) == 2


def test_a_source_may_be_none_or_empty():
    view = viewer(lambda source: () if source is None else single(source))
    assert view(None).texts == ()
    assert view("").texts == ("",)
