"""Which engine runs a model, and for how long an engine is kept."""

from __future__ import annotations

from functools import partial
from gc import collect
from weakref import ref

import pytest

from understudy.capacity import Batcher, CapacitySpec, Fleet, Order, Share
from understudy.capacity.fleet import MOST, at_work

ALL = CapacitySpec()
EACH = CapacitySpec(per="model")


def begins(start: str, name: str) -> bool:
    return name.startswith(start)


@pytest.fixture
def begun() -> list[Batcher]:
    return []


@pytest.fixture
def fleet(begun) -> Fleet:
    def begin(engine: Batcher) -> None:
        begun.append(engine)
        next(engine.steps())

    return Fleet(begin)


def share(start: str, spec: CapacitySpec) -> Share:
    return Share(start + "*", partial(begins, start), spec)


def test_without_a_capacity_there_is_no_engine(fleet, begun):
    assert fleet.engine("any") is None
    fleet.renew([share("llama", ALL)])
    assert fleet.engine("gpt") is None
    assert begun == []


def test_models_share_an_engine_unless_each_has_its_own(fleet, begun):
    fleet.renew([share("llama", ALL), share("qwen", EACH), share("", ALL)])
    one, two = fleet.engine("llama-8b"), fleet.engine("llama-70b")
    three, four = fleet.engine("qwen-a"), fleet.engine("qwen-b")
    rest = fleet.engine("gpt")
    assert one is two
    assert len({id(engine) for engine in (one, three, four, rest)}) == 4
    assert begun == [one, three, four, rest]
    assert [name for name, _ in fleet] == ["llama*", "qwen-a", "qwen-b", "*"]


def test_a_name_has_one_engine_whatever_its_case(fleet):
    fleet.renew([share("", EACH)])
    assert fleet.engine("Qwen/A") is fleet.engine("qwen/a") is fleet.engine("QWEN/A ")
    assert [name for name, _ in fleet] == ["Qwen/A"]
    fleet.renew([share("", CapacitySpec(per="model", max_num_seqs=1))])
    assert fleet.engine("qwen/A") is fleet.engine("qwen/a")


def test_the_first_share_that_fits_counts(fleet):
    small = CapacitySpec(max_num_seqs=1)
    fleet.renew([share("llama-8b", small), share("llama", ALL)])
    assert fleet.engine("llama-8b").spec is small
    assert fleet.engine("llama-70b").spec is ALL


def test_engines_outlive_a_script_that_says_the_same(fleet):
    fleet.renew([share("a", ALL), share("b", ALL)])
    kept, changed = fleet.engine("a"), fleet.engine("b")
    fleet.renew([share("b", CapacitySpec(max_num_seqs=9)), share("a", CapacitySpec())])
    assert fleet.engine("a") is kept
    assert fleet.engine("b") is not changed


def test_names_that_clients_make_up_do_not_fill_the_memory(fleet):
    fleet.renew([share("", EACH)])
    working = fleet.engine("model 0")
    working.submit(0.0, [Order(1)])
    second = fleet.engine("model 1")
    for k in range(2, MOST + 50):
        fleet.engine(f"model {k}")
    assert len(list(fleet)) == MOST
    assert fleet.engine("model 0") is working
    assert fleet.engine("model 1") is not second


def at(fleet: Fleet) -> dict[str, tuple[int, int, int]]:
    """By the name of an engine how many wait, how many it refused, and how many steps it made."""
    found = {name: engine.snapshot for name, engine in fleet}
    return {name: (now.waiting, now.rejected, now.steps) for name, now in found.items()}


def work(engine: Batcher) -> None:
    """Do all that is to be done."""
    for _ in engine.steps():
        if not engine.busy:
            break


