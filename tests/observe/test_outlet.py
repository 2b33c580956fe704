"""A stream that takes no more for now, and what becomes of the lines."""

import os
import threading

import pytest

from understudy.observe import outlet as module
from understudy.observe.outlet import KEPT, Outlet

LINE = "x" * 400 + "\n"


@pytest.fixture
def pipe():
    """Both ends of a pipe: a file to read, a stream to write."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(reading, "rb", buffering=0) as reader, os.fdopen(writing, "w") as writer:
        yield reader, writer


def no_door(*_):
    raise PermissionError


@pytest.fixture(params=["another door", "asked for room"])
def outlet(request, pipe, monkeypatch):
    if request.param == "asked for room":
        monkeypatch.setattr(module.os, "open", no_door)
    made = Outlet(pipe[1], lambda count: f"lost {count}\n")
    monkeypatch.undo()
    return made


def there(reader):
    """What can be read now."""
    return (reader.read(1 << 22) or b"").decode()


def drained(reader, outlet):
    """What can be read, and what was kept."""
    found = ""
    while more := there(reader):
        found += more
        outlet.flush()
    return found


def test_a_line_goes_out_at_once(pipe, outlet):
    outlet.put(LINE)
    assert there(pipe[0]) == LINE


def test_lines_wait_for_a_reader_who_is_slow(pipe, outlet):
    said = [f"{i} {LINE}" for i in range(1000)]
    for line in said:
        outlet.put(line)
    assert drained(pipe[0], outlet) == "".join(said)
    outlet.put("and on\n")
    assert there(pipe[0]) == "and on\n"


def test_lines_beyond_what_is_kept_are_counted(pipe, outlet):
    number = 2 * KEPT // len(LINE)
    for i in range(number):
        outlet.put(f"{i} {LINE}")
    lines = drained(pipe[0], outlet).splitlines()
    *kept, last = lines
    assert [line.split()[0] for line in kept] == [str(i) for i in range(len(kept))]
    assert sum(map(len, kept)) > KEPT
    assert last == f"lost {number - len(kept)}"


def test_the_count_stands_where_lines_are_missing(pipe, outlet):
    number = 2 * KEPT // len(LINE)
    for _ in range(number):
        outlet.put(LINE)
    first = there(pipe[0])  # there is room again, but not for all
    outlet.put("next\n")
    lines = (first + drained(pipe[0], outlet)).splitlines()
    assert lines[-1] == "next"
    assert lines[-2] == f"lost {number - (len(lines) - 2)}"


def test_a_line_longer_than_the_pipe_stays_whole(pipe, outlet):
    long = "y" * 300_000 + "\n"
    outlet.put(long)
    outlet.put(LINE)
    assert drained(pipe[0], outlet) == long + LINE


def test_what_is_kept_goes_with_a_reader_who_leaves(pipe, outlet):
    for _ in range(1000):
        outlet.put(LINE)
    assert outlet.is_open
    pipe[0].close()
    outlet.put(LINE)
    outlet.flush(60)
    assert not outlet.is_open


def test_the_end_waits_for_the_reader(pipe, outlet):
    reader = pipe[0]
    said = [f"{i} {LINE}" for i in range(1000)]
    for line in said:
        outlet.put(line)
    os.set_blocking(reader.fileno(), True)
    found = []

    def read():
        while sum(map(len, found)) < len("".join(said)):
            found.append(reader.read(1 << 16))

    reads = threading.Thread(target=read)
    reads.start()
    outlet.flush(60)
    reads.join()
    assert b"".join(found).decode() == "".join(said)


def test_the_end_does_not_wait_for_nobody(pipe, outlet):
    for _ in range(1000):
        outlet.put(LINE)
    outlet.flush(0.001)
    assert 0 < len(there(pipe[0])) <= 1 << 16


def test_a_shared_pipe_makes_others_wait_as_before(pipe, outlet):
    outlet.put(LINE)
    assert os.get_blocking(pipe[1].fileno())


def test_a_file_takes_all(tmp_path):
    with (tmp_path / "log").open("w") as stream:
        outlet = Outlet(stream, str)
        for i in range(5000):
            outlet.put(f"{i} {LINE}")
    assert len((tmp_path / "log").read_text().splitlines()) == 5000
