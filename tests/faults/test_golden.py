"""What each kind makes of one small answer, byte for byte.

A file below golden/ begins with the line of the header field and how the answer is asked for (`stream`, `paced`: half a second
between events, `old`: HTTP/1.0, `whole`); the transcript follows. `UPDATE_GOLDEN=1` writes the transcripts anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from understudy.faults import kinds
from understudy.faults._meaning import Meaning
from understudy.model.transcript import transcript

FILES = sorted((Path(__file__).parent / "golden").glob("*.txt"))
WAYS = {"stream": {}, "paced": {"waits": 0.5}, "old": {"chunked": False}, "whole": {"stream": False}}
ELSEWHERE = {"status", "timeout", "context_length", "whole-for-stream", "stream-for-whole", "tls-failure"}
"""Kinds that change nothing of an answer that is encoded already; those of meaning are in test_meaning."""


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_transcript_is_the_golden_one(file, play):
    line, *kept = file.read_text(encoding="utf-8").splitlines(keepends=True)
    way, _, fault = line.strip().partition(": ")
    made = transcript(play(fault, **WAYS[way]))
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(line + made, encoding="utf-8")
        return
    assert made == "".join(kept)


def test_every_kind_has_a_golden_transcript():
    lines = [file.read_text(encoding="utf-8").partition("\n")[0] for file in FILES]
    shown = {line.partition(": ")[2].partition(";")[0] for line in lines}
    meant = {kind.name for kind in kinds() if issubclass(kind, Meaning)}
    missing = sorted(set(kinds().names()) - shown - ELSEWHERE - meant)
    assert not missing, (
        "without a golden transcript; write golden/KIND.txt with the one line `stream: KIND` (or `whole: KIND`), run this test "
        "with UPDATE_GOLDEN=1 and read what it wrote:\n" + "\n".join(missing)
    )
