"""Has a recorder write on a thread of its own, so that no answer on its way waits for what is written of another.

In: exchanges, and why others were lost, in the order they went by. Out: the same, one after the other, to the recorder. Knows
no sockets and no script.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread

from understudy.model.http import Request, RequestHead
from understudy.recorder.asked import Asked
from understudy.recorder.page import rendered
from understudy.recorder.recorder import Recorder
from understudy.recorder.reply import hear, reply_of
from understudy.recorder.rules import Collection
from understudy.recorder.secrets import Secrets
from understudy.recorder.take import Reader, Take

_QUESTION = b'{"model":"gpt-4o","messages":[{"role":"user","content":"hello there"}],"stream":true}'
_ANSWER = b'data: {"choices":[{"index":0,"delta":{"content":"hello there"}}]}\n\n'


class Scribe:
    """Stands between those who see exchanges go by and the one who writes them down."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="scribe", daemon=True)
        self._thread.start()

    def record(self, take: Take) -> None:
        """Have an exchange written; returns at once."""
        self._tasks.put(lambda: self._recorder.record(take))

    def lose(self, problem: str) -> None:
        """Have it told that an exchange did not go by whole."""
        self._tasks.put(lambda: self._recorder.lose(problem))

    def settle(self) -> None:
        """Wait until everything so far is written."""
        done = Event()
        self._tasks.put(done.set)
        done.wait()

    def finish(self) -> None:
        """Write what is left, and end the thread."""
        self._tasks.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception as error:  # what cannot be written must not end the recording
                self._recorder.lose(f"{type(error).__name__}: {error}")


def warm() -> None:
    """Do once, for nothing, what the first exchange would have to wait for: imports, vocabularies, tables of paths."""
    head = RequestHead("POST", "/v1/chat/completions", "/v1/chat/completions", "", {"host": "localhost"})
    request = Request(head, _QUESTION, 0.0)
    call = Reader().read(request)
    if call is None:
        return
    take = Take(request, 200, {"content-type": "text/event-stream"}, [(0.1, _ANSWER), (0.2, _ANSWER)], call)
    rules = Collection(Secrets())
    rules.add(Asked(request, call), reply_of(take, hear(take)))
    rendered(rules.rules(), "nowhere")
