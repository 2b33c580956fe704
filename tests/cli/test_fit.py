"""`understudy fit`: measurements in, a script out."""

from __future__ import annotations

import yaml

ROWS = "\n".join(f"{p},51,{0.1 + p / 5000 + (p % 7) / 300},{2 + p / 5000 + (p % 11) / 10}" for p in range(100, 300))
TABLE = f"prompt_tokens,output_tokens,ttft_s,e2e_s\n{ROWS}\n"


def test_what_is_printed_is_a_script(run, write):
    done = run("fit", write("table.csv", TABLE))
    assert (done.status, done.err) == (0, "")
    assert set(yaml.safe_load(done.out)["timing"]) == {"ttft", "itl", "per-prompt-token"}
    assert run("check", write("fitted.yaml", done.out)).status == 0


def test_a_name_makes_it_a_models(run, write):
    done = run("fit", write("table.csv", TABLE), "--name", "my-model")
    assert yaml.safe_load(done.out)["models"][0]["id"] == "my-model"
    assert run("check", write("fitted.yaml", done.out)).status == 0


def test_it_can_be_written_to_a_file(run, write, tmp_path):
    path = write("table.csv", TABLE)
    printed = run("fit", path).out
    done = run("fit", path, "--out", "fitted.yaml", "--format", "csv")
    assert (done.status, done.out) == (0, "fitted.yaml: written\n")
    assert (tmp_path / "fitted.yaml").read_text() == printed


def test_too_little_to_fit_is_status_1(run, write):
    done = run("fit", write("table.csv", "ttft,e2e\nnan,1\n"))
    assert done.status == 1
    assert done.err.endswith(
        "table.csv: expected times to the first token or between tokens, got none; "
        "1 requests failed or hold numbers that are none.\n"
    )
    assert done.out == ""


def test_files_and_flags_that_are_wrong_are_status_2(run, write):
    table = write("t.csv", TABLE)
    for given, said in [
        (("none.json",), "result 'none.json': No such file or directory. Check the path."),
        ((write("x.txt", "hello"),), "expected one of guidellm, vllm, aiperf, script, csv, got something else."),
        ((table, "--format", "cvs"), "format 'cvs': expected auto or one of guidellm, vllm, aiperf, script, csv."),
        ((table, "--run", "3"), "run 3: expected 1, a table holds one run."),
        ((table, "--out", "no/such/folder.yaml"), "--out 'no/such/folder.yaml': No such file or directory."),
        ((), "the following arguments are required: RESULT"),
    ]:
        done = run("fit", *given)
        assert done.status == 2
        assert said in done.err
        assert "Traceback" not in done.err
