"""Writing on a thread of its own: in order, without end."""

from __future__ import annotations

import threading

from understudy.recorder.scribe import Scribe, warm


class Recorder:
    def __init__(self):
        self.seen, self.threads = [], set()

    def record(self, take):
        self.threads.add(threading.current_thread().name)
        if take == "bad":
            raise ValueError("no")
        self.seen.append(take)

    def lose(self, problem):
        self.seen.append(f"lost: {problem}")


def test_everything_is_written_in_its_order_whatever_happens():
    recorder = Recorder()
    scribe = Scribe(recorder)
    for task in ("a", "bad", "b"):
        scribe.record(task)
    scribe.lose("c")
    scribe.settle()
    assert recorder.seen == ["a", "lost: ValueError: no", "b", "lost: c"]
    scribe.record("d")
    scribe.finish()
    assert recorder.seen[-1] == "d"
    assert recorder.threads == {"scribe"}


def test_warming_up_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    warm()
    assert list(tmp_path.iterdir()) == []
