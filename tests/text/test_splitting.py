"""Text is split as tiktoken splits it, and safe cuts are safe."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.text import splitting
from understudy.text.splitting import safe_cut, sanitized, settled, splitter

QUICK = settings(max_examples=300, deadline=None, derandomize=True, database=None)
SPLIT = {name: splitter(name) for name in ("o200k_base", "cl100k_base")}

# Everything the patterns look at, and neighbours of it: white space of all kinds, marks, numbers, contractions, slashes.
lively = st.text(
    st.one_of(
        st.sampled_from(" \n\r\t\u00a0\u2003\u3000\x1c\x85/'’\"sStTlLrReEvVmMdDſaZé\u0301٣²½一あ가،。，!?.,;:()_-😀𝐀𐐀𐐨𝟏"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "o200k", "cl100k"),
    [
        ("Hello world", ["Hello", " world"], ["Hello", " world"]),
        ("I'LL don't", ["I'LL", " don't"], ["I", "'LL", " don", "'t"]),
        ("12345", ["123", "45"], ["123", "45"]),
        ("a  b\n\n  c", ["a", " ", " b", "\n\n", " ", " c"], ["a", " ", " b", "\n\n", " ", " c"]),
        (";\n// x", [";\n//", " x"], [";\n", "//", " x"]),
        ("camelCase", ["camel", "Case"], ["camelCase"]),
        ("x\n \t", ["x", "\n", " \t"], ["x", "\n \t"]),
    ],
)
def test_pieces(text, o200k, cl100k):
    assert SPLIT["o200k_base"](text) == o200k
    assert SPLIT["cl100k_base"](text) == cl100k


@QUICK
@given(lively)
def test_pieces_join_to_the_text(text):
    for split in SPLIT.values():
        assert "".join(split(text)) == text


@QUICK
@given(lively, lively)
def test_a_safe_cut_is_a_boundary_and_both_sides_split_alone(left, right):
    text = left + right
    cuts = {at for start in range(len(text)) if (at := safe_cut(text, start, len(text))) >= 0}
    for name, split in SPLIT.items():
        for at in cuts:
            assert split(text[:at]) + split(text[at:]) == split(text), (name, at)


@pytest.mark.parametrize(
    ("text", "cut"), [("a b", 1), ("ab, c", 2), ("==\n==", 3), ("==\n/=", -1), ("==\n\n==", 4), ("a\nb", 1), ("=" * 9, -1)]
)
def test_safe_cuts(text, cut):
    assert safe_cut(text, 1, len(text)) == cut


@QUICK
@given(lively, st.integers(1, 12))
def test_settled_pieces_are_those_of_the_whole(text, window):
    for name, split in SPLIT.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(splitting, "_WINDOW", window)
            pieces = settled(split, text, 0)
        assert pieces == split(text)[: len(pieces)], name
        assert pieces or not text


@pytest.mark.parametrize(
    ("text", "window"), [("中AAAAAb c d", 4), ("ah, they'll go", 10), ("x \n  \n y z", 4), ("a 1234567 b", 5)], ids=range(4)
)
def test_pieces_at_the_end_of_a_window_are_not_settled(monkeypatch, text, window):
    monkeypatch.setattr(splitting, "_WINDOW", window)
    for name, split in SPLIT.items():
        pieces = settled(split, text, 0)
        assert pieces == split(text)[: len(pieces)], name


def test_a_window_that_is_too_small_to_settle_anything_grows():
    split = SPLIT["o200k_base"]
    assert settled(split, "a" * 50_000 + " b c d", 0) == ["a" * 50_000, " b", " c", " d"]
    assert settled(split, "a b c " * 5_000, 2)[:2] == ["b", " c"]


def test_surrogates_in_a_window_are_refused():
    with pytest.raises(UnicodeEncodeError):
        settled(SPLIT["o200k_base"], "a\ud800b", 0)


@QUICK
@given(lively)
def test_a_space_beside_something_visible_begins_a_piece(text):
    for name, split in SPLIT.items():
        starts = {sum(map(len, split(text)[:n])) for n in range(len(text))}
        for space in re.finditer(r"(?<=\S) | (?=\S)", text):
            assert space.start() in starts, name


def test_letters_before_a_safe_cut_are_letters_or_numbers_for_the_encodings():
    ranges = splitting._ranges()
    known = {point for key in "LN" for low, high in ranges[key] for point in range(low, high + 1)}
    sure = re.compile(f"[{splitting._SURE}]")
    points = {point for point in range(0x10000) if sure.match(chr(point))}
    assert len(points) > 30_000
    assert points - known == set()


def test_stand_ins_have_the_classes_of_what_they_stand_for():
    ranges = splitting._ranges()

    def classes(mark: str) -> str:
        return "".join(key for key, items in ranges.items() if any(low <= ord(mark) <= high for low, high in items))

    starts, _ = splitting._stand_ins()
    edges = {chr(point) for start in starts for point in (start - 1, start) if 0x10000 <= point < 0x110000}
    assert len(edges) > 1000
    assert [edge for edge in edges if classes(edge) != classes(splitting._stand_in(edge))] == []


@pytest.mark.parametrize(
    ("text", "seen"), [("a\ud800b", "a\ufffdb"), ("\ud83d\ude00", "😀"), ("\udc00\ud83d", "\ufffd\ufffd"), ("é", "é")]
)
def test_surrogates_are_joined_or_replaced(text, seen):
    assert sanitized(text) == seen
