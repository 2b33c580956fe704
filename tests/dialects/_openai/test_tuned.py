"""Fine-tuned models in the catalogue: kept, listed, taken out, and known to be gone."""

from __future__ import annotations

import pytest

from understudy.dialects import Listed
from understudy.dialects._openai.tuned import all_tuned, base_of, drop_tuned, find_tuned, keep_tuned, was_dropped
from understudy.engine.store import MemoryStore

ONE, OTHER = Listed("ft:a:o::1", 5, "o"), Listed("ft:a:o::2", 6, "o")


def test_models_are_kept_until_they_are_dropped():
    store = MemoryStore().of("s")
    keep_tuned(store, ONE)
    keep_tuned(store, OTHER)
    assert all_tuned(store) == [ONE, OTHER]
    assert drop_tuned(store, ONE.id)
    assert not drop_tuned(store, ONE.id)
    assert (find_tuned(store, ONE.id), find_tuned(store, OTHER.id)) == (None, OTHER)
    assert (was_dropped(store, ONE.id), was_dropped(store, OTHER.id), was_dropped(store, "x")) == (True, False, False)
    keep_tuned(store, ONE)
    assert not was_dropped(store, ONE.id)


@pytest.mark.parametrize(("name", "base"), [("ft:gpt-4o:o:s:1", "gpt-4o"), ("gpt-4o", "gpt-4o"), ("ft", "ft"), ("a:b", "a:b")])
def test_a_name_tells_what_it_was_made_of(name, base):
    assert base_of(name) == base
