"""The pytest plugin: the fixture `understudy`, the marker of that name, options, and the summary of rules that were never used.

In: marker, options and ini settings of a test. Out: a server of its own for each test, and the environment variables that lead
clients to it. Imports nothing of the server before a test asks for one: pytest loads this module in every run.
"""

from __future__ import annotations

import inspect
import threading
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from understudy.errors import UnderstudyError

if TYPE_CHECKING:
    from understudy.testing import Understudy

_NAME = "understudy"
_ServerKey = tuple[tuple[str, ...], str]
_RuleKey = tuple[str, int, int]


class Company:
    """The servers of one test run: each test has one to itself, servers that fit are used again.

    `uses` counts the calls of every scripted rule, and `names` has its name, by file, line and number on that line: what a rule
    is called depends on what other scripts stand beside it. Safe for tests on several threads.
    """

    def __init__(self) -> None:
        self.uses: Counter[_RuleKey] = Counter()
        self.names: dict[_RuleKey, str] = {}
        self._idle: defaultdict[_ServerKey, list[Understudy]] = defaultdict(list)
        self._lock = threading.Lock()

    def take(self, scripts: tuple[str, ...], wishes: dict[str, Any]) -> tuple[_ServerKey, Understudy]:
        """Give a server that nobody uses, cleared."""
        from understudy.testing import Understudy

        key = scripts, repr(sorted(wishes.items()))
        while True:
            with self._lock:
                server = self._idle[key].pop() if self._idle[key] else None
            if server is None:
                return key, Understudy(scripts, **wishes).start()
            if server.is_reusable:
                return key, server
            server.stop()

    def give_back(self, key: _ServerKey, server: Understudy) -> None:
        """Take a server back, and what its rules did."""
        with self._lock:
            for key_of_rule, name, used in server.rule_uses():
                self.count(key_of_rule, name, used)
        if not server.is_reusable:  # a client that is cut off must not find another test's server when it tries again
            server.stop()
            return
        server.clear()
        with self._lock:
            self._idle[key].append(server)

    def count(self, rule: _RuleKey, name: str, used: int) -> None:
        """Count calls of a rule."""
        self.names.setdefault(rule, name)
        self.uses[rule] += used

    def close(self) -> None:
        """Stop all servers."""
        while self._idle:
            for server in self._idle.popitem()[1]:
                server.stop()


_COMPANY = pytest.StashKey[Company]()
_SERVER = pytest.StashKey["Understudy"]()
_IS_FINE = pytest.StashKey[bool]()
_USERS = pytest.StashKey[set[str]]()
_ENDS_LATE = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare options and ini settings."""
    group = parser.getgroup(_NAME, "Understudy: a stand-in for LLM APIs")
    group.addoption("--understudy-script", action="append", metavar="FILE", help="script of every server, before the marker's")
    group.addoption("--understudy-preset", metavar="NAME", help="preset of every server")
    group.addoption("--understudy-seed", type=int, metavar="N", help="root of every random decision")
    group.addoption(
        "--understudy-strict", action="store_true", default=None, help="unscripted calls and unused rules fail the test"
    )
    parser.addini("understudy_script", "scripts of every server, relative to the root folder", type="paths")
    parser.addini("understudy_preset", "preset of every server")
    parser.addini("understudy_seed", "root of every random decision")
    parser.addini("understudy_strict", "unscripted calls and unused rules fail the test", type="bool", default=False)
    parser.addini("understudy_env", "set OPENAI_BASE_URL and the like to the server", type="bool", default=True)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "understudy(script=None, *, preset=None, strict=False, clock='real', env=True, **settings): what the fixture"
        " `understudy` is started with; scripts are looked for beside the test, then in the root folder",
    )
    config.stash[_COMPANY] = Company()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers."""
    if _COMPANY in config.stash:
        config.stash[_COMPANY].close()


@pytest.fixture
def understudy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Understudy]:
    """A running server of this test alone, with OPENAI_BASE_URL, ANTHROPIC_BASE_URL and the like pointing at it."""
    from understudy.testing.environment import lead
    from understudy.testing.server import check_keywords

    scripts, wishes = _wishes(request)
    company = request.config.stash[_COMPANY]
    try:
        check_keywords(wishes, "env")
        sets_environment = wishes.pop("env")
        if not isinstance(sets_environment, bool):
            raise ValueError(f"env {sets_environment!r}: expected True or False")
        key, server = company.take(scripts, wishes)
    except (UnderstudyError, ValueError) as error:  # a mistake in a script or a marker: its own words say where, no stack would
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    stash = request.node.stash
    stash[_SERVER], stash[_USERS], stash[_ENDS_LATE] = server, {_NAME}, False
    try:
        if sets_environment:
            lead(server.environment, monkeypatch)
        yield server
        if stash.get(_IS_FINE, False) and (late := _problems(request.node)):  # calls of other fixtures that end
            pytest.fail("\n\n".join(late), pytrace=False)
    finally:
        del stash[_SERVER]
        company.give_back(key, server)


