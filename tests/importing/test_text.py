"""The text of an imported script."""

from __future__ import annotations

from understudy.config.source import parse
from understudy.importing.draft import Draft
from understudy.importing.source import Where
from understudy.importing.text import render


def test_the_whole_script_reads_back():
    draft = Draft()
    draft.settings = {"reply": "error", "port": 80, "host": "::1"}
    draft.sections = {
        "timing": {"ttft": {"uniform": {"min": "1ms", "max": "2ms"}}},
        "faults": [{"kind": "malformed", "max": 1}],
    }
    draft.models = {"a: b": None}
    draft.rule(Where("f", 1), {"when": {"user": "x"}, "reply": "line one\nline two"})
    draft.remark(Where("f", 2), "odd\nname # here")
    text = render(draft, draft.rules(), "f.json")
    assert text.startswith("# Imported from f.json.\n#\n# Not as it was:\n# f:2: odd name # here\n#\nversion: 1\n")
    assert parse(text, "script").data == {
        "version": 1,
        "settings": draft.settings,
        **draft.sections,
        "models": ["a: b"],
        "rules": [{"name": "x", "when": {"user": "x"}, "reply": "line one\nline two"}],
    }


def test_many_remarks_are_counted():
    draft = Draft()
    for number in range(50):
        draft.remark(Where("f", number), "x")
    assert "# and 10 more.\n" in render(draft, [], "f")
