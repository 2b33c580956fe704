"""Waiting on a loop for what happens on another thread."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

import pytest

from understudy.runtime.awaited import holds_in_time, is_on_a_loop


class Changing:
    """Something that changes, and tells who listens."""

    def __init__(self) -> None:
        self.value = 0
        self.listeners = []

    @contextmanager
    def heard(self, listener):
        self.listeners.append(listener)
        yield
        self.listeners.remove(listener)

    def change(self):
        self.value += 1
        for listener in self.listeners:
            listener()


def test_the_loop_goes_on_until_it_holds():
    async def test():
        thing = Changing()
        waiting = asyncio.create_task(holds_in_time(lambda: thing.value == 2, thing.heard, 10))
        for _ in range(2):
            turn = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(turn.set_result, None)
            await turn
            assert not waiting.done()
            thread = threading.Thread(target=thing.change)
            thread.start()
            thread.join()
        assert await waiting
        assert thing.listeners == []

    asyncio.run(test())


@pytest.mark.parametrize("value", [0, 1])
def test_what_holds_at_once_or_never(value):
    thing = Changing()
    assert asyncio.run(holds_in_time(lambda: thing.value == value, thing.heard, 0.001)) is (value == 0)
    assert thing.listeners == []


def test_whether_a_loop_runs_here():
    async def test():
        return is_on_a_loop(), await asyncio.to_thread(is_on_a_loop)

    assert asyncio.run(test()) == (True, False)
    assert not is_on_a_loop()
