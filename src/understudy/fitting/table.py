"""A CSV table, one request a row: prompt and output tokens, time to the first token, between tokens, and of the whole request.

The first row names the columns; only `ttft` must be there. A time's unit is in its column's name (`ttft_ms`, `e2e (s)`) or at
the number itself (`350ms`, `1.2s`); without either it is milliseconds, as everywhere in scripts.
"""

from __future__ import annotations

import csv
import re
from statistics import median

from understudy.config.values import describe
from understudy.durations import seconds
from understudy.fitting import FormatError, Measured, Request
from understudy.fitting.numbers import scaled
from understudy.fitting.source import Source, several

NAME = "csv"
_COLUMNS = {
    "prompt": "prompt prompt_tokens prompt_len prompt_length input input_tokens input_len input_length isl",
    "output": "output output_tokens output_len output_length completion_tokens generated_tokens osl",
    "ttft": "ttft time_to_first_token first_token",
    "itl": "itl inter_token_latency tpot time_per_output_token",
    "e2e": "e2e e2el e2e_latency end_to_end end_to_end_latency latency request_latency total_time duration",
}
_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "seconds": 1.0, "milliseconds": 1e-3}
_TIMES = ("ttft", "itl", "e2e")
_SHORT = 0.001  # a median below which milliseconds are doubtful


def recognises(source: Source) -> bool:
    """Whether the file is of this format: what does not look like JSON is."""
    return not source.is_braced


def read(source: Source, run: int) -> Measured:
    """Read the table.

    Raises:
        FormatError: saying what was expected where.
    """
    if run != 1:
        raise FormatError(f"run {run}: expected 1, a table holds one run")
    text = source.text.lstrip("\ufeff")
    lines = csv.reader(text.splitlines(), delimiter=_delimiter(text.partition("\n")[0]))
    try:
        columns = _columns(header := next(lines, []))
        numbered = [(lines.line_num, cells) for cells in lines if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise FormatError(f"line {lines.line_num}: not CSV: {error}") from None
    rows = dict(numbered)
    found = {number: _row(cells, columns) for number, cells in rows.items()}
    good = {number: request for number, request in found.items() if request is not None}
    place, unit = columns["ttft"]
    bare = [request.ttft or 0.0 for number, request in good.items() if _bare(rows[number], place) is not None]
    remark = _remark(bare) if unit is None else ""
    broken = next((number for number in found if number not in good), None)
    flaw = "" if broken is None else f"line {broken}: {_flaw(rows[broken], columns, header)}"
    return Measured("table", requests=tuple(good.values()), left_out=len(found) - len(good), flaw=flaw, remark=remark)


def _columns(header: list[str]) -> dict[str, tuple[int, float | None]]:
    columns: dict[str, tuple[int, float | None]] = {}
    for place, cell in enumerate(header):
        name, unit = _meaning(cell)
        if name in columns:
            both = " and ".join(map(describe, (header[columns[name][0]], cell)))
            raise FormatError(f"line 1: expected one column for {name}, got {both}. Keep the one that is a request's own")
        if name:
            columns[name] = place, unit
    if "ttft" not in columns:
        got = several(header) or "nothing"
        said = f"line 1: expected a column ttft or ttft_ms, got {got}"
        raise FormatError(f"{said}. Name the columns there, or say with --format what else it is")
    return columns


def _meaning(cell: str) -> tuple[str, float | None]:
    words = re.sub(r"[^a-z0-9]+", "_", cell.lower()).strip("_")
    stem, _, last = words.rpartition("_")
    name, unit = (stem, _UNITS[last]) if stem and last in _UNITS else (words, None)
    meaning = next((meaning for meaning, names in _COLUMNS.items() if name in names.split()), "")
    return meaning, unit


def _remark(bare: list[float]) -> str:
    """What is doubtful about times to the first token without a unit."""
    if bare and 0 < median(bare) < _SHORT:
        return "ttft has no unit and was read as milliseconds; if it is seconds, call the column ttft_s"
    return ""


def _row(cells: list[str], columns: dict[str, tuple[int, float | None]]) -> Request | None:
    said = {name: _cell(cells, place, unit, name) for name, (place, unit) in columns.items()}
    ttft, itl, e2e, output = said["ttft"], said.get("itl"), said.get("e2e"), said.get("output")
    if ttft is None or (e2e is not None and e2e < ttft) or any(said[name] is None for name in columns if name != "itl"):
        return None  # of one token, or where all of a request's are listed, there is no such average
    if e2e is None and itl is not None and output is None:  # over how many tokens it is the average nobody says
        return Request(ttft, said.get("prompt"), gaps=(itl,))
    after = e2e - ttft if e2e is not None else itl * (output - 1) if itl is not None and output is not None else None
    return Request(ttft, said.get("prompt"), output, after)


def _flaw(cells: list[str], columns: dict[str, tuple[int, float | None]], header: list[str]) -> str:
    """Say why a row is no request."""
    for name, (place, unit) in columns.items():
        if name != "itl" and _cell(cells, place, unit, name) is None:
            got = describe(cells[place]) if place < len(cells) else "missing"
            return f"{describe(header[place])} is {got}, no number such as 1234.5"
    ttft, e2e = (describe(header[columns[name][0]]) for name in ("ttft", "e2e"))
    return f"{e2e} is less than {ttft}"


def _cell(cells: list[str], place: int, unit: float | None, name: str) -> float | None:
    found = _bare(cells, place)
    if name not in _TIMES or unit is not None:
        return scaled(found, unit or 1.0)
    if found is not None:
        return scaled(found / 1000, 1.0)
    try:
        return seconds(cells[place]) if place < len(cells) else None
    except ValueError:
        return None


def _bare(cells: list[str], place: int) -> float | None:
    """The number in a cell when it has no unit."""
    try:
        return float(cells[place]) if place < len(cells) else None
    except ValueError:
        return None


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)