def test_an_engine_that_ends_is_counted_with_the_one_in_its_place(fleet):
    fleet.renew([share("", CapacitySpec(max_num_seqs=1, max_waiting=1))])
    old = fleet.engine("any")
    for _ in range(3):
        old.submit(0.0, [Order(1)])
    assert at(fleet) == {"*": (2, 1, 0)}
    fleet.renew([share("", CapacitySpec(max_num_seqs=2))])
    assert at(fleet) == {"*": (2, 1, 0)}
    new = fleet.engine("any")
    new.submit(0.0, [Order(1)])
    assert at(fleet) == {"*": (3, 1, 0)}
    assert [engine for _, engine in fleet] == [new]
    work(old)
    assert at(fleet) == {"*": (1, 1, 2)}
    work(new)
    assert at(fleet) == {"*": (0, 1, 3)}
    fleet.renew([share("", CapacitySpec(max_num_seqs=3))])
    assert at(fleet) == {"*": (0, 1, 3)}  # though nobody has asked for the one in its place
    fleet.engine("any")
    assert at(fleet) == {"*": (0, 1, 3)}
    fleet.renew([])
    assert at(fleet) == {"*": (0, 1, 3)}


def specs(count: int) -> list[CapacitySpec]:
    return [CapacitySpec(max_num_seqs=1 + k, kv_cache_tokens=160) for k in range(count)]


def test_engines_that_follow_each_other_unseen_are_counted_as_one_and_not_kept(fleet, begun):
    for spec in specs(600):
        fleet.renew([share("", spec)])
        work_of(fleet.engine("any"))
    kept = [ref(engine) for engine in begun[:-1]]
    begun.clear()
    collect()
    assert [engine() for engine in kept if engine() is not None] == []
    assert at(fleet) == {"*": (0, 0, 600)}


def test_the_first_of_many_engines_is_counted_until_it_is_done(fleet, begun):
    old = None
    for spec in specs(600):
        fleet.renew([share("", spec)])
        engine = fleet.engine("any")
        if old is None:
            old = engine
            old.submit(0.0, [Order(1)])
        else:
            work_of(engine)
    kept = [ref(engine) for engine in begun[1:-1]]
    begun.clear()
    collect()
    assert [engine() for engine in kept if engine() is not None] == []
    assert at(fleet) == {"*": (1, 0, 599)}
    work(old)
    assert at(fleet) == {"*": (0, 0, 600)}
    assert not at_work(fleet.engine("any"))


def work_of(engine: Batcher) -> None:
    """Let an engine make one answer."""
    engine.submit(0.0, [Order(1)])
    work(engine)


def test_the_memory_of_two_is_as_full_as_the_fuller(fleet):
    fleet.renew([share("", CapacitySpec(kv_cache_tokens=160))])
    old = fleet.engine("any")
    old.submit(0.0, [Order(64, (), 9)])
    steps = old.steps()
    next(steps)
    next(steps)
    assert old.snapshot.kv_used == pytest.approx(0.4)
    fleet.renew([share("", CapacitySpec(kv_cache_tokens=320))])
    assert fleet.engine("any").snapshot.kv_used == pytest.approx(0.4)


def test_an_engine_in_whose_place_another_is_stays_until_that_one_is_done(fleet):
    fleet.renew([share("", CapacitySpec(max_num_seqs=1, per="model"))])
    old = fleet.engine("a")
    old.submit(0.0, [Order(1)])
    fleet.renew([share("", EACH)])
    new = fleet.engine("a")
    for k in range(MOST + 5):
        fleet.engine(f"model {k}")
    assert fleet.engine("a") is new
    assert new.snapshot.waiting == 1


def test_all_engines_forget_when_an_epoch_ends(fleet):
    fleet.renew([share("", EACH)])
    for name in ("a", "b"):
        fleet.engine(name).submit(0.0, [Order(40, (1, 2), 1)])
        work(fleet.engine(name))
        assert fleet.engine(name).cached_tokens(40, (1, 2)) == 32
    fleet.forget(0)
    assert [fleet.engine(name).cached_tokens(40, (1, 2)) for name in ("a", "b")] == [32, 32]
    fleet.forget(1)
    assert [fleet.engine(name).cached_tokens(40, (1, 2)) for name in ("a", "b")] == [0, 0]
