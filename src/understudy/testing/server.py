"""The server as an object of a test.

In: scripts, settings, and what the test says as it goes. Out: a real socket, and everything that came to it. Nothing is shared
between two servers, so tests may run beside each other.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from understudy.config.settings import TABLE
from understudy.errors import UsageError
from understudy.kinds import nearest
from understudy.runtime.process import ThreadServer
from understudy.runtime.renewal import Renewal
from understudy.sources import Sources
from understudy.testing import _judge
from understudy.testing._bench import Bench
from understudy.testing._house import House
from understudy.testing._ready import load_early
from understudy.testing._world import key_of
from understudy.testing.clock import HouseClock, Mode, ServerClock
from understudy.testing.environment import variables
from understudy.testing.session import Session

Scripts = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None

P = ParamSpec("P")
T = TypeVar("T")

_POLL = 0.25  # seconds between two looks at the scripts

load_early()


class Understudy(Bench):
    """A server in this process, on a free port of the loopback address unless told otherwise.

    When its block ends without an error, what was expected must have come, every rule must have a reply, and no function of a
    reply may have failed.

    Args:
        script: one script file or several, as `understudy serve` takes them.
        preset: the name of a preset.
        strict: a call that no rule answers gets an error and fails the test; so does a rule that answers no call. "calls" and
            "rules" ask for one of the two. What is no prompt (an embedding, an image) needs a rule where one is about its
            operation.
        clock: "real"; "virtual" time, which moves by `clock.advance` alone; or "auto", which jumps over every wait.
        settings: any setting by its name with underscores, for example `token_mean=20`. Unless it is given, `port` is one that
            is free, and `watch` is off. With `watch=True` scripts that change are read anew, under the rules of the test; one
            that cannot be used is warned of, and what was read before stays.

    Raises:
        ScriptError: when a script cannot be used.
        UsageError: for a wrong setting, or an address that cannot be listened on.

    Example:
        >>> with Understudy() as server:
        ...     server.on(user="ping").reply("pong")
        ...     client = openai.OpenAI(base_url=server.openai_url, api_key="any")
    """

    def __init__(
        self,
        script: Scripts = None,
        *,
        preset: str | None = None,
        strict: _judge.Strict = False,
        clock: Mode = "real",
        **settings: object,
    ) -> None:
        super().__init__()
        check_keywords(settings)
        given = [script] if isinstance(script, str | os.PathLike) else script or ()
        flags: dict[str, object] = {"port": 0, "watch": False}
        if strict is True or strict == "calls":
            flags["reply"] = "error"
        flags |= {name.replace("_", "-"): value for name, value in settings.items()}
        if not isinstance(strict, bool) and strict not in ("calls", "rules"):
            raise ValueError(f"strict {strict!r}: expected True, False, 'calls' or 'rules'")
        self._clock = HouseClock(clock)
        self.strict: _judge.Strict = strict
        self._numbers = count(1)
        sources = Sources(tuple(Path(path) for path in given), preset, flags, keywords=True)
        self._house = House(sources, self._clock.virtual, explains=strict is True or strict == "calls")
        self._house.in_turn = self._in_turn
        self._thread: ThreadServer | None = None
        self._ident: int | None = None

    def start(self) -> Self:
        """Listen; returns when it does."""
        if self._thread is None:
            self._thread = thread = ThreadServer(self._house.server)
            self._ident = thread.call(threading.get_ident)
            self._clock.attach(self._in_turn, lambda: thread.server.waiting)
            if self._house.settings.watch:
                house = self._house
                thread.call(Renewal, _POLL, house.watcher.changed, house.renew, house.adopt, house.report)
        return self

    def stop(self) -> None:
        """Stop listening and drop what is in flight; a stopped server may be started again."""
        if self._thread is not None:
            self._clock.detach()
            self._thread.stop()
            self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        problems = self.problems()
        self.stop()
        if error is not None:
            for problem in problems:
                error.add_note(f"understudy: {problem}")
        elif problems:
            raise AssertionError("\n\n".join(problems))

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    @property
    def port(self) -> int:
        """The port it listens on.

        Raises:
            RuntimeError: before `start`.
        """
        if self._thread is None:
            raise RuntimeError("the server is not running: use `with Understudy() as server:` or call start() first")
        return self._thread.port

    @property
    def clock(self) -> ServerClock:
        """The time it goes by."""
        return self._clock

    @property
    def url(self) -> str:
        """The root, for example http://127.0.0.1:43210."""
        settings = self._house.settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return f"{'https' if settings.tls_cert else 'http'}://{host}:{self.port}"

    @property
    def openai_url(self) -> str:
        """The base URL for OpenAI clients."""
        return f"{self.url}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables by which clients find this server instead of a real API, with dummy keys."""
        return variables(self.url, os.environ)

    def session(self, name: str | None = None) -> Session:
        """Give a session with rules, calls and state of its own; without a name it gets one.

        Raises:
            ValueError: for what is no name of a session.
        """
        return Session(self._house, name or f"session-{next(self._numbers)}", lambda: self.url, self._numbers)

    def problems(self) -> list[str]:
        """Say what a test did not notice: failed functions, rules without a reply, what was expected, what `strict` forbids."""
        self._house.catch_up()
        unmet = [problem for bench in list(self._house.expecting) for problem in bench.unmet()]
        return [*_judge.problems(self._house, self.strict), *unmet]

    def verify(self) -> None:
        """Check what is checked when the block ends.

        Raises:
            AssertionError: with every problem.
        """
        problems = self.problems()
        if problems:
            raise AssertionError("\n\n".join(problems))

    def reset(self) -> None:
        """Forget sequences, counters, calls and the journal, and how often rules answered; rules and expectations stay."""
        self._in_turn(self._house.forget)

    def clear(self) -> None:
        """Start again: forget what `reset` forgets, and take back rules, expectations and all that was changed by HTTP.

        A timeline and the metrics begin anew. What is under way goes on, but is forgotten; only the metrics
        count it, when it ends.
        """
        for bench in list(self._house.expecting):
            bench._rules.clear()
            bench._expectations.clear()
        self._house.expecting.clear()
        self._numbers = count(1)  # what a rule without a name is called bears on what its faults draw
        self._in_turn(self._house.clear)

    @property
    def is_reusable(self) -> bool:
        """Whether it may serve another test once it is cleared: nothing is under way, and its scripts are as they were read."""
        changed = self._house.watcher.changed() or self._house.watcher.changed()  # which tells once it saw the same thing twice
        stale = changed or self._house.has_refused
        return self.clock.mode == "real" and not (stale or self._in_turn(lambda: self._house.ledger.is_busy))

    def rule_uses(self) -> Iterator[tuple[tuple[str, int, int], str, int]]:
        """Give the rules of the scripts: file, line and number on that line; the name; how many calls it answered."""
        on_line: Counter[tuple[str, int]] = Counter()
        for rule in _judge.written(self._house.scripted):
            place = rule.source_file, rule.line
            yield (*place, on_line[place]), rule.name, self._house.ledger.used(key_of(rule))
            on_line[place] += 1

    def _in_turn(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call on the server's thread, between two requests; the function of a reply is there already."""
        if self._thread is None or threading.get_ident() == self._ident:
            return function(*args, **kwargs)
        return self._thread.call(function, *args, **kwargs)


def check_keywords(given: Iterable[str], *others: str) -> None:
    """Check that every keyword is a setting, an argument of `Understudy`, or one of the others.

    Raises:
        UsageError: naming those that are none.
    """
    own = ("script", "preset", "strict", "clock", *others)
    known = (*own, *(name.replace("-", "_") for name in TABLE))
    wrong = [name for name in given if name.replace("-", "_") not in known]
    if wrong:
        expected = f"expected a setting, or one of {', '.join(own)}."
        raise UsageError("\n".join(f"keyword {name!r}: {expected}{nearest(name, known)}" for name in wrong))
