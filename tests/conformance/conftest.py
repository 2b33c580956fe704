"""The speakers of all dialects, and what they are asked: the suite's modules and data, once for all its tests."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
import yaml

HERE = Path(__file__).parent
_PACKAGE = "understudy_conformance"  # tests are no package, so that what they share gets a name of its own


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{_PACKAGE}.{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    setattr(sys.modules[_PACKAGE], name, module)
    return module


sys.modules.setdefault(_PACKAGE, ModuleType(_PACKAGE))
nothing_said = _module("facts").Facts()
for _readers in ("readers", "readers_claude", "readers_openai"):
    _module(_readers)
speakers = _module("speakers")
shape = _module("shape")


def _data(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


CASES: dict[str, dict[str, Any]] = _data("cases")
EXCEPTIONS: list[dict[str, Any]] = _data("exceptions")
for _exception in EXCEPTIONS:
    _cases = _exception["cases"]
    _own = _cases if isinstance(_cases, dict) else {case: {} for case in _cases}
    _exception["cases"] = {case: {**_exception["facts"], **facts} for case, facts in _own.items()}
SHAPES: dict[str, Any] = _data("shapes")
SCRIPT = yaml.safe_dump(
    {"version": 1, "rules": [{"when": {"user": name}, "reply": case["reply"]} for name, case in CASES.items()]},
    allow_unicode=True,
)


class Told(NamedTuple):
    """An answer as it came, and what it says (nothing for an error)."""

    answer: Any
    facts: Any


def plain(facts: Any) -> dict[str, Any]:
    """Facts as the data files spell them."""
    return {**facts._asdict(), "calls": [list(call) for call in facts.calls]}


@pytest.fixture(params=speakers.SPEAKERS)
def speaker(request) -> Any:
    """A way to chat, one after the other."""
    return speakers.SPEAKERS[request.param]


@pytest.fixture
def name(speaker) -> str:
    """The name of that speaker."""
    return next(name for name, found in speakers.SPEAKERS.items() if found is speaker)


@pytest.fixture
def cases() -> dict[str, dict[str, Any]]:
    return CASES


@pytest.fixture
def exceptions() -> list[dict[str, Any]]:
    return EXCEPTIONS


@pytest.fixture
def shapes() -> dict[str, Any]:
    """The members of error documents, by dialect."""
    return SHAPES


@pytest.fixture
def fit_document() -> Callable[[Any, Any], bool]:
    return shape.fits


@pytest.fixture
def fit() -> Callable[..., bool]:
    """Whether an error answer has a shape; of an answer that is an array, the one document in it."""

    def held(answer: Any, wanted: Any, *, array: bool = False) -> bool:
        (document,) = shape.told(answer) if array else [shape.told(answer)]
        return shape.fits(document, wanted)

    return held


@pytest.fixture
def script() -> str:
    """The one script that answers every dialect."""
    return SCRIPT


@pytest.fixture(scope="session")
def spoken() -> dict[str, Any]:
    """All speakers by name."""
    return speakers.SPEAKERS


@pytest.fixture
def wish() -> Callable[..., Any]:
    """What may be asked."""
    return speakers.Wish


@pytest.fixture
def tell(ask_engine) -> Callable[..., Told]:
    """Put a wish to an engine by a speaker, below the dialect's own name unless told otherwise."""

    def told(engine: Any, speaker: Any, wish: Any, *, below: bool = True, **head: Any) -> Told:
        path = (f"/{speaker.dialect}" if below else "") + speaker.where(wish)
        headers = {**speaker.headers, **head.pop("headers", {})}
        answer = ask_engine(engine, speaker.body(wish), path, headers=headers, **head)
        if answer.status != 200:
            return Told(answer, None)
        facts = speaker.stream(answer.body) if wish.stream else speaker.whole(answer.json)
        return Told(answer, facts)

    return told


@pytest.fixture
def expected() -> Callable[..., dict[str, Any]]:
    """What a speaker must say to a case: what everybody must, but for the exceptions."""

    def found(name: str, case: str) -> dict[str, Any]:
        facts = {**plain(nothing_said), **CASES[case]["facts"]}
        for exception in EXCEPTIONS:
            if name in exception["speakers"]:
                facts |= exception["cases"].get(case, {})
        return facts

    return found


@pytest.fixture
def compare() -> Callable[..., None]:
    """Compare facts with what was expected: all members but counts that are not told."""

    def hold(facts: Any, wanted: dict[str, Any]) -> None:
        counts = ("prompt_tokens", "completion_tokens", "thought_tokens")
        free = {member for member in counts if wanted[member] is None}
        assert {k: v for k, v in plain(facts).items() if k not in free} == {k: v for k, v in wanted.items() if k not in free}

    return hold
