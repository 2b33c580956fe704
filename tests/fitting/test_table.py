"""Tables of requests."""

from __future__ import annotations

import pytest

from understudy.fitting import FormatError, Request, table


def read(source, text):
    return table.read(source(text, "r.csv"), 1)


@pytest.mark.parametrize(
    "text",
    [
        "prompt_tokens,output_tokens,ttft,e2e\n100,11,200,1200\n",
        "Prompt Tokens,Output Tokens,TTFT (ms),E2E (s)\n100,11,200,1.2\n",
        "e2e_latency_s;ttft_s;input_len;output_len\n1.2;0.2;100;11\n",
        "\ufeffisl\tosl\ttime to first token\tlatency\n100\t11\t200ms\t1.2s\n\n",
        "ttft_ns,e2el_us,input,output,note\n200000000,1200000,100,11,fine\n",
    ],
)
def test_names_units_and_signs_between_columns_may_differ(source, text):
    [found] = read(source, text).requests
    assert found == Request(pytest.approx(0.2), 100, 11, pytest.approx(1.0))
    assert table.recognises(source(text))


def test_only_the_time_to_the_first_token_must_be_there(source):
    assert read(source, "ttft_s\n0.5\n").requests == (Request(0.5),)


@pytest.mark.parametrize("row", ["100,nan,1", "100,-1,1", "100,,1", "100", "100,2,1", "x,1,2", "100,1,inf"])
def test_broken_rows_are_left_out(source, row):
    found = read(source, f"prompt,ttft_s,e2e_s\n{row}\n50,1,2\n")
    assert (len(found.requests), found.left_out) == (1, 1)


def test_a_table_without_that_column_is_refused(source):
    with pytest.raises(FormatError, match=r"^line 1: expected a column ttft or ttft_ms, got 'a', 'b'$"):
        read(source, "a,b\n1,2\n")
    with pytest.raises(FormatError, match=r"^line 1: expected a column ttft or ttft_ms, got nothing$"):
        read(source, "")


def test_two_columns_for_one_thing_are_refused(source):
    with pytest.raises(FormatError, match=r"^line 1: expected one column for ttft, got 'ttft_ms' and 'ttft_s'$"):
        read(source, "ttft_ms,ttft_s\n1,2\n")


def test_a_table_holds_one_run(source):
    with pytest.raises(FormatError, match=r"^run 2: expected 1"):
        table.read(source("ttft\n1\n"), 2)