def _wishes(request: pytest.FixtureRequest) -> tuple[tuple[str, ...], dict[str, Any]]:
    """What the server of a test is started with: markers, the closest first, then options, then ini settings."""
    config = request.config
    wishes: dict[str, Any] = {"env": config.getini("understudy_env"), "strict": config.getini("understudy_strict")}
    for name in ("preset", "seed", "strict"):
        asked = config.getoption(f"understudy_{name}")
        if asked is None and name != "strict":
            asked = config.getini(f"understudy_{name}") or None
        if asked is not None:
            wishes[name] = asked
    beside = request.path.parent, config.rootpath
    options = config.getoption("understudy_script") or ()
    given = [_found(script, config.invocation_params.dir, *beside) for script in options]
    scripts = [*given, *config.getini("understudy_script")]
    for marker in reversed(list(request.node.iter_markers(_NAME))):
        if len(marker.args) > 1:
            raise pytest.UsageError(f"@pytest.mark.understudy{marker.args!r}: expected one script, or a list of them")
        asked = dict(marker.kwargs)
        own = asked.pop("script", marker.args[0] if marker.args else ())
        scripts = [*([own] if isinstance(own, str | Path) else own or ()), *scripts]
        wishes |= asked
    return tuple(_found(script, *beside) for script in scripts), wishes


def _found(script: str | Path, *folders: Path) -> str:
    """Look for a script in one folder after the other; where it is in none, the server says that of the first."""
    return str(next((folder / script for folder in folders if (folder / script).is_file()), folders[0] / script))


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Notice fixtures that take the server and go on after their `yield`, when they may still call it."""
    stash = request.node.stash
    if _SERVER in stash and not stash[_USERS].isdisjoint(fixturedef.argnames):
        stash[_USERS].add(fixturedef.argname)
        function = inspect.unwrap(fixturedef.func)
        stash[_ENDS_LATE] |= inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test fail for what it did not notice itself; a test that fails anyway is told as well."""
    try:
        result = yield
    except BaseException as error:
        for problem in _problems(item):
            error.add_note(f"understudy: {problem}")
        raise
    problems = _problems(item)
    if _may_be_mended(item, problems):
        problems = []  # looked at again when the server's own fixture ends
    item.stash[_IS_FINE] = not problems
    if problems:
        pytest.fail("\n\n".join(problems), pytrace=False)
    return result


def _problems(item: pytest.Item) -> list[str]:
    return item.stash[_SERVER].problems() if _SERVER in item.stash else []


def _may_be_mended(item: pytest.Item, problems: list[str]) -> bool:
    """Say whether nothing is missing but calls, and fixtures are yet to end that may make them."""
    if not item.stash.get(_ENDS_LATE, False) or _is_to_fail(item):  # what is to fail must do so before it has passed
        return False
    from understudy.testing.expectation import Pending

    return all(isinstance(problem, Pending) for problem in problems)


def _is_to_fail(item: pytest.Item) -> bool:
    """Say whether a marker `xfail` is in force; a condition that is a text counts as one that holds."""
    ignored = item.config.getoption("runxfail", default=False)
    given = [(mark.kwargs["condition"],) if "condition" in mark.kwargs else mark.args for mark in item.iter_markers("xfail")]
    return not ignored and any(not conditions or any(conditions) for conditions in given)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what the rules of a worker did to the process that prints the summary."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        company = session.config.stash[_COMPANY]
        output[_NAME] = [[key, company.names[key], used] for key, used in company.uses.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what the rules of a worker did."""
    for key, name, used in getattr(node, "workeroutput", {}).get(_NAME, ()):
        node.config.stash[_COMPANY].count(tuple(key), name, used)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the scripted rules that answered no call in the whole run."""
    uses, names = config.stash[_COMPANY].uses, config.stash[_COMPANY].names
    idle = sorted(key for key, used in uses.items() if not used)
    if not idle:
        return
    terminalreporter.section("understudy: rules that were never used")
    for key in idle:
        path = Path(key[0])
        shown = path.relative_to(config.rootpath) if path.is_relative_to(config.rootpath) else path
        terminalreporter.write_line(f"{shown}:{key[1]}: {names[key]}")
    terminalreporter.write_line(f"{len(uses) - len(idle)} of {len(uses)} scripted rules answered calls")
