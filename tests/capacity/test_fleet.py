"""Which engine runs a model, and for how long an engine is kept."""

from __future__ import annotations

from functools import partial

import pytest

from understudy.capacity import Batcher, CapacitySpec, Fleet, Share
from understudy.capacity.fleet import MOST

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
    working.submit(0.0, 1, (), 1)
    second = fleet.engine("model 1")
    for k in range(2, MOST + 50):
        fleet.engine(f"model {k}")
    assert len(list(fleet)) == MOST
    assert fleet.engine("model 0") is working
    assert fleet.engine("model 1") is not second
