"""What a process is set up with."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from pathlib import Path

import pytest

from understudy.runtime.loop import file_limit, freeze_collector, new_loop


def test_the_loop_is_uvloop_where_it_exists():
    uvloop = pytest.importorskip("uvloop")
    loop = new_loop()
    assert isinstance(loop, uvloop.Loop)
    loop.close()


def test_the_standard_loop_serves_where_uvloop_does_not_exist(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvloop", None)
    loop = new_loop()
    assert type(loop).__module__.startswith("asyncio.")
    loop.close()
    asyncio.set_event_loop(None)


def test_freezing_takes_what_exists_out_of_collections():
    threshold = gc.get_threshold()
    try:
        freeze_collector()
        assert gc.get_freeze_count() > 1000
        assert gc.get_threshold()[0] > threshold[0]
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)


def test_the_file_limit_is_raised_to_what_the_system_grants():
    resource = pytest.importorskip("resource")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard <= 100:
        pytest.skip("nothing to raise here")
    code = """
import resource
from understudy.runtime.loop import file_limit, raise_file_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
before = file_limit()
raise_file_limit()
print(before, file_limit() is None or file_limit() > 100)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["100", "True"]


def test_nobody_counts_where_there_are_no_limits(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    assert file_limit() is None


def test_room_for_files_is_made_within_the_limit():
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux shows the size of the table")
    code = """
import resource
from understudy.runtime.loop import make_room_for_files
def size():
    return int(next(line for line in open("/proc/self/status") if line.startswith("FDSize")).split()[1])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (900, hard))
make_room_for_files(700)
print(size())
make_room_for_files(10_000)
print(size())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1024", "1024"]
