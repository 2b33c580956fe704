"""Whole answers with the faults that answer errors, byte for byte, through the engine: those of OpenAI and of Anthropic.

A file below answers/ (answers/anthropic/ for that provider) begins with how the answer is asked for (`whole` or `stream`) and
the line of the header field; the transcript follows. `UPDATE_GOLDEN=1` writes the transcripts anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from understudy.faults import NAMED
from understudy.model.plan import Plan
from understudy.model.transcript import transcript

FOLDER = Path(__file__).parent / "answers"
FILES = sorted(FOLDER.rglob("*.txt"))
PROVIDERS = {
    "answers": ("/v1/chat/completions", "gpt-4o-mini", {}),
    "anthropic": ("/v1/messages", "claude-sonnet-5", {"max_tokens": 9}),
}
EVERYWHERE = {*NAMED, "status", "context_length", "timeout", "error-event", "whole-for-stream", "stream-for-whole", "malformed"}


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.stem}" for file in FILES])
def test_the_transcript_is_the_golden_one(file, engine, make_request, chat):
    line, *kept = file.read_text(encoding="utf-8").splitlines(keepends=True)
    way, _, fault = line.strip().partition(": ")
    path, model, fields = PROVIDERS[file.parent.name]
    headers = {"x-understudy-fault": fault, "anthropic-version": "2023-06-01"}
    request = make_request(chat(model=model, stream=way == "stream", **fields), path, headers=headers)
    answer = engine(reply="Hi there.").respond(request)
    made = transcript(answer.steps if isinstance(answer, Plan) else [answer])
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(line + made, encoding="utf-8")
        return
    assert made == "".join(kept)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_provider_has_a_transcript_of_every_error(provider):
    lines = [file.read_text(encoding="utf-8").partition("\n")[0] for file in FILES if file.parent.name == provider]
    missing = sorted(EVERYWHERE - {line.partition(": ")[2].partition(";")[0] for line in lines})
    assert not missing, (
        f"without a transcript below {provider}/; write NAME.txt with the one line `whole: NAME`, run this module with "
        "UPDATE_GOLDEN=1 and read what it wrote:\n" + "\n".join(missing)
    )
