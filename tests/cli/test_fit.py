"""`understudy fit`: measurements in, a script out."""

from __future__ import annotations

import json
import math
import random

import pytest
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


def test_a_recording_whose_tokens_came_together_keeps_its_pace(run, write):
    gaps = ", ".join(["100ms, 0.0, 0.0, 0.0, 0.0"] * 30)
    done = run(
        "fit", write("rec.yaml", f"rules: [{{reply: {{text: x, timing: {{ttft: 50ms, itl: {{trace: {{gaps: [{gaps}]}}}}}}}}}}]")
    )
    assert yaml.safe_load(done.out) == {"timing": {"ttft": "50ms", "itl": "20ms", "burstiness": 5}}


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
        "table.csv: expected times to the first token or between tokens, got none: "
        "1 of 1 requests failed or hold numbers that are none; line 2: 'ttft' is 'nan', no number such as 1234.5.\n"
    )
    assert done.out == ""


def test_a_run_in_which_every_request_failed_is_status_1(run, write):
    zeros = {f"mean_{metric}_ms": 0.0 for metric in ("ttft", "tpot", "itl")}
    done = run("fit", write("vllm.json", json.dumps({"completed": 0, "failed": 300, **zeros})))
    assert (done.status, done.out) == (1, "")
    assert "got none: 300 of 300 requests failed" in done.err


def test_doubts_about_a_file_stand_in_the_script(run, write):
    done = run("fit", write("table.csv", "ttft\n0.150\n0.200\n"))
    assert "# note: ttft has no unit and was read as milliseconds; if it is seconds, call the column ttft_s\n" in done.out


def test_files_and_flags_that_are_wrong_are_status_2(run, write):
    table = write("t.csv", TABLE)
    for given, said in [
        (("none.json",), "result 'none.json': No such file or directory. Check the path."),
        ((write("x.txt", "hello"),), "x.txt': line 1: expected a column ttft or ttft_ms, got 'hello'. Name the columns there"),
        (
            (table, "--format", "cvs"),
            "--format 'cvs': expected auto or one of guidellm, vllm, aiperf, script, csv. Did you mean 'csv'?\n",
        ),
        ((table, "--run", "3"), "run 3: expected 1, a table holds one run."),
        ((table, "--out", "no/such/folder.yaml"), "--out 'no/such/folder.yaml': No such file or directory."),
        *(
            ((table, "--name", name), f"--name {name!r}: expected the name of a model,")
            for name in ("", " ", "a\x7f", "\udcff")
        ),
        ((), "the following arguments are required: RESULT"),
    ]:
        done = run("fit", *given)
        assert done.status == 2
        assert said in done.err
        assert "Traceback" not in done.err


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_table_holds_the_script_is_sound(run, write, seed):
    chance = random.Random(seed)
    count, size, cost, base = (
        chance.choice(choices) for choices in ((1, 2, 12, 120), (1, 5000, 10**6), (1e-9, 0.1, 7.3), (0, 1e-12, 50, 1e11))
    )
    spread = chance.choice((0, 1e-9, 0.1, 3))
    rows = []
    for _ in range(count):
        prompt = chance.randint(0, size)
        ttft = (base + cost * prompt) * math.exp(chance.gauss(0, spread))
        rows.append(f"{prompt},{chance.randint(0, 3)},{ttft!r},{ttft + chance.choice((0, 1e-9, 400))!r}\n")
    done = run("fit", write("table.csv", "prompt_tokens,output_tokens,ttft,e2e\n" + "".join(rows)))
    assert done.status == 0 or (done.status == 1 and "Check their unit" in done.err)
    if done.status == 0:
        assert run("check", write("fitted.yaml", done.out)).status == 0
