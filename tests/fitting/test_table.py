"""Tables of requests."""

from __future__ import annotations

import pytest

from understudy.fitting import FormatError, Measured, Request, table
from understudy.fitting.fit import fit


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


@pytest.mark.parametrize("itl", ["", "nan", "[0.01 0.02]"])
def test_a_row_without_a_time_between_tokens_stays(source, itl):
    found = read(source, f"ttft,itl,output,e2e\n200,{itl},1,200\n200,20,11,1200\n")
    assert [request.after for request in found.requests] == [0.0, pytest.approx(1.0)]
    assert [request.after for request in read(source, f"ttft,itl\n200,{itl}\n").requests] == [None]


@pytest.mark.parametrize("column", ["itl_ms", "TPOT", "time per output token (ms)", "inter_token_latency"])
@pytest.mark.parametrize(
    ("others", "values", "after", "gaps"),
    [("", "", None, (0.02,)), (",output", ",11", pytest.approx(0.2), ()), (",output,e2e", ",11,1200", pytest.approx(1.0), ())],
)
def test_the_time_between_tokens_is_taken_where_no_whole_time_tells_it(source, column, others, values, after, gaps):
    (found,) = read(source, f"ttft,{column}{others}\n200,20{values}\n").requests
    assert (found.ttft, found.after, found.gaps) == (0.2, after, gaps)
    assert fit(Measured("table", requests=(found,) * 20)).timing["itl"] == ("100ms" if "e2e" in others else "20ms")


@pytest.mark.parametrize("row", ["100,nan,1", "100,-1,1", "100,,1", "100", "100,2,1", "x,1,2", "100,1,inf"])
def test_broken_rows_are_left_out(source, row):
    found = read(source, f"prompt,ttft_s,e2e_s\n{row}\n50,1,2\n")
    assert (len(found.requests), found.left_out) == (1, 1)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("TTFT (ms);E2E (s)\n200;1\n\n300;1,4\nx;x", "line 4: 'E2E (s)' is '1,4', no number such as 1234.5"),
        ('ttft_ms,prompt\n"1,200",10', "line 2: 'ttft_ms' is '1,200', no number such as 1234.5"),
        ("prompt,ttft\n10", "line 2: 'ttft' is missing, no number such as 1234.5"),
        ("ttft_ms,e2e_s\n900,0.5", "line 2: 'e2e_s' is less than 'ttft_ms'"),
        ("ttft_ms\n900", ""),
    ],
)
def test_the_first_broken_row_is_told_with_what_is_wrong(source, text, flaw):
    assert read(source, text).flaw == flaw


def test_a_table_without_that_column_is_refused(source):
    with pytest.raises(FormatError, match=r"^line 1: expected a column ttft or ttft_ms, got 'a', 'b'\. Name the columns there"):
        read(source, "a,b\n1,2\n")
    with pytest.raises(FormatError, match=r"^line 1: expected a column ttft or ttft_ms, got nothing\."):
        read(source, "")
    with pytest.raises(FormatError, match=r"got 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', \.\.\.\. Name"):
        read(source, ",".join(f"a{n}" for n in range(500)))


def test_two_columns_for_one_thing_are_refused(source):
    with pytest.raises(FormatError, match=r"^line 1: expected one column for ttft, got 'ttft_ms' and 'ttft_s'\. Keep"):
        read(source, "ttft_ms,ttft_s\n1,2\n")


def test_a_table_holds_one_run(source):
    with pytest.raises(FormatError, match=r"^run 2: expected 1"):
        table.read(source("ttft\n1\n"), 2)


def test_a_text_without_end_is_refused(source):
    with pytest.raises(FormatError, match=r"^line 2: not CSV: field larger than field limit"):
        read(source, "ttft\n" + "x" * 200_000)


def test_numbers_may_be_written_with_an_exponent(source):
    assert read(source, "ttft\n2e2\n").requests == (Request(0.2),)


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("ttft\n0.15\n0.3\n", True),
        ("ttft,e2e_s\n0.15,2\nnan,3\n", True),
        ("ttft\n0.15\n30\n40\n", False),
        ("ttft_ms\n0.15\n0.3\n", False),
        ("ttft\n0.15ms\n0.3ms\n", False),
        ("ttft\n0\n0\n", False),
        ("ttft\nnan\n", False),
    ],
)
def test_short_times_without_a_unit_are_doubted(source, text, doubtful):
    said = "ttft has no unit and was read as milliseconds; if it is seconds, call the column ttft_s"
    assert read(source, text).remark == (said if doubtful else "")
