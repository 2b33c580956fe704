"""Whole answers, byte for byte.

A case is a folder with `request.json` (or a whole `request.http`) and `answer.txt`; beside them `head.json` (method, path,
query, headers), `script.yaml` and `settings.json` if need be. `UPDATE_GOLDEN=1` writes the answers anew: read them before you
keep them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from understudy.model.http import Request, RequestHead
from understudy.model.plan import Ending, Plan, Step, spelled_out
from understudy.model.transcript import transcript
from understudy.wire.http1 import Limits, Parser

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/answer.txt") or ())
if os.environ.get("UPDATE_GOLDEN"):
    CASES = sorted({path.parent for path in HERE.glob("*/*/request.*")})
_NAMES = [f"{case.parent.name}/{case.name}" for case in CASES]


def read_request(case: Path) -> Request:
    raw = case / "request.http"
    if raw.exists():
        parser = Parser(Limits())
        parser.feed(raw.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        found = parser.next()
        assert isinstance(found, tuple), found
        return Request(*found, 0.0)
    described = case / "head.json"
    head = {"method": "POST", "path": "/v1/chat/completions", "query": "", "headers": {}}
    if described.exists():
        given = json.loads(described.read_text(encoding="utf-8"))
        assert given.keys() <= head.keys()
        head.update(given)
    body = case / "request.json"
    target = head["path"] + (f"?{head['query']}" if head["query"] else "")
    return Request(RequestHead(target=target, **head), body.read_bytes() if body.exists() else b"", 0.0)


@pytest.fixture
def steps(service):
    def played(case: Path) -> list[Step]:
        script, settings = case / "script.yaml", case / "settings.json"
        chosen = json.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
        engine = service(script.read_text(encoding="utf-8") if script.exists() else "", **chosen).engine
        answer = engine.respond(read_request(case))
        return list(spelled_out(answer.steps)) if isinstance(answer, Plan) else [answer]

    return played


@pytest.mark.parametrize("case", CASES, ids=_NAMES)
def test_the_answer_is_the_golden_one(case, steps):
    golden = case / "answer.txt"
    made = transcript(steps(case))
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


def test_every_case_has_its_answer():
    assert {path.parent for path in HERE.glob("*/*/request.*")} == set(CASES)
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=_NAMES)
def test_every_golden_is_sound_http(case, steps):
    found = [step for step in spelled_out(steps(case)) if not isinstance(step, float)]
    head, _, body = b"".join(step for step in found if isinstance(step, bytes)).partition(b"\r\n\r\n")
    head += b"\r\n"
    if b"content-length: " in head and read_request(case).head.method != "HEAD":
        assert f"content-length: {len(body)}\r\n".encode() in head
    is_whole = not any(isinstance(step, Ending) for step in found) and read_request(case).head.method != "HEAD"
    if b"transfer-encoding: chunked\r\n" in head and is_whole:
        assert body.endswith(b"\r\n0\r\n\r\n")
    assert b"transfer-encoding" not in head or b"content-length" not in head


@pytest.mark.parametrize("case", CASES, ids=_NAMES)
def test_every_padded_chunk_obeys_the_length_law(case, steps, obfuscation_law):
    data = b"".join(step for step in steps(case) if isinstance(step, bytes)).decode("utf-8", "replace")
    padded = [line.removeprefix("data: ") for line in data.split("\n") if ',"obfuscation":"' in line]
    assert all(map(obfuscation_law, padded))
