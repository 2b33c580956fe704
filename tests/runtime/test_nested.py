"""Coroutines run inside of a loop that runs."""

from __future__ import annotations

import asyncio
import threading

import pytest

from understudy.runtime.nested import finished


async def answer(fails=False):
    await asyncio.to_thread(int)
    if fails:
        raise KeyError("lost")
    return threading.get_ident()


def test_it_runs_to_its_end_on_the_same_thread():
    async def outer():
        loop = asyncio.get_running_loop()
        assert finished(answer()) == threading.get_ident()
        with pytest.raises(KeyError, match="lost"):
            finished(answer(fails=True))
        assert asyncio.get_running_loop() is loop, "the outer loop is in its place again"
        return await answer()

    assert asyncio.run(outer()) == threading.get_ident()


def test_it_runs_where_no_loop_does():
    assert finished(answer()) == threading.get_ident()
