"""How engines stand, by name."""

from __future__ import annotations

from types import SimpleNamespace

from understudy.capacity import CapacitySpec, Snapshot
from understudy.config.script import Model, Script
from understudy.engine.capacity import shares
from understudy.engine.standing import standings

SMALL, LARGE = CapacitySpec(kv_cache_tokens=160), CapacitySpec(kv_cache_tokens=320)


def stand(script: Script, served: str, **waiting: int) -> list[tuple[str, int, int]]:
    """Give the engines in order, with how many requests wait and how many blocks they have; `waiting` are those there are."""
    engines = [(name, SimpleNamespace(spec=SMALL, snapshot=Snapshot(waiting=many))) for name, many in waiting.items()]
    found = standings(shares(script), engines, served)
    return [(name, engine.waiting, engine.blocks) for name, engine in found.items()]


def test_engines_of_the_script_stand_in_its_order_asked_for_or_not():
    script = Script(models=(Model("large-*", capacity=LARGE), Model("small", capacity=SMALL)), capacity=SMALL)
    assert stand(script, "small") == [("small", 0, 10), ("large-*", 0, 20), ("*", 0, 10)]
    assert stand(script, "small", **{"*": 3, "small": 1}) == [("small", 1, 10), ("large-*", 0, 20), ("*", 3, 10)]


def test_where_each_model_has_its_engine_that_of_the_served_one_comes_first():
    script = Script(capacity=CapacitySpec(per="model", kv_cache_tokens=160))
    assert stand(script, "served") == [("served", 0, 10)]
    assert stand(script, "served", zephyr=2, mistral=1) == [("served", 0, 10), ("mistral", 1, 10), ("zephyr", 2, 10)]


def test_the_engine_of_the_served_model_has_one_name_whatever_the_case_it_was_asked_for_in():
    script = Script(capacity=CapacitySpec(per="model", kv_cache_tokens=160))
    assert stand(script, "Served", SERVED=2) == [("Served", 2, 10)]
    script = Script(models=(Model("SERVED", capacity=LARGE),))
    assert stand(script, "served") == [("SERVED", 0, 20)]
    assert stand(script, "served", SERVED=2) == [("SERVED", 2, 10)]


def test_engines_stand_in_the_order_they_are_tried():
    each = CapacitySpec(per="model", kv_cache_tokens=160)
    script = Script(models=(Model("ser*", capacity=each), Model("large-*", capacity=LARGE)), capacity=SMALL)
    assert [name for name, *_ in stand(script, "served")] == ["served", "large-*", "*"]


def test_a_model_that_has_the_engine_of_many_gets_none_of_its_own():
    script = Script(models=(Model("ser*", capacity=LARGE),), capacity=CapacitySpec(per="model"))
    assert stand(script, "served", mistral=1) == [("ser*", 0, 20), ("mistral", 1, 10)]


def test_an_engine_tells_of_its_cache():
    found = standings(shares(Script(capacity=CapacitySpec(block_size=32, prefix_cache=False))), (), "served")["*"]
    assert (found.block_size, found.prefix_cache, found.blocks) == (32, False, 12_500)


def test_without_capacity_there_are_none():
    assert standings((), (), "served") == {}


def test_engines_of_one_name_are_counted_as_one():
    engines = [
        ("M", SimpleNamespace(spec=LARGE, snapshot=Snapshot(rejected=2))),
        ("m", SimpleNamespace(spec=SMALL, snapshot=Snapshot(rejected=3, running=1))),
    ]
    found = standings(shares(Script(models=(Model("m", capacity=SMALL),))), engines, "m")
    assert [(name, each.rejected, each.running, each.blocks) for name, each in found.items()] == [("m", 5, 1, 10)]
