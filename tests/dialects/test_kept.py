"""What is kept is bounded by weight, oldest first out."""

from understudy.dialects._kept import Kept


def test_the_oldest_make_room():
    kept = Kept(10)
    for name in "abc":
        kept.keep(name, name.upper(), 4)
    assert [kept.get(name) for name in "abc"] == [None, "B", "C"]
    kept.keep("d", "D", 10)
    assert [kept.get(name) for name in "abcd"] == [None, None, None, "D"]


def test_what_is_too_heavy_is_not_kept_and_drives_nothing_out():
    kept = Kept(10)
    kept.keep("a", 1, 10)
    kept.keep("b", 2, 11)
    assert (kept.get("a"), kept.get("b"), len(kept)) == (1, None, 1)


def test_what_is_kept_twice_weighs_once():
    kept = Kept(10)
    kept.keep("a", 1, 6)
    kept.keep("a", 2, 6)
    kept.keep("b", 3, 4)
    assert (kept.get("a"), kept.get("b"), len(kept)) == (2, 3, 2)
