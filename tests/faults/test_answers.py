"""Whole answers with the faults that answer errors, byte for byte, through the engine.

A file below answers/ begins with how the answer is asked for (`whole` or `stream`) and the line of the header field; the
transcript follows. `UPDATE_GOLDEN=1` writes the transcripts anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from understudy.model.plan import Plan, transcript

FILES = sorted((Path(__file__).parent / "answers").glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_transcript_is_the_golden_one(file, engine, make_request, chat):
    line, *kept = file.read_text(encoding="utf-8").splitlines(keepends=True)
    way, _, fault = line.strip().partition(": ")
    request = make_request(chat(stream=way == "stream"), headers={"x-understudy-fault": fault})
    answer = engine(reply="Hi there.").respond(request)
    made = transcript(answer.steps if isinstance(answer, Plan) else [answer])
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(line + made, encoding="utf-8")
        return
    assert made == "".join(kept)


def test_there_are_answers():
    assert len(FILES) > 10
