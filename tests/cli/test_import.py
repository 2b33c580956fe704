"""`understudy import`: files of other tools in, a script out."""

from __future__ import annotations

import json

FIXTURES = {
    "fixtures": [
        {"match": {"userMessage": "hello"}, "response": {"content": "hi there"}},
        {"match": {"userMessage": "film", "endpoint": "video"}, "response": {"content": "x"}},
    ]
}


def test_what_is_printed_is_a_script_and_what_is_missing_is_a_warning(run, write):
    done = run("import", write("fixtures.json", json.dumps(FIXTURES, indent=1)))
    assert done.status == 0
    (warning,) = done.err.splitlines()
    assert warning.startswith("warning: ")
    assert warning.endswith("fixtures.json:14: endpoint 'video' is not served here. The fixture is left out.")
    assert done.out.startswith("# Imported from fixtures.json by Understudy ")
    assert run("check", write("script.yaml", done.out)).status == 0


def test_it_can_be_written_to_a_file(run, write, tmp_path):
    path = write("fixtures.json", json.dumps(FIXTURES))
    done = run("import", path, "--format", "aimock", "--out", "script.yaml")
    assert (done.status, done.out) == (0, "script.yaml: 1 rule written\n")
    assert run("check", "script.yaml").out == "script.yaml: ok (1 rule, 0 responses)\n"


def test_several_files_and_folders_become_one_script(run, write, tmp_path):
    first = write("one.json", json.dumps(FIXTURES))
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "two.yaml").write_text("fixtures: [{match: {user_message: bye}, response: {content: see you}}]")
    done = run("import", first, "more")
    assert [word in done.out for word in ("hi there", "see you", "one.json, more")] == [True, True, True]


def test_nothing_to_import_is_status_1(run, write):
    done = run("import", write("empty.json", '{"fixtures": []}'))
    assert (done.status, done.out) == (1, "")
    assert done.err == "nothing to import: no rule could be made of what was read.\n"


def test_files_and_flags_that_are_wrong_are_status_2(run, write):
    known = write("a.json", json.dumps(FIXTURES))
    for given, said in [
        (("none.json",), "none.json: no such file. Check the path."),
        ((write("x.json", "{"),), "got something else. Say what with --format."),
        ((known, "--format", "aimok"), "format 'aimok': expected auto or one of"),
        ((known, "--out", "no/such/folder.yaml"), "--out 'no/such/folder.yaml': No such file or directory."),
        ((), "the following arguments are required: PATH"),
    ]:
        done = run("import", *given)
        assert done.status == 2
        assert said in done.err
        assert "Traceback" not in done.err
